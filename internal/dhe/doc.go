// Package dhe does what a TLS 1.2 client does behind the server's first flight
// in a handshake of DHE_RSA: RFC 5246, with AES-CBC (RFC 5246, section 6.2.3.2)
// or AES-GCM (RFC 5288), with and without extended_master_secret (RFC 7627).
//
// It is made to ask one question. A shared secret that begins with zero bytes
// goes into the premaster secret without them (RFC 5246, section 8.1.2); one
// side that keeps them and one that does not come to different keys, in one
// handshake of 256. Here the client chooses its exponent when it knows the
// server's parameters, so that the secret begins as asked for: see [Choose].
//
// It does no I/O and judges nobody: signatures and certificates are not looked
// at. Keys are for one handshake and not kept secret from timing.
package dhe
