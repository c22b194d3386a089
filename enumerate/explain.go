package enumerate

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tdsprobe/tdsprobe/probe"
)

// An Explanation is what a server has against an attempt.
type Explanation struct {
	Target probe.Target `json:"target"`
	// Attempt is how the attempt that is explained ended.
	Attempt Rung `json:"attempt"`
	// Fixes are the smallest sets of changes after which it is accepted, the one
	// with the fewest layers first. Empty if it is accepted as it is.
	Fixes []Fix `json:"fixes"`
	// Note says what could not be found out, empty if nothing.
	Note        string `json:"note,omitempty"`
	Connections int    `json:"connections"`
}

// A Fix is a set of changes of which none can be left out.
type Fix struct {
	// Changes are in the order in which a server meets the layers: each is what
	// the refusal would be about next if only those before it were made.
	Changes []Change `json:"changes"`
	// Attempt is what was accepted.
	Attempt probe.Attempt `json:"attempt"`
	// Proven is false if the refusal without some change was not believed, so
	// that the fix may do more than it has to.
	Proven bool `json:"proven"`
}

// A Change is what has to be different in one layer.
type Change struct {
	Layer  Layer    `json:"layer"`
	Add    []string `json:"add,omitempty"`
	Remove []string `json:"remove,omitempty"`
}

// ErrInexpressible says that an attempt is refused for something in its bytes
// that no field of a [probe.Hello] can say: without Raw it is accepted.
var ErrInexpressible = errors.New("enumerate: what the server refuses cannot be told by the fields of the hello")

// Explain finds out why the target refuses an attempt: the smallest changes to
// it that make the server accept it, by delta debugging against the live server.
// The attempt may be of any hello, such as one of probe.ParseHello. What it is
// changed towards is a hello that the server was found to accept.
//
// That a fix is accepted is proven. That no part of it can be left out rests on
// refusals, which are believed as those of a scan are; Options.Budget bounds the
// connections, and with them how many fixes are looked for.
//
// The error is ctx.Err(), wraps [ErrUnmeasured] if the server accepts no hello
// at all, is [ErrInexpressible], or that of an attempt that cannot be made. The
// explanation beside it holds what was found until then.
func Explain(ctx context.Context, target probe.Target, attempt probe.Attempt, options Options) (*Explanation, error) {
	if target.Host == "" && target.Address == "" {
		return nil, probe.ErrNoHost
	}
	if target.Mode == probe.ModeAuto {
		target.Mode = probe.ModeTDS7
	}
	w := newWay(target, options)
	x := &Explanation{Target: target, Fixes: []Fix{}}
	err := w.resolve(ctx)
	if err == nil {
		err = w.explain(ctx, attempt, x)
	}
	x.Target, x.Connections = w.runner.Target, w.runner.Connections()
	switch {
	case ctx.Err() != nil:
		return x, ctx.Err()
	case errors.Is(err, ErrUnwell), errors.Is(err, ErrBudget):
		x.Note = err.Error()
		return x, nil
	}
	return x, err
}

// explain fills in x.
func (w *way) explain(ctx context.Context, attempt probe.Attempt, x *Explanation) error {
	if err := w.climb(ctx); err != nil {
		return err
	}
	if attempt.Name == "" {
		attempt.Name = "the attempt"
	}
	if raw := attempt.Hello.Raw; raw != nil { // to know what it offers
		framing := attempt.Hello.Framing
		hello, err := probe.ParseHello(raw)
		if err != nil {
			return err
		}
		attempt.Hello, attempt.Hello.Framing = hello, framing
	}
	e := &explainer{way: w, known: map[string]Answer{}}
	first, err := e.put(ctx, []probe.Attempt{attempt}, false)
	if err != nil {
		return err
	}
	x.Attempt = foldRung(first[0])
	if answered(first[0]) {
		return nil
	}
	if err := e.prepare(attempt); err != nil {
		return err
	}
	failure := e.search(ctx, x)
	if failure != nil && !errors.Is(failure, ErrInexpressible) {
		return failure
	}
	refused, err := e.confirm(ctx, attempt, x)
	if err != nil || !refused {
		return err
	}
	return failure
}

// confirm makes sure that the attempt itself is refused, now that so much was
// seen of the server that little repetition is needed.
func (e *explainer) confirm(ctx context.Context, attempt probe.Attempt, x *Explanation) (refused bool, err error) {
	again, err := e.put(ctx, []probe.Attempt{attempt}, true)
	if err != nil {
		return false, err
	}
	x.Attempt = foldRung(again[0])
	switch {
	case answered(again[0]):
		x.Fixes = []Fix{}
		return false, nil
	case accepted(again[0].Result):
		x.Note = "the server answers in " + again[0].Flight.Version.String() + ", which the hello does not offer"
	case !again[0].Believed:
		x.Note = "whether the attempt is refused is " + doubt(again[0])
	}
	return true, nil
}

// An explainer looks for the parts that a server wants changed.
type explainer struct {
	way   *way
	base  probe.Attempt // refused
	parts []part        // all of them make it accepted
	known map[string]Answer
}

// prepare brings the attempt into the form in which it can be changed, and
// finds what there is to change.
func (e *explainer) prepare(attempt probe.Attempt) error {
	sni := e.way.runner.Target.SNI()
	reference := e.way.runner.Control
	var err error
	for _, a := range []*probe.Attempt{&attempt, &reference} {
		if a.Hello, err = fielded(a.Hello, sni); err != nil {
			return err
		}
	}
	attempt.Depth = probe.DepthServerFlight
	e.base = attempt
	if e.parts = differences(attempt, reference); len(e.parts) > maxParts {
		return fmt.Errorf("enumerate: the hello differs in %d things from one that is accepted: at most %d can be told apart", len(e.parts), maxParts)
	}
	return nil
}

// maxParts bounds what a hello may differ in: three times what those of real
// clients do, which lack most of some 450 registered suites, groups and schemes.
const maxParts = 1500

// fielded returns a hello with every list in its field and nothing literal.
func fielded(h probe.Hello, sni string) (probe.Hello, error) {
	framing := h.Framing
	bytes, err := h.Bytes(sni)
	if err != nil {
		return h, err
	}
	if h, err = probe.ParseHello(bytes); err != nil {
		return h, err
	}
	h.Raw, h.Framing = nil, framing
	return h, nil
}

// A set is the numbers of some parts, ascending.
type set []int

func (e *explainer) all() set {
	s := make(set, len(e.parts))
	for i := range s {
		s[i] = i
	}
	return s
}

// with returns the attempt with some parts changed.
func (e *explainer) with(s set) probe.Attempt {
	a := e.base
	for _, i := range s {
		e.parts[i].apply(&a)
	}
	return a
}

func (s set) key() string {
	var key []byte
	for _, i := range s {
		key = binary.AppendUvarint(key, uint64(i))
	}
	return string(key)
}

// put asks attempts, to believe refusals or to take them as they come.
func (e *explainer) put(ctx context.Context, attempts []probe.Attempt, believe bool) ([]Answer, error) {
	var strategy Strategy = Once(attempts)
	if !believe {
		strategy = glance(attempts)
	}
	answers, err := e.way.runner.Run(ctx, strategy)
	return answers[0], err
}

// glance is the strategy that makes attempts once and takes what comes.
type glance []probe.Attempt

// Plan returns the attempts before anything was seen.
func (g glance) Plan(seen []probe.Result) []probe.Attempt { return Once(g).Plan(seen) }

// Tentative reports that refusals are taken as they come.
func (g glance) Tentative([]probe.Result) bool { return true }

// ask asks for sets of parts, each but once unless its refusal is to be
// believed now.
func (e *explainer) ask(ctx context.Context, sets []set, believe bool) ([]Answer, error) {
	var attempts []probe.Attempt
	var open []set
	for _, s := range sets {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if known, ok := e.known[s.key()]; !ok || believe && !known.Believed {
			attempts, open = append(attempts, e.with(s)), append(open, s)
		}
	}
	if len(attempts) > 0 {
		answers, err := e.put(ctx, attempts, believe)
		for i, a := range answers {
			e.known[open[i].key()] = a
		}
		if err != nil {
			return nil, err
		}
	}
	found := make([]Answer, len(sets))
	for i, s := range sets {
		found[i] = e.known[s.key()]
	}
	return found, nil
}
