//go:build !windows && !plan9 && !js && !wasip1

package probe

import (
	"syscall"
	"testing"
)

func TestClassifyErrno(t *testing.T) {
	requireErrnos(t, []errnoTest{
		{"ECONNRESET", "read", syscall.ECONNRESET, Reset, Reset},
		{"EPIPE", "write", syscall.EPIPE, Reset, Reset},
		{"ECONNABORTED", "read", syscall.ECONNABORTED, Reset, Reset},
		{"ECONNREFUSED", "connect", syscall.ECONNREFUSED, Unreachable, Unreachable},
		{"EHOSTUNREACH", "connect", syscall.EHOSTUNREACH, Unreachable, Unreachable},
		{"ENETUNREACH", "connect", syscall.ENETUNREACH, Unreachable, Unreachable},
		{"EHOSTDOWN", "connect", syscall.EHOSTDOWN, Unreachable, Unreachable},
		{"ENETDOWN", "connect", syscall.ENETDOWN, Unreachable, Unreachable},
		{"EADDRNOTAVAIL", "connect", syscall.EADDRNOTAVAIL, Unreachable, Unreachable},
		{"ETIMEDOUT", "connect", syscall.ETIMEDOUT, TimedOut, TimedOut},
		{"EACCES", "connect", syscall.EACCES, Unknown, Unreachable},
		{"EMFILE", "socket", syscall.EMFILE, Aborted, Aborted},
		{"ENOBUFS", "connect", syscall.ENOBUFS, Aborted, Aborted},
	})
}
