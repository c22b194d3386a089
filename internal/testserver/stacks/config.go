package stacks

// TLS versions, as on the wire.
const (
	TLS10 uint16 = 0x0301
	TLS11 uint16 = 0x0302
	TLS12 uint16 = 0x0303
	TLS13 uint16 = 0x0304
)

// A Stack is an implementation of TLS.
type Stack uint8

const (
	OpenSSL Stack = iota
	GnuTLS
)

// A Config describes a server. The zero value is not one: it has no versions.
type Config struct {
	Name     string // of the configuration, for the name of a test
	Stack    Stack
	Versions []uint16
	// Ciphers selects the cipher suites: a cipher string for OpenSSL, a priority
	// string without versions for GnuTLS. If empty, it is the stack's default.
	Ciphers string
	// Ciphersuites13 lists OpenSSL's cipher suites for TLS 1.3. If empty, it is
	// the default. GnuTLS has them in Ciphers.
	Ciphersuites13 string
	// Groups and Schemes are the groups and signature schemes that the server has,
	// in its order, as the stack calls them: see [Setting]. If empty, they are its
	// default.
	Groups, Schemes []string
	Certificate     Certificate
	// ServerPreference lets the server choose the suite by its own order, not by
	// the client's.
	ServerPreference bool
	Extra            []string // further arguments for the program
	N                int      // number of processes; if zero, it is 1
}

// Configs returns configurations that differ in what a scan must get right.
func Configs() []Config {
	all := []uint16{TLS10, TLS11, TLS12, TLS13}
	return []Config{
		{Name: "openssl everything", Versions: all, Ciphers: "ALL:@SECLEVEL=0", ServerPreference: true},
		{Name: "openssl client preference", Versions: all, Ciphers: "ALL:@SECLEVEL=0"},
		{Name: "openssl GCM with ECDSA", Versions: []uint16{TLS12}, Ciphers: "AESGCM", Certificate: ECDSA, ServerPreference: true},
		{Name: "openssl TLS 1.3 only", Versions: []uint16{TLS13}, ServerPreference: true,
			Ciphersuites13: "TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_8_SHA256:TLS_AES_256_GCM_SHA384"},
		{Name: "openssl TLS 1.0 and 1.1", Versions: []uint16{TLS10, TLS11}, Ciphers: "ALL:@SECLEVEL=0"},
		{Name: "openssl chain with DHE", Versions: []uint16{TLS11, TLS12}, Ciphers: "kDHE:!aNULL:@SECLEVEL=0", Certificate: Chain4, ServerPreference: true},
		{Name: "openssl aNULL and eNULL", Versions: []uint16{TLS10, TLS12}, Ciphers: "aNULL:eNULL:AES128-SHA:@SECLEVEL=0", ServerPreference: true},
		{Name: "gnutls normal", Stack: GnuTLS, Versions: all, Ciphers: "NORMAL"},
		{Name: "gnutls 3DES and ARCFOUR", Stack: GnuTLS, Versions: all, Ciphers: "NORMAL:+3DES-CBC:+ARCFOUR-128:+MD5", ServerPreference: true},
		{Name: "gnutls ECDSA", Stack: GnuTLS, Versions: []uint16{TLS12, TLS13}, Ciphers: "NORMAL", Certificate: ECDSA, ServerPreference: true},
		{Name: "gnutls many", Stack: GnuTLS, Versions: []uint16{TLS10, TLS11, TLS12}, Certificate: Chain4, ServerPreference: true,
			Ciphers: "NORMAL:+SHA256:+SHA384:+CAMELLIA-256-CBC:+CAMELLIA-128-GCM:+AES-256-CCM-8:+NULL:+ANON-ECDH:+ANON-DH"},
	}
}
