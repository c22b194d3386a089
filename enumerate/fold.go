package enumerate

import (
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// foldServer says what a PRELOGIN answer to ENCRYPTION = OFF tells. Options
// that are absent or malformed count as not given.
func foldServer(reply *prelogin.Message) *Server {
	s := &Server{InstanceMatches: true}
	if v, err := reply.Version(); err == nil {
		s.Version, s.Product = v.String(), v.Product()
	}
	if e, err := reply.Encryption(); err == nil {
		s.Encryption = e.String()
		s.ForceEncryption = e.Base() == prelogin.EncryptRequired || e.Base() == prelogin.EncryptOn
	}
	if matches, err := reply.InstanceMatches(); err == nil {
		s.InstanceMatches = matches
	}
	s.MARS, _ = reply.MARS()
	s.FedAuth, _ = reply.FedAuthRequired()
	return s
}

// foldSuites describes the picks of version v by what the server showed with
// them.
func foldSuites(v probe.Version, picks []probe.CipherSuite, seen []probe.Result) []Suite {
	suites := make([]Suite, len(picks))
	for i, pick := range picks {
		suites[i] = Suite{ID: uint32(pick), Name: pick.String()}
		for _, r := range seen {
			if accepts(r, v) && r.Flight.CipherSuite == pick {
				suites[i].show(r.Flight)
				break
			}
		}
	}
	return suites
}

func (s *Suite) show(f *probe.Flight) {
	if f.Group != 0 {
		s.Group = f.Group.String()
	}
	if f.DH != nil {
		s.DHBits = f.DH.Bits()
	}
}

// foldKinds describes an SSL 2.0 SERVER-HELLO.
func foldKinds(kinds []probe.CipherKind) []Suite {
	suites := make([]Suite, len(kinds))
	for i, kind := range kinds {
		suites[i] = Suite{ID: uint32(kind), Name: kind.String()}
	}
	return suites
}

// foldRefusal describes the answer that ended version v's enumeration, nil if
// that was an acceptance or the question was never put.
func foldRefusal(last Answer, v probe.Version) *Refusal {
	if accepts(last.Result, v) || last.Outcome == probe.Unknown && last.Err == nil {
		return nil
	}
	refusal := &Refusal{
		Attempt: last.Name, Outcome: last.Outcome, Stage: last.Stage,
		Attempts: last.Tries, Controls: last.Controls,
	}
	if last.Alert != nil {
		refusal.Alert = last.Alert.String()
	}
	if last.Err != nil {
		refusal.Error = last.Err.Error()
	}
	if last.Flight != nil && last.Outcome == probe.Accepted {
		refusal.Answered = last.Flight.Version.String()
	}
	return refusal
}

// foldChains describes the chains that a server showed, one for each leaf, in
// the order of their appearance.
func foldChains(results []probe.Result) [][]Certificate {
	var chains [][]Certificate
	seen := map[string]bool{}
	for _, r := range results {
		if !showsCertificates(r) || seen[string(r.Flight.Certificates[0])] {
			continue
		}
		seen[string(r.Flight.Certificates[0])] = true
		var chain []Certificate
		for _, der := range r.Flight.Certificates {
			chain = append(chain, foldCertificate(der))
		}
		chains = append(chains, chain)
	}
	return chains
}

// completeChain reports whether each link is issued by the next and the last
// one by itself.
func completeChain(chain []Certificate) bool {
	for i, c := range chain {
		issuer := chain[min(i+1, len(chain)-1)]
		if c.Error != "" || c.Issuer != issuer.Subject {
			return false
		}
	}
	return len(chain) > 0
}

// fallbackSubject is the name in the certificate that SQL Server makes for
// itself.
const fallbackSubject = "CN=SSL_Self_Signed_Fallback"

func showsCertificates(r probe.Result) bool {
	return r.Flight != nil && len(r.Flight.Certificates) > 0
}

func foldCertificate(der []byte) Certificate {
	c, err := probe.ParseCertificate(der)
	if err != nil {
		return Certificate{Error: err.Error(), Names: []string{}, DER: der}
	}
	key := c.KeyType
	if c.KeyBits > 0 {
		key = fmt.Sprintf("%s %d", c.KeyType, c.KeyBits)
	}
	return Certificate{
		Subject: c.Subject, Issuer: c.Issuer, Serial: fmt.Sprintf("%x", c.Serial),
		NotBefore: c.NotBefore, NotAfter: c.NotAfter, Key: key,
		SignatureAlgorithm: c.SignatureAlgorithm, SelfSigned: c.SelfSigned,
		KeyBits: c.KeyBits, Hash: c.Hash(), Fallback: c.SelfSigned && c.Subject == fallbackSubject,
		SHA256: hex.EncodeToString(c.SHA256[:]), Names: append([]string{}, c.Names...), DER: der,
	}
}

// foldStability counts results by outcome, and the flakes among them.
func foldStability(results []probe.Result, flakes []Ending) Stability {
	s := Stability{Attempts: len(results), FlakeEndings: flakes}
	for _, e := range flakes {
		s.Flakes += e.Count
	}
	var connect, prelogin, handshake []time.Duration
	for _, r := range results {
		switch r.Outcome {
		case probe.Unreachable:
			s.Refused++
		case probe.Reset:
			s.Reset++
		case probe.Closed:
			s.Closed++
		case probe.TimedOut:
			s.TimedOut++
		}
		if r.Address != "" {
			connect = append(connect, r.Timing.Dial)
		}
		if r.Prelogin != nil {
			prelogin = append(prelogin, r.Timing.Prelogin)
		}
		if r.Flight != nil {
			handshake = append(handshake, r.Timing.Handshake)
		}
	}
	s.ConnectMS, s.PreloginMS, s.HandshakeMS = percentiles(connect), percentiles(prelogin), percentiles(handshake)
	return s
}

// percentiles uses the nearest rank.
func percentiles(d []time.Duration) Percentiles {
	if len(d) == 0 {
		return Percentiles{}
	}
	slices.Sort(d)
	at := func(percent int) float64 {
		rank := (len(d)*percent + 99) / 100
		return float64(d[rank-1].Microseconds()) / 1000
	}
	return Percentiles{P50: at(50), P95: at(95), P99: at(99)}
}
