// Package tlswire reads and writes the first messages of a handshake as bytes:
// ClientHellos in both directions, and the first flight of a server from
// SSL 2.0 to TLS 1.3. It keeps no secrets and computes no keys; what TLS 1.3
// encrypts it reads from those who have them.
//
// Reading a server is lenient: a [Decoder] takes any split into records, skips
// what it does not know, and gives up ([*FormatError]) only where the bytes
// cannot be TLS at all.
package tlswire
