// Package testserver is a fake SQL Server for tests and demonstrations: a
// PRELOGIN front with every setting of encryption, and behind it TLS as a
// Windows Server version would do it by default, from SSL 2.0 to TLS 1.3. One
// documented field of [Config] makes each fault. [Oddities] are planted for those
// who search.
//
// It is a second implementation: it shares no wire code with the prober, so
// that a mistake cannot cancel itself out. Real drivers complete their
// handshakes and see their login fail: those whose version and suite crypto/tls
// knows are handed to it. TLS 1.3 is done here, because there crypto/tls does
// not let a server choose the suite, and so is TLS 1.2 with DHE, an RSA key and
// AES, which crypto/tls does not have. All others get a first flight with real
// keys and signatures, and nothing after it.
package testserver
