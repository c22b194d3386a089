package capture

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// errLeft is the end of a client that left when it was its turn.
var errLeft = errors.New("capture: the client ended the connection")

// errTurn is the end of a file when it was the client's turn.
var errTurn = errors.New("capture: the file ends when it is the client's turn")

// errSealed is an alert that is encrypted.
var errSealed = errors.New("capture: the server sent an alert, encrypted")

// judge finds out what came of the connection. Up to the server's first flight
// a Prober says it, from there on the records do.
func (x *examination) judge() {
	r := &x.Result
	end := endError(x.EndedBy, x.End, x.server.raw.gap)
	if x.Mode == probe.ModeTDS7 && x.client.prelogin == nil && x.server.prelogin == nil {
		x.take(replay(x.Server, probe.ModeTLS, r.Attempt, x.server.tls, end)) // PRELOGIN is not in the file
	} else {
		x.take(replay(x.Server, x.Mode, r.Attempt, x.server.raw.data, end))
	}
	switch {
	case r.Stage == probe.StagePrelogin:
		x.asked = x.client.raw.when(x.client.skipped)
		x.decided = x.decision()
	case len(x.client.tls) == 0 && r.Flight == nil:
		x.noHello()
	default:
		x.asked = x.client.when(cmp.Or(x.hello, len(x.client.tls)))
		x.afterHello(end)
	}
}

// take takes what a Prober says over.
func (x *examination) take(r probe.Result) {
	r.Attempt, r.Address = x.Result.Attempt, x.Result.Address
	r.BytesIn, r.BytesOut, r.Timing = x.Result.BytesIn, x.Result.BytesOut, probe.Timing{}
	x.Result = r
}

// decision returns when the outcome of a Prober was decided.
func (x *examination) decision() mark {
	switch x.Result.Outcome {
	case probe.Closed, probe.Reset, probe.TimedOut, probe.Unknown:
		return x.end
	}
	return x.lastWord()
}

// noHello judges a client that had an answer to PRELOGIN and sent no hello.
func (x *examination) noHello() {
	r := &x.Result
	r.Stage = probe.StagePrelogin
	x.asked, x.decided = x.client.raw.when(x.client.skipped), x.end
	switch {
	case x.client.raw.gap: // perhaps of a hello
		r.Outcome, r.Err = probe.Unknown, errGap
	case r.Outcome.ForciblyClosed():
	case x.EndedBy == Nobody:
		r.Outcome, r.Err = probe.Unknown, errTurn
	case x.EndedBy == Client:
		r.Outcome, r.Err = probe.Aborted, errLeft
	}
}

// afterHello judges what came behind the ClientHello.
func (x *examination) afterHello(end error) {
	r := &x.Result
	x.decided = x.decision()
	if r.Outcome != probe.Accepted {
		return
	}
	if r.Flight.Retry && !x.retry(end) || r.Flight.Version == probe.SSL20 {
		return
	}
	x.goOn()
}

// retry judges what came behind a HelloRetryRequest, and reports whether there
// is a flight of the server then.
func (x *examination) retry(end error) bool {
	r := &x.Result
	before := x.client.records(x.hello)
	again := slices.IndexFunc(before, func(r record) bool { return r.kind == recordHandshake })
	if again < 0 {
		x.decided = x.end
		r.Outcome, r.Err = x.turn()
		return false
	}
	for _, r := range before[:again] {
		x.hellos += recordHeader + len(r.body)
	}
	x.hellos += helloSize(x.client.tls[x.hellos:])
	x.asked = x.client.when(x.hellos)
	flight := r.Flight
	answer := helloSize(x.server.tls)
	x.take(replay(x.Server, probe.ModeTLS, r.Attempt, x.server.tls[answer:], end))
	if r.Flight == nil {
		r.Flight = flight
	}
	r.Flight.Retry = true
	x.decided = x.decision()
	return r.Outcome == probe.Accepted
}

// turn is the outcome when it is the client that has to go on.
func (x *examination) turn() (probe.Outcome, error) {
	switch {
	case x.server.raw.gap:
		return probe.Unknown, errGap
	case x.EndedBy == Server && x.End == FIN:
		return probe.Closed, io.EOF
	case x.EndedBy == Server:
		return probe.Reset, errReset
	case x.client.raw.gap || x.EndedBy == Nobody:
		return probe.Unknown, errTurn
	}
	return probe.Aborted, errLeft
}

// goOn judges a handshake from the server's flight on.
func (x *examination) goOn() {
	r := &x.Result
	client, server := x.client.records(x.hellos), x.server.records(0)
	var p progress
	if r.Flight.Version >= probe.TLS13 {
		p = progress13(client, server, x.EndedBy == Server)
	} else {
		p = progress12(client, server, r.Flight.Resumed)
		p.serverData = first(p.serverData, x.server.clear)
	}
	x.asked = first(p.flight, x.lastWord())
	r.Stage = probe.StageKeyExchange
	if p.flight.n > 0 {
		r.Stage = probe.StageFinished
	}
	switch {
	case p.through.n > 0:
		x.login(p)
	case p.clientAlert != nil:
		r.Outcome, r.Err, x.decided = probe.Aborted, errLeft, p.clientAlert.mark
		if body := p.clientAlert.body; p.clientAlert.kind == recordAlert && len(body) == 2 {
			x.ClientAlert = &probe.Alert{Level: body[0], Code: body[1]}
		}
	case p.serverAlert != nil:
		x.alerted(p)
	default:
		x.decided = x.end
		r.Outcome, r.Err = x.turn()
		if p.flight.n > 0 && (r.Outcome == probe.Aborted || r.Err == errTurn && !x.client.raw.gap) {
			r.Outcome, r.Err = probe.TimedOut, endError(Nobody, Open, false)
		}
	}
}

// login judges what came behind a complete handshake.
func (x *examination) login(p progress) {
	r := &x.Result
	x.decided = p.through
	if p.clientData.n == 0 || x.server.raw.gap && p.serverData.n == 0 {
		return
	}
	r.Stage, x.asked, x.decided = probe.StageLogin, p.clientData, p.serverData
	switch {
	case p.serverData.n > 0:
	case p.serverAlert != nil:
		x.alerted(p)
	default:
		x.decided = x.end
		r.Outcome, r.Err = probe.TimedOut, endError(Nobody, Open, false)
		if x.EndedBy == Server {
			r.Outcome, r.Err = x.turn()
		}
	}
}

// alerted is the end by an alert of the server.
func (x *examination) alerted(p progress) {
	r := &x.Result
	r.Outcome, x.decided = probe.Alerted, p.serverAlert.mark
	if x.sealed = p.sealed; x.sealed {
		r.Err = errSealed
		return
	}
	r.Alert = &probe.Alert{Level: p.serverAlert.body[0], Code: p.serverAlert.body[1]}
	r.Err = fmt.Errorf("capture: the server sent an alert: %v", r.Alert)
}
