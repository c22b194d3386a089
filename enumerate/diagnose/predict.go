package diagnose

import (
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A Prediction is what a Windows system with default settings would negotiate
// as a client of the server: a program that leaves TLS to Schannel.
type Prediction struct {
	Client  string            `json:"client"`  // "Windows Server 2019 / Windows 10 1809"
	Version probe.Version     `json:"version"` // 0 if none is common
	Suite   probe.CipherSuite `json:"suite"`   // 0 if none can be used
	DHE     bool              `json:"dhe"`     // the suite is a TLS_DHE one
	// Fails is where the handshake ends: at the version, suite, group or scheme,
	// or at the size of the DHE prime, where Suite is the one that the server
	// chooses. Empty if it comes to an end well.
	Fails string `json:"fails,omitempty"`
}

// Where a handshake ends, in the order in which hello and answer are settled.
const (
	FailsVersion = "version"
	FailsSuite   = "suite"
	FailsGroup   = "group"
	FailsScheme  = "scheme"
	FailsDHBits  = "dh_bits"
)

// minDHBits is the smallest DHE prime that a Schannel client takes by default:
// "TLS registry settings", ClientMinKeyBitLength.
const minDHBits = 1024

// Predict says what every Windows system would negotiate as a client with
// default settings, oldest first. A system that has versions in reserve is there
// a second time with these enabled.
//
// The server chooses the highest common version, and in it its own first suite
// that the client offers, or, if the client's preference decides, the client's
// first suite that it accepts. A suite of which no group or no signature scheme
// is common is passed over. What the report does not tell is taken for common;
// the order of the report is taken for the server's unless it says the client's.
// It is nil if the report shows no version at all.
func Predict(r *enumerate.Report) []Prediction {
	if !slices.ContainsFunc(r.Protocols, accepted) {
		return nil
	}
	s := server{r.Protocols, enforcedHashes(r)}
	var list []Prediction
	for _, system := range schannel.Systems() {
		list = append(list, s.predict(system))
		if len(system.ProtocolsOff) > 0 {
			var enabled []string
			for _, v := range system.ProtocolsOff {
				enabled = append(enabled, probe.Version(v).String())
			}
			system.Name += " with " + and(enabled) + " enabled"
			system.ClientProtocols = slices.Concat(system.ClientProtocols, system.ProtocolsOff)
			list = append(list, s.predict(system))
		}
	}
	return list
}

func accepted(p enumerate.Protocol) bool { return p.Accepted != nil && *p.Accepted }

// A server is what a report shows to a client.
type server struct {
	protocols []enumerate.Protocol
	hashes    []string // of certificates, that a hello must have schemes for
}

// enforcedHashes returns the hashes without which the server was seen to refuse
// a hello on account of its certificates, whatever the key exchange.
func enforcedHashes(r *enumerate.Report) []string {
	var hashes []string
	for _, b := range r.Behaviours {
		_, hash, ok := strings.Cut(b.Name, "certificate_hash_enforced_")
		if ok && b.Value != nil && *b.Value && !slices.Contains(hashes, hash) {
			hashes = append(hashes, hash)
		}
	}
	return hashes
}

func (s server) predict(client schannel.System) Prediction {
	prediction := Prediction{Client: client.Name, Fails: FailsVersion}
	var p enumerate.Protocol
	for _, candidate := range s.protocols {
		if accepted(candidate) && candidate.Code >= prediction.Version && slices.Contains(client.ClientProtocols, schannel.ID(candidate.Code)) {
			p, prediction.Version = candidate, candidate.Code
		}
	}
	if prediction.Version == 0 {
		return prediction
	}
	prediction.Fails = FailsSuite
	for _, suite := range common(p, client) {
		fails := s.fails(p, suite, client)
		if fails == "" || fails == FailsDHBits {
			prediction.Suite, prediction.Fails = probe.CipherSuite(suite.ID), fails
			prediction.DHE = strings.HasPrefix(suite.Name, "TLS_DHE_")
			return prediction
		}
		if prediction.Fails != FailsScheme { // which is further than the group
			prediction.Fails = fails
		}
	}
	return prediction
}

// common returns the suites of both sides in the order in which the server
// considers them.
func common(p enumerate.Protocol, client schannel.System) []enumerate.Suite {
	at := func(id uint32) int {
		return slices.IndexFunc(client.Suites, func(c schannel.Suite) bool {
			return uint32(c.ID) == id && slices.Contains(c.Versions, schannel.ID(p.Code))
		})
	}
	both := slices.DeleteFunc(slices.Clone(p.CipherSuites), func(s enumerate.Suite) bool { return at(s.ID) < 0 })
	if p.Preference == enumerate.ClientPreference {
		slices.SortStableFunc(both, func(a, b enumerate.Suite) int { return at(a.ID) - at(b.ID) })
	}
	return both
}

// fails says what keeps both sides from a suite, empty if nothing.
func (s server) fails(p enumerate.Protocol, suite enumerate.Suite, client schannel.System) string {
	exchange, authentication := keyExchange(suite.Name)
	switch {
	case exchange == "ECDHE" && !shares(s.curves(p.Code), ids(client.Groups)):
		return FailsGroup
	case p.Code >= probe.TLS12 && !s.verifies(p, exchange, authentication, client):
		return FailsScheme
	case suite.DHBits > 0 && suite.DHBits < minDHBits:
		return FailsDHBits
	}
	return ""
}

// curves returns the server's groups, nil if they are not known. Below TLS 1.2,
// where they are not enumerated, they are taken to be those of TLS 1.2.
func (s server) curves(v probe.Version) []uint16 {
	for _, p := range s.protocols {
		if p.Code == max(v, probe.TLS12) {
			return named(p.Groups)
		}
	}
	return nil
}

// verifies reports whether the client offers a scheme that the server signs
// with, and those that its certificates need.
func (s server) verifies(p enumerate.Protocol, exchange, authentication string, client schannel.System) bool {
	offered := ids(client.SignatureSchemes)
	for _, hash := range s.hashes {
		if !slices.ContainsFunc(offered, func(id uint16) bool { return probe.SignatureScheme(id).Hash() == hash }) {
			return false
		}
	}
	if exchange == "RSA" {
		return true // nothing is signed
	}
	signed := named(p.SignatureSchemes)
	if signed == nil {
		return true
	}
	signed = slices.DeleteFunc(signed, func(id uint16) bool { return !signs(probe.SignatureScheme(id), authentication) })
	return shares(signed, offered)
}

// shares reports whether two lists have something in common, which one that is
// not known has.
func shares(a, b []uint16) bool {
	return a == nil || slices.ContainsFunc(a, func(id uint16) bool { return slices.Contains(b, id) })
}

// named returns the ids of what a report lists, nil if it does not.
func named(list []enumerate.Named) []uint16 {
	if list == nil {
		return nil
	}
	out := []uint16{}
	for _, n := range list {
		out = append(out, n.ID)
	}
	return out
}

func ids(list []schannel.Named) []uint16 {
	var out []uint16
	for _, n := range list {
		out = append(out, uint16(n.ID))
	}
	return out
}
