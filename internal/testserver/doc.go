// Package testserver is a fake SQL Server for tests and demonstrations: a
// PRELOGIN front with every setting of encryption, and behind it TLS as a
// Windows Server version would do it by default, from SSL 2.0 to TLS 1.3. One
// documented field of [Config] makes each fault.
//
// It is a second implementation: it shares no wire code with the prober, so
// that a mistake cannot cancel itself out. Handshakes whose version and suite
// crypto/tls knows are handed to it, so that real drivers complete them and
// see their login fail; all others get a first flight with real keys and
// signatures, and nothing after it.
package testserver
