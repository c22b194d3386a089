package testserver

import (
	"crypto"
	"fmt"
	"math/big"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
)

// TLS is how a server does TLS.
type TLS struct {
	Versions         []uint16         // enabled; 0x0002 is SSL 2.0
	Suites           []schannel.Suite // in the server's order
	CipherKinds      []uint32         // of SSL 2.0
	Groups           []uint16
	SignatureSchemes []uint16
	// ClientPreference lets the client's order of suites decide.
	ClientPreference bool
	// DHEBits is the size of the DHE prime: 1024 or 2048. If zero, 1024.
	DHEBits int
	// Prime replaces the well-known DHE prime.
	Prime *big.Int
	// FieldGroups are the groups of RFC 7919, in the server's order: 256 and
	// 257. If there are any, DHE with clients that know some is in one of both.
	FieldGroups []uint16
	// ReuseDHE makes the DHE key the same in all connections.
	ReuseDHE bool
	// ShortGenerator leaves out the zeros before the DHE generator.
	ShortGenerator bool
	// DHEZeros is what becomes of a DHE secret that begins with zeros. The zero
	// value is right.
	DHEZeros Zeros
	// NoShortYc refuses a client's DHE public value that is shorter than the
	// prime.
	NoShortYc bool
	// Tickets and SessionIDs say which sessions of TLS 1.2 can be resumed. Those
	// with an id are of DHE, which has no tickets, or of ECDHE with AES-GCM and of
	// clients that get no ticket.
	Tickets, SessionIDs Resumption
	// Staple is the OCSP response for clients that ask for it. If nil, none.
	Staple []byte
	// Deflate chooses compression where it is offered.
	Deflate bool
	// NoExtensions leaves every extension out of the ServerHello up to TLS 1.2.
	NoExtensions bool
	// RefuseFallback honours the fallback SCSV: RFC 7507.
	RefuseFallback bool
	// IgnoreSchemes signs with the server's first scheme, offered or not.
	IgnoreSchemes bool
	// CertificateHash wants, where the key exchange is RSA's in TLS 1.2, a
	// signature scheme with this hash in the hello. If zero, it is not looked for.
	CertificateHash crypto.Hash
	// ChainHashes wants in TLS 1.2 a signature scheme with the hash of every
	// certificate of the chain in the hello, that of the root too, as Schannel
	// does. A hello without signature_algorithms is taken.
	ChainHashes bool
	// ChaChaFirst puts suites with ChaCha20 first if the client does.
	ChaChaFirst bool
	// PackFlight puts the messages of a flight into one record, as Schannel does,
	// where the handshake is left to crypto/tls.
	PackFlight bool
}

// A Resumption says which sessions a server resumes.
type Resumption uint8

// The resumptions: of no session, of every one, and of those with
// extended_master_secret, as from KB4528489 on.
const (
	ResumeNone Resumption = iota
	ResumeAll
	ResumeExtended
)

// Profile returns the defaults of a Windows Server version, as [Config.OS] names
// it, to be changed.
func Profile(os string) (*TLS, error) {
	system, ok := schannel.Server(os)
	if !ok {
		return nil, fmt.Errorf("testserver: unknown Windows Server %q (known: %q)", os, schannel.Servers())
	}
	t := &TLS{Suites: slices.Clone(system.Suites), DHEBits: system.DHEBits}
	for _, v := range system.Protocols {
		t.Versions = append(t.Versions, uint16(v))
	}
	for _, k := range system.SSL2CipherKinds {
		t.CipherKinds = append(t.CipherKinds, uint32(k.ID))
	}
	for _, g := range system.Groups {
		t.Groups = append(t.Groups, uint16(g.ID))
	}
	for _, s := range system.SignatureSchemes {
		t.SignatureSchemes = append(t.SignatureSchemes, uint16(s.ID))
	}
	return t, nil
}
