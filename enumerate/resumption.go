package enumerate

import (
	"fmt"
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A resumption is the strategy that completes handshakes with and without
// extended_master_secret and then tries to resume each session, by its id and
// by its ticket, with and without that extension: RFC 5077 and RFC 7627,
// section 5.3. A server that had CVE-2019-1318 mended refuses the resumption
// of sessions without it.
type resumption struct {
	version probe.Version
	suites  []probe.CipherSuite
}

// firsts are the full handshakes: with the extension and without.
func (r resumption) firsts() []probe.Attempt {
	full := probe.Hello{MaxVersion: r.version, CipherSuites: append(slices.Clone(r.suites), probe.EmptyRenegotiationInfoSCSV)}
	bare := full
	bare.Omit = []uint16{probe.ExtensionExtendedMasterSecret}
	return []probe.Attempt{
		{Name: "full handshake for resumption", Hello: full, Depth: probe.DepthFinished},
		{Name: "full handshake for resumption, no extended_master_secret", Hello: bare, Depth: probe.DepthFinished},
	}
}

// Plan returns the full handshakes, and then what can be resumed of them.
func (r resumption) Plan(seen []probe.Result) []probe.Attempt {
	firsts := r.firsts()
	switch len(seen) {
	case 0:
		return firsts
	case len(firsts):
	default:
		return nil
	}
	var round []probe.Attempt
	for _, full := range seen {
		round = append(round, resumptions(full)...)
	}
	return round
}

// resumptions returns the hellos that resume a session.
func resumptions(full probe.Result) []probe.Attempt {
	if full.Outcome != probe.Accepted || full.Flight == nil {
		return nil
	}
	var round []probe.Attempt
	for _, by := range []struct {
		name   string
		id     []byte
		ticket []byte
	}{{name: "session id", id: full.Flight.SessionID}, {name: "ticket", ticket: full.Ticket}} {
		if len(by.id) == 0 && len(by.ticket) == 0 {
			continue
		}
		h := full.Hello
		h.SessionID = by.id
		if by.ticket != nil {
			h.SessionID = make([]byte, 32) // any: its echo shows the resumption
			h.Extensions = append(slices.Clone(h.Extensions), probe.Extension{Type: probe.ExtensionSessionTicket, Data: by.ticket})
		}
		round = append(round, probe.Attempt{Name: fmt.Sprintf("resumption by %s of: %s", by.name, full.Name), Hello: h})
	}
	return round
}

// foldResumption says which sessions were resumed. A session that the server
// did not offer to resume is not.
func foldResumption(answers []Answer) []Behaviour {
	var list []Behaviour
	for _, name := range []string{"session_id_resumption", "ticket_resumption"} {
		for _, bare := range []bool{false, true} {
			list = append(list, resumed(name, bare, answers))
		}
	}
	return list
}

// resumed looks for one resumption among the answers.
func resumed(name string, bare bool, answers []Answer) Behaviour {
	b := Behaviour{Name: name}
	if bare {
		b.Name += "_without_extended_master_secret"
	}
	var full Answer
	for _, a := range answers {
		if (len(a.Hello.Omit) > 0) != bare {
			continue
		}
		if a.Depth == probe.DepthFinished {
			full = a
			continue
		}
		byTicket := len(a.Hello.Extensions) > 0
		if byTicket != (name == "ticket_resumption") {
			continue
		}
		switch {
		case accepted(a.Result):
			b.Value = &a.Flight.Resumed
		case a.Believed:
			b.Value, b.Note = new(bool), outcome(a.Result)
		default:
			b.Note = doubt(a)
		}
		return b
	}
	switch {
	case full.Outcome == probe.Accepted:
		b.Value, b.Note = new(bool), "the server gave nothing to resume by"
	case len(answers) > 0 && !full.Believed && full.Outcome != probe.Aborted:
		b.Note = doubt(full)
	case len(answers) == 0:
		b.Note = "no version below TLS 1.3, or no suite in it, to complete a handshake in"
	default:
		b.Note = "no handshake could be completed"
	}
	return b
}
