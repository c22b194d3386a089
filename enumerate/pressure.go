package enumerate

import (
	"context"
	"math"
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// DefaultConnects is how many connections the dimension [Pressure] takes.
const DefaultConnects = 20

// A Load is how a server took a number of connections, each made when the one
// before had ended: what a server short of threads or sockets cannot hide, and
// what adds nothing to its load.
type Load struct {
	Connects int `json:"connects"` // made
	Failures int `json:"failures"`
	// Endings counts the failures by the stage at which they came and by how.
	Endings []Ending `json:"endings"`
	// RateLow and RateHigh bound the share of connections that fail, with a
	// confidence of 95 %: the interval of Wilson's score.
	RateLow  float64 `json:"failure_rate_low"`
	RateHigh float64 `json:"failure_rate_high"`
	// The times are of the connections that came through the stage: SYN to
	// SYN-ACK, PRELOGIN to its answer, ClientHello to ServerHello.
	ConnectMS   Percentiles `json:"connect_ms"`
	PreloginMS  Percentiles `json:"prelogin_ms"`
	HandshakeMS Percentiles `json:"handshake_ms"`
}

// An Ending is a stage, an outcome, and how often they came together.
type Ending struct {
	Stage   probe.Stage   `json:"stage"`
	Outcome probe.Outcome `json:"outcome"`
	Count   int           `json:"count"`
}

// repeated is the strategy that makes one attempt so many times, one after the
// other, whatever comes of it.
type repeated struct {
	attempt probe.Attempt
	times   int
}

// maxSilences is how many attempts may time out before no more are made: a
// server that says nothing says no more by being asked again.
const maxSilences = 3

func silences(seen []probe.Result) int {
	n := 0
	for _, r := range seen {
		if r.Outcome == probe.TimedOut {
			n++
		}
	}
	return n
}

// Plan returns the attempt until it was made often enough.
func (s repeated) Plan(seen []probe.Result) []probe.Attempt {
	if len(seen) >= s.times || silences(seen) >= maxSilences {
		return nil
	}
	return []probe.Attempt{s.attempt}
}

// Tentative reports that every answer is taken as it comes.
func (s repeated) Tentative([]probe.Result) bool { return true }

// heard reports whether the server has said anything: a closed port and one that
// is silent throughout say no more by being asked again.
func heard(r probe.Result) bool { return r.Address != "" && r.Outcome != probe.TimedOut }

// press makes the connections of the dimension Pressure, unless nothing was ever
// heard of the server. Its runner has no
// control, so that nothing is repeated and nothing is opened ahead.
func (w *way) press(ctx context.Context) error {
	if !w.wants(Pressure) || !slices.ContainsFunc(w.runner.Results(), heard) {
		return nil
	}
	times := w.options.Connects
	if times <= 0 {
		times = DefaultConnects
	}
	runner := w.beside(times)
	if runner == nil {
		return ErrBudget
	}
	runner.Parallel = 1
	_, err := runner.Run(ctx, repeated{w.typical(), runner.Budget})
	w.pressed, w.apart = runner.Results(), append(w.apart, runner.Results()...)
	return err
}

// typical returns the attempt whose answer says most about how a server copes:
// the control, or PRELOGIN alone where no hello is accepted.
func (w *way) typical() probe.Attempt {
	a := w.runner.Control
	if !w.measured() {
		a = w.rungs[0]
		if w.runner.Target.Mode == probe.ModeTDS7 {
			a.Depth = probe.DepthPrelogin
		}
	}
	a.Name = "one after the other"
	return a
}

// foldLoad describes the connections of the dimension Pressure, nil if none
// were made.
func foldLoad(results []probe.Result) *Load {
	if len(results) == 0 {
		return nil
	}
	load := &Load{Connects: len(results), Endings: []Ending{}}
	for _, r := range results {
		if r.Outcome == probe.Accepted {
			continue
		}
		load.Failures++
		load.Endings = count(load.Endings, r)
	}
	load.RateLow, load.RateHigh = wilson(load.Failures, len(results))
	times := foldStability(results, nil)
	load.ConnectMS, load.PreloginMS, load.HandshakeMS = times.ConnectMS, times.PreloginMS, times.HandshakeMS
	return load
}

// count adds how a connection ended to the endings of others.
func count(endings []Ending, r probe.Result) []Ending {
	i := slices.IndexFunc(endings, func(e Ending) bool { return e.Stage == r.Stage && e.Outcome == r.Outcome })
	if i < 0 {
		endings = append(endings, Ending{r.Stage, r.Outcome, 0})
		i = len(endings) - 1
	}
	endings[i].Count++
	return endings
}

// wilson returns Wilson's score interval of 95 % for a share of which k in n were
// seen.
func wilson(k, n int) (low, high float64) {
	const z = 1.959964
	share, size := float64(k)/float64(n), float64(n)
	centre := share + z*z/(2*size)
	reach := z * math.Sqrt(share*(1-share)/size+z*z/(4*size*size))
	scale := 1 + z*z/size
	return max(0, (centre-reach)/scale), min(1, (centre+reach)/scale)
}
