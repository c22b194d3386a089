package prelogin

import "fmt"

// An Encryption is a value of the ENCRYPTION option: [MS-TDS], section
// 2.2.6.5.
type Encryption uint8

// The values of ENCRYPTION. EncryptClientCert is a flag beside the others.
const (
	EncryptOff          Encryption = 0x00
	EncryptOn           Encryption = 0x01
	EncryptNotSupported Encryption = 0x02
	EncryptRequired     Encryption = 0x03
	EncryptClientCert   Encryption = 0x80
)

// encryptMask leaves what a decision looks at; the other bits are the client
// certificate and extensions.
const encryptMask = 0x3f

// Base returns e without its flags.
func (e Encryption) Base() Encryption { return e & encryptMask }

// String returns "off", "on", "not_sup" or "req", with "client_cert+" before
// it for a client certificate, or the number in hexadecimal.
func (e Encryption) String() string {
	names := [...]string{"off", "on", "not_sup", "req"}
	base := e &^ EncryptClientCert
	if int(base) >= len(names) {
		return fmt.Sprintf("0x%02x", uint8(e))
	}
	if e&EncryptClientCert != 0 {
		return "client_cert+" + names[base]
	}
	return names[base]
}

// A ServerPolicy is how a server is set up to encrypt.
type ServerPolicy uint8

// The policies. A server that is set to "on" has Force Encryption.
const (
	PolicyOff ServerPolicy = iota
	PolicyOn
	PolicyNotSupported
)

// A reply is what a server answers, and whether it ends the connection then.
type reply struct {
	encryption Encryption
	terminates bool
}

// negotiation is the table of [MS-TDS], section 2.2.6.5, by what the client
// sent and the server's policy: off, on, not supported.
var negotiation = map[Encryption][3]reply{
	EncryptOff:                              {{EncryptOff, false}, {EncryptRequired, false}, {EncryptNotSupported, false}},
	EncryptOn:                               {{EncryptOn, false}, {EncryptOn, false}, {EncryptNotSupported, true}},
	EncryptNotSupported:                     {{EncryptNotSupported, false}, {EncryptRequired, true}, {EncryptNotSupported, false}},
	EncryptRequired:                         {{EncryptOn, false}, {EncryptOn, false}, {EncryptNotSupported, true}},
	EncryptClientCert | EncryptOff:          {{EncryptOff, false}, {EncryptRequired, false}, {EncryptNotSupported, true}},
	EncryptClientCert | EncryptOn:           {{EncryptOn, false}, {EncryptOn, false}, {EncryptNotSupported, true}},
	EncryptClientCert | EncryptNotSupported: {{EncryptRequired, true}, {EncryptRequired, true}, {EncryptRequired, true}},
	EncryptClientCert | EncryptRequired:     {{EncryptOn, false}, {EncryptOn, false}, {EncryptNotSupported, true}},
}

// Negotiate returns what a server answers to a client, and whether it ends the
// connection after that answer. A value that is not in the table of [MS-TDS]
// ends it with ENCRYPT_NOT_SUP.
func Negotiate(client Encryption, server ServerPolicy) (answer Encryption, terminated bool) {
	row, ok := negotiation[client]
	if !ok || int(server) >= len(row) {
		return EncryptNotSupported, true
	}
	return row[server].encryption, row[server].terminates
}

// A Scope is what ends up encrypted.
type Scope uint8

// The scopes.
const (
	// ScopeNone is clear text, the login with its password included.
	ScopeNone Scope = iota
	// ScopeLogin encrypts the LOGIN7 packet alone.
	ScopeLogin
	// ScopeAll encrypts everything.
	ScopeAll
	// ScopeError means that the client has to give up.
	ScopeError
)

// UsesTLS reports whether a TLS handshake follows.
func (s Scope) UsesTLS() bool { return s == ScopeLogin || s == ScopeAll }

// Agreed returns what a client that sent client does on the server's answer:
// the client's side of the table in [MS-TDS], section 2.2.6.5.
func Agreed(client, answer Encryption) Scope {
	wants := client.Base() == EncryptOn || client.Base() == EncryptRequired
	switch answer.Base() {
	case EncryptOn, EncryptRequired:
		if client.Base() == EncryptNotSupported {
			return ScopeError
		}
		return ScopeAll
	case EncryptOff:
		if wants || client.Base() == EncryptNotSupported {
			return ScopeError
		}
		return ScopeLogin
	case EncryptNotSupported:
		if wants || client&EncryptClientCert != 0 {
			return ScopeError
		}
		return ScopeNone
	}
	return ScopeError
}
