package capture

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A Side is one end of a connection.
type Side uint8

// The sides. Nobody is the zero value.
const (
	Nobody Side = iota
	Client
	Server
)

var sideNames = []string{"nobody", "client", "server"}

func (s Side) String() string               { return name(sideNames, s) }
func (s Side) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// An End is how a side ended a TCP connection: RFC 9293, section 3.5 and 3.6.
type End uint8

// The ends. Open is the zero value: the file ends before the connection.
const (
	Open End = iota
	FIN
	RST
)

var endNames = []string{"open", "fin", "rst"}

func (e End) String() string               { return name(endNames, e) }
func (e End) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// name names a value by its index.
func name[T ~uint8](names []string, v T) string {
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("%d", uint8(v))
}

// A Connection is one connection of a capture file, and what came of it.
type Connection struct {
	Client netip.AddrPort `json:"client"`
	Server netip.AddrPort `json:"server"`
	// Start is the time of its first packet.
	Start time.Time `json:"start"`
	// Mode is how the client reaches TLS. If [probe.ModeAuto], it said nothing.
	Mode probe.Mode `json:"mode"`
	// Midway says that its begin is not in the file.
	Midway bool `json:"midway,omitempty"`
	// Incomplete says that the file lacks some of its bytes, or that it has more
	// of them than are kept.
	Incomplete bool `json:"incomplete,omitempty"`
	// Prelogin is the client's PRELOGIN in clear text, nil if there is none or
	// if it is malformed. The server's answer is in Result.
	Prelogin *prelogin.Message `json:"prelogin,omitempty"`
	// ServerName is the client's SNI.
	ServerName string `json:"server_name,omitempty"`
	// Result is what came of the connection, as if a [probe.Prober] had made it,
	// with differences where a capture shows less or a client goes further.
	//
	// Accepted means that the handshake came through: both sides were done with
	// it, and if the client then sent data, so did the server. Stage is then
	// Finished, or Login with data from both. In the midst of a handshake that
	// the client left without a word to answer, the outcome is Aborted. TimedOut
	// means that the server did not answer until the client gave up, or until
	// the file ends, which Unknown means where it was the client's turn.
	//
	// Alert is nil for Alerted if the alert came encrypted. Flight lacks what
	// TLS 1.3 encrypts. Timing.Handshake goes from the ClientHello to the last
	// byte that the server sent before the client went on or the attempt ended.
	Result probe.Result `json:"result"`
	// EndedBy is who ended the TCP connection first, and End is how.
	EndedBy Side `json:"ended_by"`
	End     End  `json:"end"`
	// ClientAlert is an alert in clear text by which the client gave up.
	ClientAlert *probe.Alert `json:"client_alert,omitempty"`
	// After is the time between the client's last data, or its SYN, and what
	// decided the outcome; if the client did that, between the server's last
	// data and it.
	After time.Duration `json:"after_ns"`
	// SYNs counts the client's SYN segments.
	SYNs int `json:"syns"`
	// Verdict says in one sentence what happened.
	Verdict string `json:"verdict"`
}

// Attempt returns what the client sent, to be made again: see [Connection.Target].
// Its hello has Raw set; a PRELOGIN inside TLS it does not have.
func (c Connection) Attempt() probe.Attempt { return c.Result.Attempt }

// Target returns the server as a target for the attempt.
func (c Connection) Target() probe.Target {
	return probe.Target{Host: c.Server.Addr().String(), Port: c.Server.Port(), Mode: c.Mode, ServerName: c.ServerName}
}

// Failed reports whether the handshake did not come through. What the file does
// not tell has not failed.
func (c Connection) Failed() bool {
	return c.Result.Outcome != probe.Accepted && c.Result.Outcome != probe.Unknown
}

// Failed returns the connections whose handshake did not come through.
func Failed(all []Connection) (failed []Connection) {
	for _, c := range all {
		if c.Failed() {
			failed = append(failed, c)
		}
	}
	return failed
}

// ByClient returns the connections of a client.
func ByClient(all []Connection, client netip.Addr) (its []Connection) {
	for _, c := range all {
		if c.Client.Addr() == client.Unmap() {
			its = append(its, c)
		}
	}
	return its
}

// String returns time, ends and verdict in one line.
func (c Connection) String() string {
	return fmt.Sprintf("%s %v > %v: %s", c.Start.Format("15:04:05.000"), c.Client, c.Server, c.Verdict)
}
