package probe

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

// A Depth is how far an attempt goes before it leaves.
type Depth uint8

const (
	// DepthServerFlight sends the ClientHello and reads the server's first
	// flight. It needs no key: any cipher suite can be asked for.
	DepthServerFlight Depth = iota
	// DepthPrelogin stops at the PRELOGIN answer: before any TLS with
	// [ModeTDS7], inside TLS with [ModeTDS8].
	DepthPrelogin
	// DepthFinished completes the handshake through utls, which must know the
	// chosen version and suite, and in TLS 1.3 must have sent a key share; or, if
	// the attempt has a DHE, through a client of our own.
	DepthFinished
)

var depthNames = []string{"server_flight", "prelogin", "finished"}

func (d Depth) String() string               { return enumName(depthNames, d) }
func (d Depth) MarshalText() ([]byte, error) { return []byte(d.String()), nil }
func (d *Depth) UnmarshalText(text []byte) (err error) {
	*d, err = enumParse[Depth](depthNames, "depth", text)
	return err
}

// An Attempt is what to send on one connection. It is plain data: JSON in,
// JSON out.
type Attempt struct {
	// Name says what the attempt asks, for logs and reports.
	Name string `json:"name"`
	// Prelogin is the PRELOGIN message body. If zero, a plain client's with
	// ENCRYPTION = ON (NOT_SUP in [ModeTDS8]) and the target's instance name
	// is sent.
	Prelogin prelogin.Raw `json:"prelogin,omitzero"`
	// Hello is the ClientHello.
	Hello Hello `json:"hello"`
	// Depth is how far to go. If zero, the server's first flight.
	Depth Depth `json:"depth"`
	// DHE, if not nil, completes a handshake of TLS 1.2 in one of [DHESuites],
	// and of no other, with a client's half that is chosen so; in older versions
	// DHE cannot be completed. The attempt ends at Finished in every mode: there
	// is no PRELOGIN inside TLS. Neither certificate nor signature of the server
	// are judged. What our client cannot go on with makes it end as [Aborted]:
	// parameters that are no good, a suite or version that was not offered, a
	// resumed session, encrypt_then_mac, a Finished that is wrong.
	DHE *DHE `json:"dhe,omitempty"`
}

// Errors of attempts that cannot be made; see [Prober.Probe].
var (
	ErrRawFinished  = errors.New("probe: a literal or SSL 2.0/3.0 hello cannot be brought to Finished")
	ErrPreloginMode = errors.New("probe: the target's mode has no PRELOGIN")
	ErrOrder        = errors.New("probe: a hello that does not wait for the PRELOGIN answer ends at the server's flight")
	ErrNoPort       = errors.New("probe: the target names an instance but no port: give host,port")
	ErrNoHost       = errors.New("probe: the target has no host")
)

func (a Attempt) validate(t Target) error {
	finishes := a.Depth == DepthFinished || a.Depth == DepthPrelogin && t.Mode == ModeTDS8
	switch {
	case t.Host == "" && t.Address == "":
		return ErrNoHost
	case t.Address == "" && t.Port == 0 && t.Instance != "":
		return ErrNoPort
	case a.Depth == DepthPrelogin && t.Mode == ModeTLS:
		return ErrPreloginMode
	case finishes && a.DHE == nil && (a.Hello.Raw != nil || a.Hello.version() < TLS10):
		return ErrRawFinished
	case a.Hello.Framing.Order != OrderAnswered && (a.Depth != DepthServerFlight || a.DHE != nil):
		return ErrOrder
	case a.DHE != nil:
		return a.checkDHE()
	}
	return nil
}

// Bytes returns what the attempt sends up to and with its hello, in clear text
// and TDS packets where the mode has them, whatever is answered: one message
// behind the other. Each call has fresh keys and random values, unless the hello
// is literal. With [DepthPrelogin] there is no hello, and in [ModeTDS8] nothing
// of the PRELOGIN message, which goes inside TLS. Errors are those of
// [Prober.Probe].
func (a Attempt) Bytes(t Target) ([]byte, error) {
	c, err := newConversation(t, a)
	if err != nil {
		return nil, err
	}
	if !c.clear() {
		return c.bytes, nil
	}
	f := c.hello.Framing
	request := f.packets(f.Prelogin).AppendMessage(nil, prelogin.PacketPrelogin, c.request.Append(nil))
	switch {
	case a.Depth == DepthPrelogin:
		return request, nil
	case f.Order == OrderHelloFirst:
		return append(f.hello(c.bytes), request...), nil
	}
	return append(request, f.hello(c.bytes)...), nil
}

// A Timing is how long the steps of an attempt took. Steps that were not
// reached are zero.
type Timing struct {
	Dial      time.Duration `json:"dial_ns"`      // resolution and TCP connect
	Prelogin  time.Duration `json:"prelogin_ns"`  // PRELOGIN out to PRELOGIN in
	Handshake time.Duration `json:"handshake_ns"` // ClientHello out to the last byte needed, a search for a DHE among it
}

// A Result is the answer to one attempt.
type Result struct {
	Attempt
	Stage   Stage   `json:"stage"`
	Outcome Outcome `json:"outcome"`
	// Alert is the alert that explains the end of an attempt that was not
	// accepted, nil if there was none. A fatal one comes before a warning, that
	// before close_notify, and that before unrecognized_name and
	// no_renegotiation; of several like these it is the last. With another
	// outcome than [Alerted] it came before the end and need not be its cause.
	Alert *Alert `json:"alert,omitempty"`
	// Flight is what the server showed, nil if it showed no ServerHello.
	Flight *Flight `json:"flight,omitempty"`
	// Ticket is the session ticket that the server issued in a handshake up to
	// TLS 1.2 that came to its end, nil if none: RFC 5077, section 3.3.
	Ticket []byte `json:"ticket,omitzero"`
	// Prelogin is the PRELOGIN answer, nil if none came.
	Prelogin *prelogin.Message `json:"prelogin_answer,omitempty"`
	// Address is the ip:port that was connected to, empty if none was.
	Address  string `json:"address,omitempty"`
	Timing   Timing `json:"timing"`
	BytesIn  int    `json:"bytes_in"`
	BytesOut int    `json:"bytes_out"`
	// Err is what ended an attempt that was not accepted. In JSON it is the
	// string "error".
	Err error `json:"-"`
}

// MarshalJSON encodes r with the text of its error.
func (r Result) MarshalJSON() ([]byte, error) {
	type plain Result
	out := struct {
		plain
		Error string `json:"error,omitempty"`
	}{plain: plain(r)}
	if r.Err != nil {
		out.Error = r.Err.Error()
	}
	return json.Marshal(out)
}

// UnmarshalJSON is the inverse of MarshalJSON; of the error only its text is
// left.
func (r *Result) UnmarshalJSON(data []byte) error {
	type plain Result
	var in struct {
		plain
		Error string `json:"error"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*r = Result(in.plain)
	if in.Error != "" {
		r.Err = errors.New(in.Error)
	}
	return nil
}
