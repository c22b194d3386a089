package stacks

import "slices"

// A Setting is a group or a signature scheme that a stack can be told to use,
// alone or among others, and what comes of it.
type Setting struct {
	Name    string // in the TLS registries
	Setting string // as the stack calls it
	// Certificate is the kind that a scheme signs with.
	Certificate Certificate
	// Versions are those in which the stack uses it.
	Versions []uint16
}

var (
	only12 = []uint16{TLS12}
	only13 = []uint16{TLS13}
	both   = []uint16{TLS12, TLS13}
)

// Groups returns every group that a stack of Debian 12 takes in its settings:
// OpenSSL 3.0 in -groups, GnuTLS 3.7 as GROUP-X. What they do with it is what
// their own clients get to see, one alone on both sides:
//
//   - OpenSSL has the finite field groups in TLS 1.3 alone; the primes of its
//     DHE in TLS 1.2 are no matter of groups. It knows secp256k1, the binary
//     curves, the short ones and the Brainpool curves in TLS 1.2 alone, and the
//     Brainpool groups of TLS 1.3 (RFC 8734), curveSM2, GOST and hybrid groups
//     not at all.
//   - GnuTLS has every one of its groups in both versions (RFC 7919 in TLS
//     1.2), secp192r1 and secp224r1 in TLS 1.3 too. It lists GC256B and GC512A,
//     but has no suite in NORMAL that uses them.
func Groups(stack Stack) []Setting {
	if stack == GnuTLS {
		return []Setting{
			{"secp192r1", "SECP192R1", RSA, both}, {"secp224r1", "SECP224R1", RSA, both},
			{"secp256r1", "SECP256R1", RSA, both}, {"secp384r1", "SECP384R1", RSA, both},
			{"secp521r1", "SECP521R1", RSA, both}, {"x25519", "X25519", RSA, both}, {"x448", "X448", RSA, both},
			{"ffdhe2048", "FFDHE2048", RSA, both}, {"ffdhe3072", "FFDHE3072", RSA, both},
			{"ffdhe4096", "FFDHE4096", RSA, both}, {"ffdhe6144", "FFDHE6144", RSA, both},
			{"ffdhe8192", "FFDHE8192", RSA, both},
		}
	}
	list := []Setting{
		{"secp256r1", "P-256", RSA, both}, {"secp384r1", "P-384", RSA, both}, {"secp521r1", "P-521", RSA, both},
		{"x25519", "X25519", RSA, both}, {"x448", "X448", RSA, both}, {"secp192r1", "P-192", RSA, only12},
	}
	for _, name := range []string{"ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192"} {
		list = append(list, Setting{name, name, RSA, only13})
	}
	for _, name := range []string{
		"brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1", "secp256k1",
		"secp160k1", "secp160r1", "secp160r2", "secp192k1", "secp224k1", "secp224r1",
		"sect163k1", "sect163r1", "sect163r2", "sect193r1", "sect193r2", "sect233k1", "sect233r1", "sect239k1",
		"sect283k1", "sect283r1", "sect409k1", "sect409r1", "sect571k1", "sect571r1",
	} {
		list = append(list, Setting{name, name, RSA, only12})
	}
	return list
}

// Schemes returns every signature scheme that a stack of Debian 12 takes in its
// settings, once for each kind of certificate that it signs with: OpenSSL 3.0
// in -sigalgs, GnuTLS 3.7 as SIGN-X.
//
//   - In TLS 1.3 neither has RSA PKCS #1, SHA-1 or SHA-224, and ECDSA is bound
//     to the curve of the key. GnuTLS has names of their own for that, and takes
//     neither kind of name alone in the other version.
//   - OpenSSL refuses to start with MD5, and leaves rsa_pss_pss_* to keys for PSS
//     alone.
//   - GnuTLS takes MD5, SHA-224 and DSA with SHA-2 in a priority string, but no
//     handshake comes of them: "No or insufficient priorities were set".
func Schemes(stack Stack) []Setting {
	if stack == GnuTLS {
		return gnutlsSchemes()
	}
	var list []Setting
	for _, hash := range []string{"1", "224", "256", "384", "512"} {
		list = append(list, Setting{"rsa_pkcs1_sha" + hash, "RSA+SHA" + hash, RSA, only12},
			Setting{"dsa_sha" + hash, "DSA+SHA" + hash, DSA, only12})
		for _, c := range []Certificate{ECDSA, ECDSA384, ECDSA521} {
			list = append(list, Setting{ecdsaNames[hash], "ECDSA+SHA" + hash, c, only12})
			if ecdsaHash[c] == hash {
				list[len(list)-1].Versions = both
			}
		}
	}
	for _, hash := range []string{"256", "384", "512"} {
		rsae, pss := "rsa_pss_rsae_sha"+hash, "rsa_pss_pss_sha"+hash
		list = append(list, Setting{rsae, rsae, RSA, both}, Setting{pss, pss, RSAPSS, both})
	}
	return append(list, Setting{"ed25519", "ed25519", Ed25519, both}, Setting{"ed448", "ed448", Ed448, both})
}

// ecdsaNames has the names of ECDSA schemes by hash: those of TLS 1.3, where
// there is one, for both versions.
var ecdsaNames = map[string]string{
	"1": "ecdsa_sha1", "224": "ecdsa_sha224", "256": "ecdsa_secp256r1_sha256",
	"384": "ecdsa_secp384r1_sha384", "512": "ecdsa_secp521r1_sha512",
}

// ecdsaHash has the hash that TLS 1.3 binds a curve to.
var ecdsaHash = map[Certificate]string{ECDSA: "256", ECDSA384: "384", ECDSA521: "512"}

func gnutlsSchemes() []Setting {
	var list []Setting
	for _, hash := range []string{"1", "256", "384", "512"} {
		list = append(list, Setting{"rsa_pkcs1_sha" + hash, "RSA-SHA" + hash, RSA, only12})
		for _, c := range []Certificate{ECDSA, ECDSA384, ECDSA521} {
			list = append(list, Setting{ecdsaNames[hash], "ECDSA-SHA" + hash, c, only12})
		}
	}
	for _, hash := range []string{"256", "384", "512"} {
		list = append(list, Setting{"rsa_pss_rsae_sha" + hash, "RSA-PSS-RSAE-SHA" + hash, RSA, both},
			Setting{"rsa_pss_pss_sha" + hash, "RSA-PSS-SHA" + hash, RSAPSS, both})
	}
	return append(list,
		Setting{"ecdsa_secp256r1_sha256", "ECDSA-SECP256R1-SHA256", ECDSA, only13},
		Setting{"ecdsa_secp384r1_sha384", "ECDSA-SECP384R1-SHA384", ECDSA384, only13},
		Setting{"ecdsa_secp521r1_sha512", "ECDSA-SECP521R1-SHA512", ECDSA521, only13},
		Setting{"ed25519", "EdDSA-Ed25519", Ed25519, both}, Setting{"ed448", "EdDSA-Ed448", Ed448, both})
}

// Used returns the names of those settings that are used in a version.
func Used(list []Setting, version uint16) []string {
	var names []string
	for _, s := range list {
		if slices.Contains(s.Versions, version) {
			names = append(names, s.Name)
		}
	}
	return names
}
