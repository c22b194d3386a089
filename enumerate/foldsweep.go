package enumerate

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/dhgroup"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// inconclusive begins the note on what could not be settled.
const inconclusive = "inconclusive"

// doubt says why an answer is not believed, empty if it is.
func doubt(a Answer) string {
	switch {
	case a.Believed:
		return ""
	case a.Outcome == probe.Unknown && a.Err == nil:
		return inconclusive + ": not asked"
	}
	return fmt.Sprintf("%s: %v at stage %v", inconclusive, a.Outcome, a.Stage)
}

// end says what the end of an enumeration leaves open, empty if nothing.
func end(answers []Answer, stray bool) string {
	switch {
	case len(answers) == 0:
		return inconclusive + ": not asked"
	case stray:
		return "the server used what was not offered"
	}
	return doubt(answers[len(answers)-1])
}

func named[T ~uint16](ids []T, name func(T) string) []Named {
	list := make([]Named, len(ids))
	for i, id := range ids {
		list[i] = Named{uint16(id), name(id)}
	}
	return list
}

// foldServer adds the answers to all kinds of ENCRYPTION.
func (w *way) foldServer() *Server {
	if w.server == nil || len(w.swept.encryption) == 0 {
		return w.server
	}
	s := *w.server
	off := s.Encryption
	s.EncryptionAnswers = map[string]*string{prelogin.EncryptOff.String(): &off}
	for _, a := range w.swept.encryption {
		asked, err := preloginOf(a.Attempt).Encryption()
		if err != nil {
			continue
		}
		s.EncryptionAnswers[asked.String()] = nil
		text := a.Outcome.String()
		if a.Prelogin != nil {
			if e, err := a.Prelogin.Encryption(); err == nil {
				text = e.String()
			}
		}
		if a.Believed {
			s.EncryptionAnswers[asked.String()] = &text
		}
	}
	return &s
}

// preloginOf decodes the PRELOGIN message that an attempt sends.
func preloginOf(a probe.Attempt) *prelogin.Message {
	m, err := prelogin.Parse(a.Prelogin.Append(nil))
	if err != nil {
		return &prelogin.Message{}
	}
	return m
}

func (w *way) foldGroups(v probe.Version) ([]Named, string) {
	loops := []swept[Elimination[probe.Group]]{}
	switch v {
	case probe.TLS12:
		loops = append(loops, w.swept.curves, w.swept.fields)
	case probe.TLS13:
		loops = append(loops, w.swept.retries)
	}
	var groups []Named
	note := ""
	for _, loop := range loops {
		if !loop.made {
			continue
		}
		seen := results(loop.answers)
		groups = append(groups, named(loop.strategy.Picks(seen), probe.Group.String)...)
		if groups == nil {
			groups = []Named{}
		}
		if left := end(loop.answers, loop.strategy.Stray(seen)); note == "" {
			note = left
		}
	}
	return groups, note
}

func (w *way) foldSchemes(v probe.Version) ([]Named, string) {
	switch {
	case v == probe.TLS12 && len(w.swept.signed) > 0:
		schemes, note := []Named{}, ""
		for _, loop := range w.swept.signed {
			seen := results(loop.answers)
			schemes = append(schemes, named(loop.strategy.Picks(seen), probe.SignatureScheme.String)...)
			if left := end(loop.answers, loop.strategy.Stray(seen)); note == "" {
				note = left
			}
		}
		return schemes, note
	case v == probe.TLS13 && w.swept.schemes13.made:
		sieve, answers := w.swept.schemes13.strategy, w.swept.schemes13.answers
		seen := results(answers)
		note := ""
		if len(sieve.Open(seen)) > 0 {
			note = "some are accepted together with others only"
		} else if i := slices.IndexFunc(seen, retries); i >= 0 {
			note = fmt.Sprintf("%s: the server asks for a key share of %v", inconclusive, seen[i].Flight.Group)
		} else if len(answers) == 0 || len(sieve.Plan(seen)) > 0 || sieve.United(seen) {
			note = end(answers, false)
		}
		return named(sieve.Found(seen), probe.SignatureScheme.String), note
	}
	return nil, ""
}

// foldDHE describes the ephemeral keys of all flights, nil if there are none.
func (w *way) foldDHE() *DHE {
	var dhe *DHE
	var keys [][]byte
	reused := false
	for _, r := range slices.Concat(w.runner.Results(), w.apart) {
		if r.Flight == nil || r.Flight.DH == nil {
			continue
		}
		dh := r.Flight.DH
		reused = reused || slices.ContainsFunc(keys, func(key []byte) bool { return bytes.Equal(key, dh.Ys) })
		keys = append(keys, dh.Ys)
		if dhe == nil || dh.Bits() < dhe.Bits {
			group, _ := dhgroup.Named(dh.P, dh.G)
			dhe = &DHE{
				Bits: dh.Bits(), Group: group.Name,
				PaddedGenerator: len(dh.G) > 0 && len(dh.G) == len(dh.P) && dh.G[0] == 0,
			}
		}
	}
	if dhe != nil {
		dhe.LeadingZeros = w.foldZeros()
	}
	if len(keys) > 1 {
		dhe.KeyReuse = &reused
	}
	return dhe
}

func foldTolerances(answers []Answer) []Tolerance {
	list := []Tolerance{}
	for _, a := range answers {
		t := Tolerance{Name: a.Name, Note: doubt(a)}
		if a.Believed {
			t.Outcome, t.Note = &a.Outcome, ""
			if a.Outcome != probe.Accepted {
				t.Note = outcome(a.Result)
			}
		}
		list = append(list, t)
	}
	return list
}

// foldBehaviours describes what flights showed by themselves, what was asked,
// and what could be resumed.
func (w *way) foldBehaviours() []Behaviour {
	list := []Behaviour{}
	if !w.wants(Behaviours) || len(w.swept.behaviours.answers) == 0 {
		return list
	}
	list = append(list, shown(w.runner.Results())...)
	questions := w.swept.behaviours
	for i, a := range questions.answers {
		b := Behaviour{Name: questions.strategy[i].name, Note: doubt(a)}
		if a.Believed {
			yes, note := questions.strategy[i].read(a.Result)
			b.Value, b.Note = &yes, note
		}
		list = append(list, b)
	}
	return append(list, foldResumption(w.swept.resumed)...)
}

// shown describes the extensions of the first ServerHello up to TLS 1.2 that
// answers a hello with all of them.
func shown(results []probe.Result) []Behaviour {
	for _, r := range results {
		if !accepted(r) || r.Flight.Version >= probe.TLS13 || r.Flight.Version < probe.TLS10 || len(r.Hello.Omit) > 0 || r.Hello.Raw != nil ||
			!slices.Contains(r.Hello.CipherSuites, probe.EmptyRenegotiationInfoSCSV) {
			continue
		}
		f := r.Flight
		return []Behaviour{
			{Name: "secure_renegotiation", Value: &f.SecureRenegotiation},
			{Name: "extended_master_secret", Value: &f.ExtendedMasterSecret},
			{Name: "session_ticket", Value: &f.SessionTicket},
		}
	}
	return nil
}
