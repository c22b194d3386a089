package realclients_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A side is what one side of a connection said.
type side struct {
	prelogin bool   // PRELOGIN, or the answer to it
	hello    []byte // the first TLS record, of a handshake
	keys     bool   // ChangeCipherSpec
	alert    []byte // one in clear text, level and code
	data     int    // records with application data
}

// TDS packet types and TLS record types: [MS-TDS], section 2.2.3.1.1, and RFC
// 5246, section 6.2.1.
const (
	typeLogin7       = 0x10
	changeCipherSpec = 20
	alert            = 21
	handshake        = 22
	applicationData  = 23
)

// read takes apart what one side said: TDS packets with PRELOGIN and then TLS in
// them, and TLS records without them from some point on. It makes do with less
// than a whole packet or record at the end.
func read(said []byte) side {
	var s side
	var tls []byte
	for first := true; len(said) > 0; {
		if changeCipherSpec <= said[0] && said[0] <= applicationData {
			tls = append(tls, said...)
			break
		}
		if len(said) < 8 {
			break
		}
		size := min(max(int(said[2])<<8|int(said[3]), 8), len(said))
		switch {
		case said[0] == typeLogin7:
			// in clear text: no TLS
		case first:
			s.prelogin = true
			first = said[1]&1 == 0 // not the last packet of the message
		default:
			tls = append(tls, said[8:size]...)
		}
		said = said[size:]
	}
	s.records(tls)
	return s
}

func (s *side) records(tls []byte) {
	for len(tls) >= 5 {
		size := 5 + (int(tls[3])<<8 | int(tls[4]))
		if size > len(tls) {
			return
		}
		switch record := tls[:size]; {
		case record[0] == changeCipherSpec:
			s.keys = true
		case record[0] == alert && !s.keys:
			s.alert = record[5:]
		case record[0] == handshake && s.hello == nil:
			s.hello = record
		case record[0] == applicationData:
			s.data++
		}
		tls = tls[size:]
	}
}

// An end is how a client fares: it connects, or where and how that fails.
type end struct {
	connects bool
	stage    probe.Stage
	outcome  probe.Outcome
}

func (e end) String() string {
	if e.connects {
		return "connects"
	}
	return e.outcome.String() + " at " + e.stage.String()
}

// seen returns how the last client fared, from what went over the wire and from
// whether it met the server's answer to its login.
func (r *relay) seen(t *testing.T, loggedIn bool) end {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	require.NotNil(t, r.last, "the client did not come")
	this := r.last
	client, server := read(this.client.Bytes()), read(this.server.Bytes())
	e := end{stage: probe.StagePrelogin, outcome: probe.Aborted}
	if loggedIn || this.cut {
		return end{connects: true}
	}
	switch {
	case client.keys:
		e.stage = probe.StageFinished
	case client.hello != nil:
		e.stage = probe.StageClientHello
	}
	switch {
	case client.alert != nil && client.alert[0] == 2:
	case server.alert != nil && server.alert[0] == 2:
		e.outcome = probe.Alerted
	case e.stage == probe.StagePrelogin && server.prelogin:
		e.outcome = probe.NotOffered // whoever ends the connection after that
	case this.over && this.byServer && this.reset:
		e.outcome = probe.Reset
	case this.over && this.byServer:
		e.outcome = probe.Closed
	}
	return e
}
