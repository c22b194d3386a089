package enumerate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tdsprobe/tdsprobe/probe"
)

// Options say how to scan. The zero value scans everything, gently.
type Options struct {
	// Only names what to enumerate. If empty, everything.
	Only []Dimension
	// Prober makes the attempts. If nil, a zero [probe.Prober].
	Prober *probe.Prober
	// Parallel bounds the connections open at once. If zero, DefaultParallel.
	Parallel int
	// Rate bounds the connections per second. If zero, DefaultRate.
	Rate float64
	// Budget bounds the connections of each way into the server. If zero,
	// DefaultBudget.
	Budget int
	// Connects is how many connections the dimension Pressure takes, as far as
	// Budget leaves them. If zero, DefaultConnects.
	Connects int
	// Progress is told of every connection, one call at a time. May be nil.
	Progress func(Event)
}

// ErrUnmeasured says that a server could be reached in no way that tells what
// it accepts. The report says how far the scan came.
var ErrUnmeasured = errors.New("enumerate: the server could not be measured")

// Scan finds out what TLS the target accepts. A target whose mode is open is
// tried both ways, TLS inside PRELOGIN and TLS first; if it has both, the report
// is about the former and its Strict about the latter. An instance without a
// port is looked up at the host's SQL Server Browser.
//
// The report is never nil unless the target is invalid. It says what was
// proven even beside an error, which is ctx.Err(), wraps [ErrUnmeasured] if no
// hello was answered, or is that of a target that cannot be probed
// ([probe.ErrNoHost]). A scan that was cut short otherwise gives a report with
// Complete false and no error.
func Scan(ctx context.Context, target probe.Target, options Options) (*Report, error) {
	if target.Host == "" && target.Address == "" {
		return nil, probe.ErrNoHost
	}
	w := newWay(target, options)
	if err := w.resolve(ctx); err != nil {
		return w.report(err), err
	}
	if target.Mode == probe.ModeAuto {
		return scanBoth(ctx, w)
	}
	return w.finish(ctx, w.scan(ctx))
}

// scanBoth scans a server both ways. first has its mode open.
func scanBoth(ctx context.Context, first *way) (*Report, error) {
	tds7, strict := first.in(probe.ModeTDS7), first.in(probe.ModeTDS8)
	err := tds7.scan(ctx)
	if ctx.Err() != nil || !tds7.suggestsStrict() {
		return tds7.finish(ctx, err)
	}
	if tds7.measured() {
		strict.rungs = ladder()[:2] // the server is known to be well
	}
	strictErr := strict.scan(ctx)
	if tds7.measured() || !strict.measured() {
		report, err := tds7.finish(ctx, err)
		report.Strict = strict.report(strictErr)
		report.leaveOpen(report.Strict.openAsStrict())
		return report, err
	}
	report, err := strict.finish(ctx, strictErr)
	report.Connections += tds7.runner.Connections()
	report.Clear = foldBaseline(tds7.climbed)
	switch {
	case tds7.server == nil && report.Server != nil:
		report.Server.StrictOnly = true
	case report.Server == nil: // TDS 7 goes on without encryption
		report.Server = tds7.server
	default:
		report.Server.Encryption = tds7.server.Encryption
	}
	return report, err
}

// finish does what comes last, whatever ended the scan, and reports.
func (w *way) finish(ctx context.Context, end error) (*Report, error) {
	for _, step := range []func(context.Context) error{w.askZeros, w.press} {
		if err := step(ctx); end == nil {
			end = err
		}
	}
	report := w.report(end)
	if ctx.Err() != nil {
		return report, ctx.Err()
	}
	return report, w.verdict(end)
}

// A way is one way into a server, and what a scan knows of it while it runs:
// one field per step.
type way struct {
	options  Options
	started  time.Time
	runner   *Runner
	rungs    []probe.Attempt // of the ladder
	climbed  []Answer
	server   *Server
	known    map[probe.Version][]probe.CipherSuite // picked on the ladder
	versions []versionAnswers
	reversed map[probe.Version]probe.CipherSuite // picked from a reverse offer
	swept    sweep

	zeros        zeros // the strategy of the dimension LeadingZeros
	zerosAnswers []Answer
	zerosRefused bool           // the server refuses handshakes without leading zeros too
	pressed      []probe.Result // of the dimension Pressure
	apart        []probe.Result // of all runners beside the first
}

// versionAnswers is the enumeration of one version.
type versionAnswers struct {
	version probe.Version
	answers []Answer
}

func newWay(target probe.Target, options Options) *way {
	return &way{
		options: options,
		started: time.Now(),
		runner: &Runner{
			Target: target, Prober: options.Prober, Parallel: options.Parallel,
			Rate: options.Rate, Budget: options.Budget, Progress: options.Progress,
		},
		rungs:    ladder(),
		known:    map[probe.Version][]probe.CipherSuite{},
		reversed: map[probe.Version]probe.CipherSuite{},
	}
}

// in returns another way into the same server.
func (w *way) in(mode probe.Mode) *way {
	other := newWay(w.runner.Target, w.options)
	other.runner.Target.Mode = mode
	return other
}

// scan does the steps of a scan. Each builds on what the earlier ones found.
func (w *way) scan(ctx context.Context) error {
	w.started = time.Now()
	steps := []func(context.Context) error{w.climb, w.enumerate, w.sweep}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// beside returns a runner for what is judged by itself, and not by all that was
// seen of the server so far, with so many connections of the budget that is left;
// nil if none are.
func (w *way) beside(connections int) *Runner {
	left := w.runner.budget() - w.runner.Connections() - len(w.apart)
	if left <= 0 {
		return nil
	}
	runner := &Runner{
		Target: w.runner.Target, Prober: w.runner.Prober, Parallel: w.runner.Parallel,
		Budget: min(connections, left), limiter: w.runner.limiter,
	}
	if tell := w.options.Progress; tell != nil {
		before := w.runner.Connections() + len(w.apart)
		runner.Progress = func(e Event) {
			e.Connections += before
			tell(e)
		}
	}
	return runner
}

// measured reports whether some hello was accepted.
func (w *way) measured() bool { return w.runner.controlled() }

// verdict is the error of a scan that ended with err.
func (w *way) verdict(err error) error {
	if errors.Is(err, ErrUnwell) || errors.Is(err, ErrBudget) {
		if w.measured() {
			return nil
		}
		return fmt.Errorf("%w: %w", ErrUnmeasured, err)
	}
	return err
}

// enumerate runs the elimination loops of all versions side by side. What the
// ladder has answered is not asked again.
func (w *way) enumerate(ctx context.Context) error {
	if !w.wantsBeyond(Encryption, Pressure) {
		return nil
	}
	last := w.climbed[len(w.climbed)-1:]
	strategies := []Strategy{}
	for _, v := range probe.Versions() {
		if w.declined(v) || !w.wantsSuites() && len(w.known[v]) > 0 {
			w.versions = append(w.versions, versionAnswers{v, last})
			continue
		}
		w.versions = append(w.versions, versionAnswers{version: v})
		strategies = append(strategies, w.strategy(v))
	}
	answers, err := w.runner.Run(ctx, strategies...)
	for i := range w.versions {
		if w.versions[i].answers == nil {
			w.versions[i].answers, answers = answers[0], answers[1:]
		}
	}
	return err
}

// strategy returns what enumerates one version.
func (w *way) strategy(v probe.Version) Strategy {
	switch {
	case v == probe.SSL20:
		return ssl2Question
	case w.wantsSuites():
		return suiteLoop(v, w.known[v])
	}
	return firstOnly{suiteLoop(v, nil)}
}

// declined reports whether the hello that was accepted on the ladder offered
// version v with every suite, and the server answered with a lower one: no
// server does that to a version that it has.
func (w *way) declined(v probe.Version) bool {
	last := w.climbed[len(w.climbed)-1]
	return v == probe.TLS13 && last.Flight.Version < v && last.Hello.MaxVersion == v &&
		len(without(probe.CipherSuites(v), last.Hello.CipherSuites)) == 0
}

func (w *way) wants(d Dimension) bool {
	return len(w.options.Only) == 0 || slices.Contains(w.options.Only, d)
}

// wantsSuites reports whether a dimension is wanted that needs the suites.
func (w *way) wantsSuites() bool { return w.wantsBeyond(Encryption, Pressure, Versions) }

// wantsBeyond reports whether a dimension is wanted that is not one of some.
func (w *way) wantsBeyond(some ...Dimension) bool {
	return slices.ContainsFunc(Dimensions(), func(d Dimension) bool { return !slices.Contains(some, d) && w.wants(d) })
}

// picks returns the accepted suites of a version in the order of the picks.
func (w *way) picks(v versionAnswers) []probe.CipherSuite {
	return suiteLoop(v.version, w.known[v.version]).Picks(results(v.answers))
}

// suites returns the accepted suites of version v.
func (w *way) suites(v probe.Version) []probe.CipherSuite {
	i := slices.IndexFunc(w.versions, func(a versionAnswers) bool { return a.version == v })
	if i < 0 || v == probe.SSL20 {
		return nil
	}
	return w.picks(w.versions[i])
}

func results(answers []Answer) []probe.Result {
	seen := make([]probe.Result, len(answers))
	for i, a := range answers {
		seen[i] = a.Result
	}
	return seen
}
