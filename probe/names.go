package probe

import (
	"fmt"
	"slices"
	"strings"

	tls "github.com/refraction-networking/utls"

	"github.com/tdsprobe/tdsprobe/internal/iana"
)

// A Version is a protocol version as it stands on the wire (SSL 2.0 is 2).
type Version uint16

// The protocol versions, oldest first.
const (
	SSL20 Version = 0x0002
	SSL30 Version = 0x0300
	TLS10 Version = 0x0301
	TLS11 Version = 0x0302
	TLS12 Version = 0x0303
	TLS13 Version = 0x0304
)

var versionNames = map[Version]string{
	SSL20: "SSL 2.0", SSL30: "SSL 3.0", TLS10: "TLS 1.0",
	TLS11: "TLS 1.1", TLS12: "TLS 1.2", TLS13: "TLS 1.3",
}

// Versions returns the protocol versions, oldest first.
func Versions() []Version {
	return []Version{SSL20, SSL30, TLS10, TLS11, TLS12, TLS13}
}

// String returns the usual name, as "TLS 1.2", or the number in hexadecimal.
func (v Version) String() string {
	if name, ok := versionNames[v]; ok {
		return name
	}
	return fmt.Sprintf("0x%04x", uint16(v))
}

// A CipherSuite is an id of the IANA registry "TLS Cipher Suites".
type CipherSuite uint16

// The signalling cipher suite value of RFC 5746, section 3.3: a server that
// knows it answers with renegotiation_info. Schannel may drop hellos without.
const EmptyRenegotiationInfoSCSV CipherSuite = 0x00ff

// FallbackSCSV says that a client has fallen back to a lower version: RFC 7507.
const FallbackSCSV CipherSuite = 0x5600

// String returns the registered name, or the number in hexadecimal.
func (c CipherSuite) String() string { return iana.CipherSuiteName(uint16(c)) }

// Fits reports whether the definition of c allows it in version v.
func (c CipherSuite) Fits(v Version) bool {
	lowest, highest := iana.CipherSuiteVersions(uint16(c))
	return Version(lowest) <= v && v <= Version(highest)
}

// Finishable reports whether [DepthFinished] can complete a handshake with c
// through utls; what an attempt with a DHE can is in [DHESuites].
func (c CipherSuite) Finishable() bool {
	for _, known := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		if known.ID == uint16(c) {
			return true
		}
	}
	return false
}

// CipherSuites returns every registered suite that fits any of the versions,
// by ascending id, without signalling values.
func CipherSuites(versions ...Version) []CipherSuite {
	var fit []CipherSuite
	for _, id := range iana.CipherSuites() {
		c := CipherSuite(id)
		if slices.ContainsFunc(versions, c.Fits) {
			fit = append(fit, c)
		}
	}
	return fit
}

// A CipherKind is an SSL 2.0 CIPHER-KIND of three bytes.
type CipherKind uint32

// String returns the name in the SSL 2.0 draft, or the number in hexadecimal.
func (k CipherKind) String() string { return iana.SSL2CipherKindName(uint32(k)) }

// CipherKinds returns the known SSL 2.0 cipher kinds by ascending id.
func CipherKinds() []CipherKind {
	return typed[CipherKind](iana.SSL2CipherKinds())
}

// A Group is an id of the IANA registry "TLS Supported Groups".
type Group uint16

// Groups that this package names itself.
const (
	SECP256R1 Group = 23
	SECP384R1 Group = 24
	SECP521R1 Group = 25
	X25519    Group = 29
)

// String returns the registered name, or the number in hexadecimal.
func (g Group) String() string { return iana.GroupName(uint16(g)) }

// ShareGroups returns the groups that key shares of a hello can be made for and
// that are not hybrid.
func ShareGroups() []Group { return []Group{X25519, SECP256R1, SECP384R1, SECP521R1} }

// FiniteField reports whether g is of the range for groups modulo a prime: RFC
// 7919, section 2.
func (g Group) FiniteField() bool { return 0x0100 <= g && g <= 0x01ff }

// Groups returns every registered group by ascending id.
func Groups() []Group { return typed[Group](iana.Groups()) }

// A SignatureScheme is an id of the IANA registry "TLS SignatureScheme"; in
// TLS 1.2 the two bytes are hash and signature algorithm.
type SignatureScheme uint16

// String returns the registered name, or the number in hexadecimal.
func (s SignatureScheme) String() string { return iana.SignatureSchemeName(uint16(s)) }

// SignatureSchemes returns every registered scheme by ascending id.
func SignatureSchemes() []SignatureScheme {
	return typed[SignatureScheme](iana.SignatureSchemes())
}

// Hash returns the hash in s, as "sha256", empty if it has none of its own.
func (s SignatureScheme) Hash() string { return hashIn(s.String()) }

// hashIn returns the hash in the name of a signature algorithm, as "sha256".
func hashIn(name string) string {
	name = strings.ToLower(name)
	for _, hash := range []string{"md2", "md5", "sha1", "sha224", "sha256", "sha384", "sha512"} {
		if strings.Contains(name, hash) {
			return hash
		}
	}
	return ""
}

// typed converts ids of one integer type to another.
func typed[To, From ~uint16 | ~uint32](ids []From) []To {
	out := make([]To, len(ids))
	for i, id := range ids {
		out[i] = To(id)
	}
	return out
}

// ExtensionName returns the registered name of a hello extension, or its type
// in hexadecimal.
func ExtensionName(id uint16) string { return iana.ExtensionName(id) }
