// Package wine runs the tests of a package as a Windows program, under Wine.
// Winsock reports a reset as error 10054, which no errno of Go's syscall
// package equals, so that what the library makes of it can only be tested with
// a real Windows binary.
//
// It needs Debian's packages wine64 and gcc-mingw-w64-x86-64-win32; without
// them, tests that use it skip. The programs run in a Wine prefix of their own,
// which is made of links to Wine's libraries (there is no registry in it) and
// of a small bcryptprimitives.dll, which Go's runtime asks for and Wine 8 lacks.
//
// Wine 8 is not Windows: a reset that arrives while no read is waiting is
// forgotten, the next read says EOF (a write still says 10054). And nothing
// that a peer does leads to 10053 there.
package wine
