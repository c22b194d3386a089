//go:build !linux

package stacks

import "syscall"

// endWithParent is for Linux, where the stacks run; elsewhere cleanups suffice.
func endWithParent() *syscall.SysProcAttr { return nil }
