package capture

import "syscall"

// errReset is a RST as package probe knows it.
const errReset = syscall.WSAECONNRESET
