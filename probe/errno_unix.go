//go:build !windows && !plan9 && !js && !wasip1

package probe

import "syscall"

// Error numbers of the operating system by what they say about an attempt.
var (
	resetErrnos       = []syscall.Errno{syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED}
	unreachableErrnos = []syscall.Errno{
		syscall.ECONNREFUSED, syscall.EHOSTUNREACH, syscall.ENETUNREACH,
		syscall.EHOSTDOWN, syscall.ENETDOWN, syscall.EADDRNOTAVAIL,
	}
	timeoutErrnos = []syscall.Errno{syscall.ETIMEDOUT}
	// localErrnos are of this machine: it has no socket left to give.
	localErrnos = []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS}
)
