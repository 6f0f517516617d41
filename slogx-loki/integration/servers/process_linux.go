package servers

import "syscall"

// endWithParent has the system end a server that its program, killed, left behind.
func endWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
