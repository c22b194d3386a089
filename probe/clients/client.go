package clients

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A Client is one SQL Server client with its runtime and settings. It is plain
// data: JSON in, JSON out.
type Client struct {
	// ID names the client in the catalog, as "go-mssqldb-1.11.2-go1.25".
	ID string `json:"id"`
	// Name is what its users call it, as "ODBC Driver 18 for SQL Server".
	Name string `json:"name"`
	// Family groups drivers that belong together, as "odbc".
	Family string `json:"family"`
	// Driver and Stack name the tables of error texts, rules and remedies that
	// hold for it: those of the driver and those of its TLS.
	Driver string `json:"driver"`
	Stack  string `json:"stack"`
	// Runtime is what runs it, Settings what it was told, OS where it runs, each
	// empty if that does not matter.
	Runtime  string `json:"runtime,omitempty"`
	Settings string `json:"settings,omitempty"`
	OS       string `json:"os,omitempty"`
	// Mode is [probe.ModeTDS7] or [probe.ModeTDS8].
	Mode probe.Mode `json:"mode"`
	// Prelogin is what it sends before TLS. If zero, that is not known, and a
	// plain one with ENCRYPTION = ON is sent.
	Prelogin prelogin.Raw `json:"prelogin,omitzero"`
	// Drawn is how many bytes of TRACEID it draws anew for each connection.
	Drawn int `json:"drawn,omitempty"`
	// Framing is how it counts TDS packets.
	Framing probe.Framing `json:"framing,omitzero"`
	// Hello is its ClientHello as TLS records, for a host sql.example.test.
	Hello []byte `json:"hello"`
	// IPName says that it sends an IP address as server_name, which RFC 6066,
	// section 3, forbids.
	IPName bool `json:"ip_name,omitempty"`
	// Rules is what it takes.
	Rules Rules `json:"rules"`
	// Evidence says where all this comes from, Uncertain what is not known.
	Evidence  []string `json:"evidence"`
	Uncertain []string `json:"uncertain,omitempty"`
}

// Rules are what a client takes from a server, beyond that it takes nothing that
// it did not offer.
type Rules struct {
	// MinVersion is the lowest version that it goes on with.
	MinVersion probe.Version `json:"min_version"`
	// MinDHBits is the size of the smallest prime of a DHE exchange, 0 for any.
	MinDHBits int `json:"min_dh_bits,omitempty"`
	// MinRSABits is the size of the smallest RSA key, 0 for any;
	// MinVerifiedRSABits is that of a client that verifies the certificate.
	MinRSABits         int `json:"min_rsa_bits,omitempty"`
	MinVerifiedRSABits int `json:"min_verified_rsa_bits,omitempty"`
	// RefusedHashes are the hashes that no certificate of a chain may be signed
	// with, as "md5".
	RefusedHashes []string `json:"refused_hashes,omitempty"`
	// NoNegativeSerial says that a negative serial number is refused.
	NoNegativeSerial bool `json:"no_negative_serial,omitempty"`
	// NoLegacySignature says that the signatures of TLS 1.0 and 1.1 are refused,
	// which are with MD5 and SHA-1: those versions then go with RSA key exchange
	// only.
	NoLegacySignature bool `json:"no_legacy_signature,omitempty"`
	// ClearLogin says that it logs in in clear text when it asked for encryption
	// and the server says that it has none.
	ClearLogin bool `json:"clear_login,omitempty"`
}

// MaxVersion returns the highest version that c offers, 0 if its hello cannot
// be read.
func (c Client) MaxVersion() probe.Version {
	hello, err := probe.ParseHello(c.Hello)
	if err != nil {
		return 0
	}
	return hello.MaxVersion
}

// Encryption returns the ENCRYPTION that c sends.
func (c Client) Encryption() prelogin.Encryption {
	if data := option(c.Prelogin, prelogin.TokenEncryption); len(data) == 1 {
		return prelogin.Encryption(data[0])
	}
	return prelogin.EncryptOn
}

// option returns the data of an option in a well-formed body, nil if it is not
// there. It shares memory with r.
func option(r prelogin.Raw, t prelogin.Token) []byte {
	base := len(r.Append(nil)) - len(r.Data) // offsets count from the table
	for _, e := range r.Table {
		from := int(e.Offset) - base
		if to := from + int(e.Length); e.Token == t && from >= 0 && to <= len(r.Data) {
			return r.Data[from:to]
		}
	}
	return nil
}

// clone returns a copy that shares no memory with c.
func (c Client) clone() Client {
	c.Prelogin.Table = slices.Clone(c.Prelogin.Table)
	c.Prelogin.Data = slices.Clone(c.Prelogin.Data)
	c.Hello = slices.Clone(c.Hello)
	c.Rules.RefusedHashes = slices.Clone(c.Rules.RefusedHashes)
	c.Evidence = slices.Clone(c.Evidence)
	c.Uncertain = slices.Clone(c.Uncertain)
	return c
}
