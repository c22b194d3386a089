package clients

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// Judge tells what c makes of an answer. Server ends after the first flight are
// only seen if the attempt went that far.
func (c Client) Judge(a Answer) Verdict {
	v := Verdict{Client: c.ID, Reason: "no answer"}
	if a.Result == nil {
		return v
	}
	r := a.Result
	v.Stage, v.Outcome, v.Conclusive = r.Stage, r.Outcome, r.Outcome.Conclusive()
	if f := r.Flight; f != nil {
		v.Version, v.CipherSuite, v.Group = f.Version, f.CipherSuite, f.Group
	}
	switch scope, ok := c.scope(r.Prelogin); {
	case ok && scope == prelogin.ScopeNone:
		return c.inClear(v)
	case ok && scope == prelogin.ScopeError:
		return c.disagree(v, a)
	case r.Outcome == probe.Accepted && r.Flight != nil:
		if found := c.refuses(a); found.cause != "" {
			v.Stage, v.Outcome = probe.StageClientHello, probe.Aborted
			return c.fail(v, a, found)
		}
		v.Connects, v.Reason = true, "connects"
		return v
	case r.Outcome == probe.Accepted, !v.Conclusive:
		return Verdict{
			Client: c.ID, Stage: r.Stage, Outcome: r.Outcome,
			Reason: "the attempt ended with " + r.Outcome.String() + " at " + r.Stage.String(),
		}
	}
	return c.fail(v, a, finding{cause: c.cause(a)})
}

// scope returns what c does on a PRELOGIN answer; it is not ok if there is none
// that counts.
func (c Client) scope(answer *prelogin.Message) (prelogin.Scope, bool) {
	if answer == nil || c.Mode == probe.ModeTDS8 {
		return 0, false
	}
	encryption, err := answer.Encryption()
	return prelogin.Agreed(c.Encryption(), encryption), err == nil
}

// disagree is the verdict on a PRELOGIN answer that c should not take. One that
// takes it all the same sends its login, but finds the connection closed if the
// answer was that there is no encryption: [MS-TDS], section 2.2.6.5.
func (c Client) disagree(v Verdict, a Answer) Verdict {
	encryption, _ := a.Result.Prelogin.Encryption() // is there: it was disagreed with
	v.Stage, v.Outcome = probe.StagePrelogin, probe.NotOffered
	clear := c.Rules.ClearLogin && encryption.Base() != prelogin.EncryptOn && encryption.Base() != prelogin.EncryptRequired
	if clear && encryption.Base() != prelogin.EncryptNotSupported {
		return c.inClear(v)
	}
	if clear {
		v.ClearText, v.Outcome = true, probe.Closed
	}
	v = c.fail(v, a, finding{cause: CauseEncryption})
	if clear {
		v.Reason += "; the client sends its login in clear text all the same"
	}
	return v
}

// inClear is the verdict on a login without TLS. Nothing of TLS is in it, even if
// the attempt went on to that.
func (c Client) inClear(v Verdict) Verdict {
	return Verdict{
		Client: v.Client, Conclusive: true, Connects: true, ClearText: true,
		Stage: probe.StagePrelogin, Outcome: v.Outcome,
		Reason: "connects without TLS: the server says that it does not encrypt",
	}
}

// cause returns why the server ended an attempt, as far as that can be told.
func (c Client) cause(a Answer) Cause {
	const protocolVersion, noApplicationProtocol = 70, 120
	switch alert := a.Result.Alert; {
	case a.Result.Outcome == probe.NotOffered:
		return CauseEncryption
	case a.Result.Outcome == probe.Alerted && alert != nil && alert.Code == protocolVersion:
		return CauseVersion
	case a.Result.Outcome == probe.Alerted && alert != nil && alert.Code == noApplicationProtocol:
		return CauseStrict
	}
	return a.Cause
}

// Fix returns what helps against a cause, at the server and at c; empty if
// nothing is known to.
func (c Client) Fix(cause Cause) (server, client string) {
	data := load()
	client = data.causes[cause].Client
	if fix := data.stacks[c.Stack].Fixes[cause]; fix != "" {
		client = fix
	}
	if fix := data.drivers[c.Driver].Fixes[cause]; fix != "" {
		client = fix
	}
	return data.causes[cause].Server, client
}

// fail completes the verdict on a connection that does not come about.
func (c Client) fail(v Verdict, a Answer, found finding) Verdict {
	v.Cause = found.cause
	v.ErrorText, v.TextSource = c.errorText(v, a, found)
	v.Reason = c.reason(v, a, found)
	v.ServerFix, v.ClientFix = c.Fix(found.cause)
	return v
}

// reason says in a line why v fails: its cause, or what its end lets one say.
func (c Client) reason(v Verdict, a Answer, found finding) string {
	data := load()
	if title := data.causes[found.cause].Title; title != "" {
		return expand(title+found.detail(), c.places(v, a, found))
	}
	for _, e := range data.endings {
		if matches(e.At, e.Ends, e.Mode, c.Mode, v.Stage, v.Outcome) {
			return expand(e.Text, c.places(v, a, found)) + c.lacks(v)
		}
	}
	return "the attempt ended with " + v.Outcome.String() + " at " + v.Stage.String()
}

// lacks says what c does not offer that old servers want, if v ends at the hello.
func (c Client) lacks(v Verdict) string {
	hello, err := probe.ParseHello(c.Hello)
	if err != nil || v.Stage != probe.StageClientHello {
		return ""
	}
	var missing string
	note := func(what string, there bool) {
		if !there {
			missing += ", no " + what
		}
	}
	note("SHA-1 signatures", hello.SignatureSchemes == nil || slices.Contains(hello.SignatureSchemes, rsaSHA1))
	note("RSA key exchange", slices.ContainsFunc(hello.CipherSuites, plainRSA))
	note(probe.TLS10.String(), c.Rules.MinVersion <= probe.TLS10)
	if missing == "" {
		return ""
	}
	return "; the client offers" + missing[1:]
}
