package probe

import (
	"context"
	"errors"
	"reflect"
)

// An Opening is a connection that was opened ahead of its attempt: TCP is
// connected and, where PRELOGIN goes first, that is answered. It hides two
// round trips from whoever knows that another attempt will follow. It is not
// safe for concurrent use.
type Opening struct {
	prober *Prober
	opened *conversation
	err    error         // that ended it before any hello
	last   *conversation // the attempt that was made
	polite bool
}

// Open opens a connection for attempts like a; see [Opening.Fits]. What the
// server does is told by [Opening.Probe]; errors are those of [Prober.Probe].
// The Opening has to be closed.
func (p *Prober) Open(ctx context.Context, t Target, a Attempt) (*Opening, error) {
	c, err := newConversation(t, a)
	if err != nil {
		return nil, err
	}
	attempt, cancel := context.WithTimeout(ctx, p.timeout())
	defer cancel()
	o := &Opening{prober: p, opened: c, polite: true}
	if err := c.open(attempt, p.dialTCP); err != nil {
		if ctx.Err() != nil {
			c.close(false)
			return nil, ctx.Err()
		}
		if attempt.Err() != nil && !isTimeout(err) {
			err = attempt.Err()
		}
		o.err = err
	}
	return o, nil
}

// Result returns what came of the opening itself: how it ended early, or
// [Aborted] for a connection that is ready and was not used. Its Attempt is that
// of Open.
func (o *Opening) Result() *Result {
	r := *o.opened.result
	r.Outcome, r.Err = Aborted, errUnused
	if o.err != nil {
		r.Outcome, r.Err = classify(o.err, r.Stage), o.err
	}
	return &r
}

var errUnused = errors.New("probe: opened ahead and not used")

// Fits reports whether a sends before its hello what was sent already.
func (o *Opening) Fits(a Attempt) bool {
	request, err := a.request(o.opened.target)
	return err == nil && o.err == nil && o.last == nil && a.Depth != DepthPrelogin && a.Hello.Framing == o.opened.hello.Framing &&
		(!o.opened.clear() || reflect.DeepEqual(request, o.opened.request))
}

// Probe makes an attempt that fits, as [Prober.Probe] does, but leaves the
// connection as it is; an Opening serves one attempt.
func (o *Opening) Probe(ctx context.Context, a Attempt) (*Result, error) {
	c, err := newConversation(o.opened.target, a)
	if err != nil {
		return nil, err
	}
	c.goOn(o.opened)
	o.last = c
	attempt, cancel := context.WithTimeout(ctx, o.prober.timeout())
	defer cancel()
	err = o.err
	if err == nil {
		err = c.talk(attempt)
	}
	o.polite = err == nil
	return c.end(ctx, attempt, err)
}

// Close ends the connection, politely if all went well so far: it may wait half
// a second for the server to close its side.
func (o *Opening) Close() {
	if o.last == nil {
		o.opened.close(o.polite && o.err == nil)
		return
	}
	o.last.close(o.polite)
}
