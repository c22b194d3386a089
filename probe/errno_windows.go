package probe

import "syscall"

// Winsock error numbers by what they say about an attempt. They are not the
// invented values of syscall.ECONNRESET and its like on Windows, which no
// system call ever returns.
var (
	resetErrnos = []syscall.Errno{
		10053, // WSAECONNABORTED
		10054, // WSAECONNRESET
		10058, // WSAESHUTDOWN
	}
	unreachableErrnos = []syscall.Errno{
		10061, // WSAECONNREFUSED
		10065, // WSAEHOSTUNREACH
		10051, // WSAENETUNREACH
		10064, // WSAEHOSTDOWN
		10050, // WSAENETDOWN
		10049, // WSAEADDRNOTAVAIL
		11001, // WSAHOST_NOT_FOUND
	}
	timeoutErrnos = []syscall.Errno{10060} // WSAETIMEDOUT
	// localErrnos are of this machine: it has no socket left to give.
	localErrnos = []syscall.Errno{
		10024, // WSAEMFILE
		10055, // WSAENOBUFS
	}
)
