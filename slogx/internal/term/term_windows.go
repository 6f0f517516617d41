package term

import "syscall"

// enableVirtualTerminalProcessing is ENABLE_VIRTUAL_TERMINAL_PROCESSING of SetConsoleMode.
const enableVirtualTerminalProcessing = 0x4

var setConsoleMode = syscall.NewLazyDLL("kernel32.dll").NewProc("SetConsoleMode")

func isTerminal(fd uintptr) bool {
	var mode uint32
	return syscall.GetConsoleMode(syscall.Handle(fd), &mode) == nil
}

func enableANSI(fd uintptr) bool {
	var mode uint32
	if syscall.GetConsoleMode(syscall.Handle(fd), &mode) != nil {
		return false
	}
	if mode&enableVirtualTerminalProcessing != 0 {
		return true
	}
	ok, _, _ := setConsoleMode.Call(fd, uintptr(mode|enableVirtualTerminalProcessing))
	return ok != 0 // consoles before Windows 10 refuse
}
