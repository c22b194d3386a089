package testserver

import (
	"maps"
	"net"
)

// A Layer is where in what a client sends an oddity looks.
type Layer string

// The layers.
const (
	LayerPrelogin Layer = "PRELOGIN"
	LayerPackets  Layer = "TDS packets"
	LayerRecords  Layer = "TLS records"
	LayerHello    Layer = "ClientHello"
)

// An Oddity is planted in a server, to be found: if a client sends all that it
// needs, the server does something else than it would. It looks at PRELOGIN in
// clear text, and at the first ClientHello of SSL 3.0 and later of a connection,
// where both can be read: what is malformed ends as ever. [Oddities] has them.
type Oddity struct {
	// Name is a name of few words.
	Name string
	// Layer is where the oddity looks.
	Layer Layer
	// Refusal is what the server does: an alert comes as an answer to a hello only,
	// with the description Alert, and is FIN in the place of an answer to PRELOGIN.
	Refusal Refusal
	Alert   byte
	// Fault is what the server does in the place of that, if it is not NoFault:
	// one of those that replace the answer to PRELOGIN or to a hello.
	Fault Fault

	needs []need
}

// A need is one thing of all that have to meet.
type need struct {
	words string
	met   func(sent) bool
}

// Needs says in words what has to meet: each of them is necessary, and nothing
// else is.
func (o Oddity) Needs() []string {
	var words []string
	for _, n := range o.needs {
		words = append(words, n.words)
	}
	return words
}

// A question is a PRELOGIN message in clear text.
type question struct {
	tokens  []byte // in their order
	options map[byte][]byte
	by      carriage
}

// A sent is what a client sent and waits for an answer to: a question, or a
// hello, which is nil while the question waits.
type sent struct {
	question question
	hello    *hello
	arrival  arrival
}

func (o Oddity) meets(what sent) bool {
	for _, n := range o.needs {
		if !n.met(what) {
			return false
		}
	}
	return len(o.needs) > 0
}

// Fired returns how often the configured oddities were met so far, by their
// names. Of several that one message meets, each counts.
func (s *Server) Fired() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.fired)
}

// odd returns the first oddity that was met.
func (s *session) odd(what sent) (first Oddity, ok bool) {
	for _, o := range s.config.Oddities {
		if !o.meets(what) {
			continue
		}
		if !ok {
			first, ok = o, true
		}
		s.server.mu.Lock()
		s.server.fired[o.Name]++
		s.server.mu.Unlock()
	}
	return first, ok
}

// stumbles does what an oddity does, if one was met, and reports whether no
// answer follows. A fault is left to what would answer.
func (s *session) stumbles(transport net.Conn, what sent) bool {
	o, ok := s.odd(what)
	switch {
	case !ok:
		return false
	case o.Fault != NoFault:
		s.config.Fault = o.Fault
		return false
	case what.hello != nil:
		s.config.Refusal = o.Refusal
		s.refuse(transport, what.hello, o.Alert)
	case o.Refusal == RefuseRST:
		s.reset()
	case o.Refusal == RefuseSilence:
		s.hold()
	}
	return true // front ends what is not over
}
