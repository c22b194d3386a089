package probe

import (
	"slices"

	tls "github.com/refraction-networking/utls"
)

// A sessionSink is a session cache that resumes nothing: it keeps the ticket
// that the server issued. Hellos that resume are built from that, as data.
type sessionSink struct{ ticket []byte }

func (s *sessionSink) Get(string) (*tls.ClientSessionState, bool) { return nil, false }

func (s *sessionSink) Put(_ string, state *tls.ClientSessionState) {
	if state != nil {
		s.ticket = slices.Clone(state.SessionTicket())
	}
}
