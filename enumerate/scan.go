package enumerate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A Dimension is something that a scan can enumerate.
type Dimension string

// The dimensions. Suites need the versions and include them.
const (
	Versions Dimension = "versions"
	Suites   Dimension = "suites"
)

// Dimensions returns all dimensions.
func Dimensions() []Dimension { return []Dimension{Versions, Suites} }

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
	// Budget bounds the connections of the scan. If zero, DefaultBudget.
	Budget int
	// Progress is told of every connection, one call at a time. May be nil.
	Progress func(Event)
}

// ErrUnmeasured says that a server could be reached in no way that tells what
// it accepts. The report says how far the scan came.
var ErrUnmeasured = errors.New("enumerate: the server could not be measured")

// Scan finds out which protocol versions and cipher suites the target accepts.
// The report is never nil unless the target is invalid. It says what was
// proven even beside an error, which is ctx.Err(), wraps [ErrUnmeasured] if no
// hello was answered, or is that of a target that cannot be probed
// ([probe.ErrNoHost], [probe.ErrNoPort]). A scan that was cut short otherwise
// gives a report with Complete false and no error.
func Scan(ctx context.Context, target probe.Target, options Options) (*Report, error) {
	s := &scan{
		options: options,
		started: time.Now(),
		runner: &Runner{
			Target: target, Prober: options.Prober, Parallel: options.Parallel,
			Rate: options.Rate, Budget: options.Budget, Progress: options.Progress,
		},
		known:    map[probe.Version][]probe.CipherSuite{},
		reversed: map[probe.Version]probe.CipherSuite{},
	}
	err := s.run(ctx)
	if errors.Is(err, probe.ErrNoHost) || errors.Is(err, probe.ErrNoPort) {
		return nil, err
	}
	report := s.report(err)
	if errors.Is(err, ErrUnwell) || errors.Is(err, ErrBudget) {
		err = nil
		if s.runner.Control.Name == "" {
			err = fmt.Errorf("%w: %s", ErrUnmeasured, report.Incomplete)
		}
	}
	return report, err
}

// A scan is what Scan knows while it runs: one field per step.
type scan struct {
	options  Options
	started  time.Time
	runner   *Runner
	server   *Server
	baseline *Baseline
	known    map[probe.Version][]probe.CipherSuite // picked by the baseline
	versions []versionAnswers
	reversed map[probe.Version]probe.CipherSuite // picked from a reverse offer
}

// versionAnswers is the enumeration of one version.
type versionAnswers struct {
	version probe.Version
	answers []Answer
}

// run does the steps of a scan. Each builds on what the earlier ones found.
func (s *scan) run(ctx context.Context) error {
	steps := []func(context.Context) error{s.reach, s.climb, s.enumerate, s.confirm, s.handshake}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// reach asks the PRELOGIN question with ENCRYPTION = OFF, which shows Force
// Encryption. A target whose mode is open and that closes on it is taken for
// strict: [MS-TDS] 3.3.5.
func (s *scan) reach(ctx context.Context) error {
	target := &s.runner.Target
	if target.Mode == probe.ModeTDS8 || target.Mode == probe.ModeTLS {
		return nil
	}
	request, err := prelogin.Request(prelogin.EncryptOff, target.Instance).Raw()
	if err != nil {
		return err
	}
	open := target.Mode == probe.ModeAuto
	target.Mode = probe.ModeTDS7
	answer, err := s.ask(ctx, probe.Attempt{Name: "PRELOGIN: ENCRYPTION = OFF", Prelogin: request, Depth: probe.DepthPrelogin})
	if err != nil {
		return err
	}
	switch {
	case answer.Outcome == probe.Accepted:
		s.server = foldServer(answer.Prelogin)
		return nil
	case open && answer.Stage == probe.StagePrelogin && answer.Outcome != probe.TimedOut:
		target.Mode = probe.ModeTDS8
		return nil
	}
	return s.unmeasured(answer)
}

// climb looks for a hello that the server answers.
func (s *scan) climb(ctx context.Context) error {
	answers, err := s.runner.Run(ctx, climb(ladder()))
	if len(answers[0]) == 0 {
		return err
	}
	last := answers[0][len(answers[0])-1]
	if err != nil || last.Outcome != probe.Accepted {
		return errors.Join(s.unmeasured(last), err)
	}
	s.baseline = &Baseline{Name: last.Name, Outcome: last.Outcome, Stage: last.Stage}
	s.runner.Control = last.Attempt
	// A pick counts for the loops if it comes from a list in their order: a rung
	// without a list has one in another order, which would hide the preference.
	if f := last.Flight; slices.Contains(last.Hello.CipherSuites, f.CipherSuite) && f.CipherSuite.Fits(f.Version) {
		s.known[f.Version] = []probe.CipherSuite{f.CipherSuite}
	}
	return nil
}

// unmeasured keeps how the server refused even to be measured.
func (s *scan) unmeasured(last Answer) error {
	s.baseline = &Baseline{Name: last.Name, Outcome: last.Outcome, Stage: last.Stage}
	if last.Err != nil {
		s.baseline.Error = last.Err.Error()
	}
	return fmt.Errorf("%w: %v at stage %v", ErrUnmeasured, last.Outcome, last.Stage)
}

// enumerate runs the elimination loops of all versions side by side.
func (s *scan) enumerate(ctx context.Context) error {
	versions := probe.Versions()
	strategies := make([]Strategy, len(versions))
	for i, v := range versions {
		strategies[i] = s.strategy(v)
	}
	answers, err := s.runner.Run(ctx, strategies...)
	for i, v := range versions {
		s.versions = append(s.versions, versionAnswers{v, answers[i]})
	}
	return err
}

// strategy returns what enumerates one version.
func (s *scan) strategy(v probe.Version) Strategy {
	switch {
	case v == probe.SSL20:
		return ssl2Question
	case s.wants(Suites):
		return suiteLoop(v, s.known[v])
	case len(s.known[v]) > 0:
		return Once(nil)
	}
	return firstOnly{suiteLoop(v, nil)}
}

func (s *scan) wants(d Dimension) bool {
	return len(s.options.Only) == 0 || slices.Contains(s.options.Only, d)
}

// confirm finds out whose preference decides where the order of the picks
// leaves that open.
func (s *scan) confirm(ctx context.Context) error {
	var open []probe.Version
	var strategies []Strategy
	for _, v := range s.versions {
		picks := s.picks(v)
		if len(picks) > 1 && slices.IsSorted(picks) {
			open = append(open, v.version)
			strategies = append(strategies, Once{reverseOffer(v.version, picks)})
		}
	}
	answers, err := s.runner.Run(ctx, strategies...)
	for i, v := range open {
		if len(answers[i]) > 0 && accepts(answers[i][0].Result, v) {
			s.reversed[v] = answers[i][0].Flight.CipherSuite
		}
	}
	return err
}

// handshake completes one handshake where that alone shows something: the
// certificates of TLS 1.3, and the PRELOGIN answer inside TLS. A server that
// refuses it leaves these out of the report.
func (s *scan) handshake(ctx context.Context) error {
	inside := s.runner.Target.Mode == probe.ModeTDS8 && s.server == nil
	if !inside && slices.ContainsFunc(s.runner.Results(), showsCertificates) {
		return nil
	}
	version := s.completable()
	if version == 0 {
		return nil
	}
	answer, err := s.ask(ctx, probe.Attempt{
		Name:  "full handshake",
		Hello: probe.Hello{MaxVersion: version},
		Depth: probe.DepthFinished,
	})
	if answer.Prelogin != nil && inside {
		s.server = foldServer(answer.Prelogin)
		s.server.Encryption, s.server.ForceEncryption = "", false // means nothing inside TLS
	}
	return err
}

// completable returns the accepted version to complete a handshake in, 0 if
// there is none: the highest below TLS 1.3, where more servers finish with
// clients that they do not know, or else TLS 1.3.
func (s *scan) completable() probe.Version {
	best := probe.Version(0)
	for _, v := range s.versions {
		if v.version >= probe.TLS10 && len(s.picks(v)) > 0 && (best == 0 || v.version < probe.TLS13) {
			best = v.version
		}
	}
	return best
}

// ask makes one attempt beside no control: no refusal of it is believed.
func (s *scan) ask(ctx context.Context, a probe.Attempt) (Answer, error) {
	control := s.runner.Control
	defer func() { s.runner.Control = control }()
	s.runner.Control = probe.Attempt{}
	answers, err := s.runner.Run(ctx, Once{a})
	return answers[0][0], err
}

// picks returns the accepted suites of a version in the order of the picks.
func (s *scan) picks(v versionAnswers) []probe.CipherSuite {
	return suiteLoop(v.version, s.known[v.version]).Picks(results(v.answers))
}

func results(answers []Answer) []probe.Result {
	seen := make([]probe.Result, len(answers))
	for i, a := range answers {
		seen[i] = a.Result
	}
	return seen
}
