//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package term

func isTerminal(uintptr) bool { return false }

func enableANSI(uintptr) bool { return false }
