package capture

import (
	"fmt"
	"strconv"
	"time"

	"github.com/tdsprobe/tdsprobe/probe"
)

// since returns the time from one moment to another, zero if a file has them
// the wrong way round.
func since(from, to mark) time.Duration { return max(to.at.Sub(from.at), 0) }

// questions are what a client waits for an answer to, by stage.
var questions = map[probe.Stage]string{
	probe.StageDial:        "the SYN",
	probe.StagePrelogin:    "PRELOGIN",
	probe.StageClientHello: "the ClientHello",
	probe.StageKeyExchange: "its flight",
	probe.StageFinished:    "the client's last flight of the handshake",
	probe.StageLogin:       "the client's first data inside TLS",
}

// milliseconds writes a time as people measure networks.
func milliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	digits := 1
	if ms >= 10 {
		digits = 0
	}
	return strconv.FormatFloat(ms, 'f', digits, 64) + " ms"
}

// say says in one sentence what happened.
func (x *examination) say() string {
	r := &x.Result
	after, question := milliseconds(x.After), questions[r.Stage]
	switch r.Outcome {
	case probe.Accepted:
		return x.sayAccepted()
	case probe.Closed:
		return fmt.Sprintf("the server closed the connection (FIN) %s after %s and sent no alert: what a Windows client calls 10054", after, question)
	case probe.Reset:
		return fmt.Sprintf("the server reset the connection (RST) %s after %s and sent no alert: what a Windows client calls 10054", after, question)
	case probe.Alerted:
		return fmt.Sprintf("the server sent %s %s after %s", x.sayAlert(), after, question)
	case probe.NotOffered:
		return "the server answered PRELOGIN with ENCRYPT_NOT_SUP: it does no TLS"
	case probe.TDSError:
		return fmt.Sprintf("the server answered PRELOGIN with an error: %v", r.Err)
	case probe.Malformed:
		return fmt.Sprintf("the server's answer to %s is not what SQL Server sends: %v", question, r.Err)
	case probe.TimedOut:
		return x.sayTimedOut()
	case probe.Unreachable:
		return x.sayUnreachable()
	case probe.Aborted:
		return x.sayAborted()
	}
	return x.sayUnknown()
}

func (x *examination) sayAccepted() string {
	f := x.Result.Flight
	with := fmt.Sprintf("%v with %v", f.Version, f.CipherSuite)
	switch {
	case f.Version == probe.SSL20:
		return "the server answered the ClientHello with SSL 2.0"
	case x.Result.Stage == probe.StageLogin:
		return "the handshake came through: " + with + ", and the server answered the client's first data"
	case x.EndedBy == Client:
		return fmt.Sprintf("the handshake came through: %s, but the client closed the connection (%s) and sent no data: what a client does that does not trust the certificate", with, ending(x.End))
	}
	return "the handshake came through: " + with
}

func (x *examination) sayAlert() string {
	if x.Result.Alert == nil {
		return "an alert (encrypted or of SSL 2.0)"
	}
	return fmt.Sprintf("the alert %v (%d)", x.Result.Alert, x.Result.Alert.Code)
}

func (x *examination) sayTimedOut() string {
	question := questions[x.Result.Stage]
	if x.EndedBy == Client {
		return fmt.Sprintf("the server did not answer %s: the client gave up (%s) %s later", question, ending(x.End), milliseconds(x.After))
	}
	return fmt.Sprintf("the server did not answer %s in the %s until the file ends", question, milliseconds(x.After))
}

func (x *examination) sayUnreachable() string {
	if x.EndedBy == Server {
		return fmt.Sprintf("the server refused the connection (RST) %s after the SYN: nothing listens on port %d, or a firewall answers for it", milliseconds(x.After), x.Server.Port())
	}
	return fmt.Sprintf("nothing answered the SYN (sent %d times) in the %s that the file shows: a firewall drops it, or no host has that address", x.SYNs, milliseconds(x.After))
}

func (x *examination) sayAborted() string {
	how := "ended the connection (" + ending(x.End) + ")"
	switch {
	case x.ClientAlert != nil:
		how = fmt.Sprintf("gave up with the alert %v (%d)", x.ClientAlert, x.ClientAlert.Code)
	case x.decided.n < x.end.n || x.EndedBy != Client:
		how = "gave up with an alert (encrypted)"
	}
	what := map[bool]string{true: "PRELOGIN", false: "the ClientHello"}[x.Result.Stage == probe.StagePrelogin]
	return fmt.Sprintf("the client %s %s after the server's answer to %s", how, milliseconds(x.After), what)
}

func (x *examination) sayUnknown() string {
	if x.Incomplete {
		return "the file lacks bytes of the connection: what came of it cannot be told"
	}
	return "the file ends in the midst of the handshake, when it was the client's turn"
}

// ending names the end of a connection as on the wire.
func ending(e End) string {
	return map[End]string{Open: "open", FIN: "FIN", RST: "RST"}[e]
}
