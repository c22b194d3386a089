package clients

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A finding is what a client refuses in a server's flight, the zero value if
// nothing.
type finding struct {
	cause Cause
	got   string // what the server sent
	want  string // what the client takes
	bits  int    // of the key or prime, if it is about that
}

// detail is what follows the title of the cause.
func (f finding) detail() string {
	switch {
	case f.got == "":
		return ""
	case f.want == "":
		return ": the server has " + f.got
	}
	return fmt.Sprintf(": the server has %s, the client takes %s", f.got, f.want)
}

// refuses returns what c refuses of what the server chose, in the order in which
// a client comes to it.
func (c Client) refuses(a Answer) finding {
	hello, err := probe.ParseHello(c.Hello)
	if err != nil {
		return finding{}
	}
	flight := a.Result.Flight
	for _, found := range []finding{
		c.refusesVersion(flight.Version, hello.MaxVersion),
		refusesSuite(flight, hello),
		c.refusesChain(a),
		c.refusesExchange(flight, hello),
		c.refusesPrime(flight),
	} {
		if found.cause != "" {
			return found
		}
	}
	return finding{}
}

func (c Client) refusesVersion(chosen, highest probe.Version) finding {
	if c.Rules.MinVersion <= chosen && chosen <= highest {
		return finding{}
	}
	return finding{cause: CauseVersion, got: chosen.String(), want: c.Rules.MinVersion.String() + " to " + highest.String()}
}

func refusesSuite(f *probe.Flight, hello probe.Hello) finding {
	if f.Version < probe.SSL30 || slices.Contains(hello.CipherSuites, f.CipherSuite) {
		return finding{}
	}
	return finding{cause: CauseSuite, got: f.CipherSuite.String()}
}

// refusesExchange checks that the key exchange and its signature are among what
// the hello offers, and that c takes such a signature.
func (c Client) refusesExchange(f *probe.Flight, hello probe.Hello) finding {
	switch {
	case f.Group != 0 && hello.Groups != nil && !slices.Contains(hello.Groups, f.Group):
		return finding{cause: CauseGroup, got: f.Group.String()}
	case f.SignatureScheme != 0 && hello.SignatureSchemes != nil && !slices.Contains(hello.SignatureSchemes, f.SignatureScheme):
		return finding{cause: CauseScheme, got: "a signature with " + f.SignatureScheme.String()}
	case c.Rules.NoLegacySignature && f.Version < probe.TLS12 && !plainRSA(f.CipherSuite):
		return finding{cause: CauseLegacySignature, got: f.Version.String() + " with " + f.CipherSuite.String()}
	}
	return finding{}
}

func (c Client) refusesPrime(f *probe.Flight) finding {
	if f.DH == nil || f.DH.Bits() >= c.Rules.MinDHBits {
		return finding{}
	}
	return finding{cause: CauseDHBits, got: bits(f.DH.Bits()), want: bits(c.Rules.MinDHBits) + " and more", bits: f.DH.Bits()}
}

// refusesChain looks at the certificates; one that cannot be read is passed over.
func (c Client) refusesChain(a Answer) finding {
	chain := a.Result.Flight.Certificates
	if chain == nil {
		chain = a.Certificates
	}
	smallest := c.Rules.MinRSABits
	if !a.Unverified {
		smallest = max(smallest, c.Rules.MinVerifiedRSABits)
	}
	for _, der := range chain {
		certificate, err := probe.ParseCertificate(der)
		switch {
		case err != nil:
		case c.Rules.NoNegativeSerial && certificate.Serial.Sign() < 0:
			return finding{cause: CauseNegativeSerial, got: certificate.Serial.String()}
		case certificate.KeyType == "RSA" && certificate.KeyBits > 0 && certificate.KeyBits < smallest:
			return finding{cause: CauseRSABits, got: bits(certificate.KeyBits), want: bits(smallest) + " and more", bits: certificate.KeyBits}
		case slices.Contains(c.Rules.RefusedHashes, certificate.Hash()):
			return finding{cause: CauseCertificateHash, got: certificate.SignatureAlgorithm}
		}
	}
	return finding{}
}

func bits(n int) string { return fmt.Sprintf("%d bits", n) }

// rsaSHA1 is rsa_pkcs1_sha1, which SQL Server up to 2016 signs with.
const rsaSHA1 probe.SignatureScheme = 0x0201

// plainRSA reports whether the server's RSA key is the key exchange of a suite.
func plainRSA(s probe.CipherSuite) bool { return strings.HasPrefix(s.String(), "TLS_RSA_WITH_") }
