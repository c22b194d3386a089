package stacks

import "syscall"

// endWithParent lets a process end when this one does, even if this one is
// killed and no cleanup runs.
func endWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
