// Package stacks starts TLS servers that nobody here wrote, "openssl s_server"
// and "gnutls-serv", as processes for a test, and says what they accept: not by
// our own knowledge of them, but as their makers' tools list it.
//
// A test that asks for a stack that is not installed skips, and names the
// Debian package that has it. All processes end with the test.
//
// s_server serves one connection after the other, so that a [Server] is a pool of
// processes on different ports; gnutls-serv serves many at once, requests a
// client certificate, and cannot be told to listen on loopback only.
package stacks
