package enumerate_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// control is accepted by every server of these tests.
var control = yes("control")

// TestRoundControls: what was refused is repeated, and between two refusals of
// the same question, and after the last one, the control is accepted.
func TestRoundControls(t *testing.T) {
	round := []string{"a", "b", "c", "d", "control"}
	tests := []struct {
		name     string
		accepted int            // before, in a run of its own
		fate     func(int) fate // of the connections after those
		want     [][]string
		tries    int
	}{
		{"little is known", 20, nil, [][]string{round, round, round, round}, 4},
		{"the more is known the fewer are needed", 60, nil, [][]string{round, round, round}, 3},
		{"a control that fails is repeated, and fewer are needed after it no more", 60, func(n int) fate {
			if n == 5 { // the first control
				return closed
			}
			return served
		}, [][]string{round, {"control"}, round, round, round}, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n := connect(t, testserver.Config{Refusal: testserver.RefuseFIN})
				runner := n.runner()
				_, err := runner.Run(t.Context(), many(tt.accepted))
				require.NoError(t, err)
				if tt.fate != nil {
					n.fate = func(i int) fate { return tt.fate(i - tt.accepted) }
				}

				runner.Control = control
				names := heard(runner)
				answers, err := runner.Run(t.Context(), enumerate.Once{no("a"), no("b")}, enumerate.Once{no("c"), no("d")})
				require.NoError(t, err)
				require.Equal(t, slices.Concat(tt.want...), *names)
				for _, a := range slices.Concat(answers...) {
					require.True(t, a.Believed)
					require.Equal(t, probe.Closed, a.Outcome)
					require.Equal(t, tt.tries, a.Tries)
					require.Equal(t, tt.tries, a.Controls)
				}
			})
		})
	}
}

// TestRoundFreeControls: attempts of other strategies that are accepted stand
// beside a refusal as well as a control does.
func TestRoundFreeControls(t *testing.T) {
	bubble(t, func(t *testing.T) {
		runner := connect(t, testserver.Config{}).runner()
		runner.Control, runner.Parallel = control, 2
		names := heard(runner)
		steps := &rounds{}
		for range 60 {
			steps.plan = append(steps.plan, []probe.Attempt{yes("step")})
		}
		answers, err := runner.Run(t.Context(), enumerate.Once{no("a")}, steps)
		require.NoError(t, err)
		require.True(t, answers[0][0].Believed)
		require.Equal(t, 4, answers[0][0].Tries)
		last := slices.IndexFunc(*names, func(name string) bool { return name == "control" })
		require.Equal(t, len(*names)-1, last, "one control, at the end: %v", *names)
		require.Len(t, *names, 60+4+1)
	})
}

// TestRoundDisturbance: what was closed twice and is accepted then is an
// acceptance, and both closes count as disturbances, the one in a round
// without an accepted control too.
func TestRoundDisturbance(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := connect(t, testserver.Config{})
		n.fate = func(i int) fate { return map[int]fate{1: closed, 3: closed}[i] }
		runner := n.runner()
		runner.Control = control
		flakes := 0
		runner.Progress = func(e enumerate.Event) { flakes = e.Flakes }
		answers, err := runner.Run(t.Context(), enumerate.Once{yes("a")})
		require.NoError(t, err)
		require.Equal(t, probe.Accepted, answers[0][0].Outcome)
		require.True(t, answers[0][0].Believed)
		require.Equal(t, 5, runner.Connections()) // twice closed, two controls, accepted
		_, err = runner.Run(t.Context(), many(1)) // an event tells what was known before
		require.NoError(t, err)
		require.Equal(t, 2, flakes)
	})
}

// TestRoundUncontrolled: without a control an attempt is repeated so that a
// disturbance does not decide, and no refusal is believed.
func TestRoundUncontrolled(t *testing.T) {
	tests := []struct {
		name    string
		refusal testserver.Refusal
		want    probe.Outcome
		tries   int
	}{
		{"closed", testserver.RefuseFIN, probe.Closed, 4},
		{"alerted", testserver.RefuseAlert, probe.Alerted, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				runner := connect(t, testserver.Config{Refusal: tt.refusal}).runner()
				answers, err := runner.Run(t.Context(), enumerate.Once{no("a")})
				require.NoError(t, err)
				require.Equal(t, tt.want, answers[0][0].Outcome)
				require.Equal(t, tt.tries, answers[0][0].Tries)
				require.False(t, answers[0][0].Believed)
			})
		})
	}
}

// TestRoundInconclusive: silence, and an end that is no answer, is given up
// after two of them and never believed, whatever else was accepted.
func TestRoundInconclusive(t *testing.T) {
	tests := []struct {
		name string
		fate fate
		want probe.Outcome
		time time.Duration
	}{
		{"silent", silent, probe.TimedOut, 2 * 7 * time.Second},
		{"odd", odd, probe.Unknown, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n := connect(t, testserver.Config{})
				runner := n.runner()
				runner.Prober.Timeout = 7 * time.Second
				_, err := runner.Run(t.Context(), many(20))
				require.NoError(t, err)

				runner.Control = control
				names := heard(runner)
				n.fate = func(int) fate { return tt.fate }
				begin := time.Now()
				answers, err := runner.Run(t.Context(), enumerate.Once{yes("a")})
				require.NoError(t, err)
				require.Equal(t, []string{"a", "a"}, *names)
				require.Equal(t, tt.want, answers[0][0].Outcome)
				require.False(t, answers[0][0].Believed)
				require.InDelta(t, tt.time, time.Since(begin), float64(time.Millisecond))
			})
		})
	}
}

// TestRoundUnwell: the run ends when nothing is accepted any more, and when a
// question cannot be put at all, after longer and longer pauses.
func TestRoundUnwell(t *testing.T) {
	tests := []struct {
		name        string
		fate        fate
		connections int
		time        time.Duration
	}{
		{"closes on everything", closed, 1 + 12, 0},
		{"not to be reached", unanswered, 10, 45 * 50 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n := connect(t, testserver.Config{})
				n.fate = func(int) fate { return tt.fate }
				runner := n.runner()
				runner.Control = control
				begin := time.Now()
				answers, err := runner.Run(t.Context(), enumerate.Once{yes("a")})
				require.ErrorIs(t, err, enumerate.ErrUnwell)
				require.False(t, answers[0][0].Believed)
				require.Equal(t, tt.connections, runner.Connections())
				require.InDelta(t, tt.time, time.Since(begin), float64(time.Millisecond))
			})
		})
	}
}

// TestProgress: the events of disturbed runs count up one by one and agree
// with the runner.
func TestProgress(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := connect(t, testserver.Config{Refusal: testserver.RefuseAlert})
		n.fate = func(i int) fate { return map[int]fate{2: closed, 5: unanswered, 11: silent}[i] }
		runner := n.runner()
		runner.Parallel, runner.Control = 3, control
		var events []enumerate.Event
		runner.Progress = func(e enumerate.Event) { events = append(events, e) }
		for range 2 {
			_, err := runner.Run(t.Context(), many(30), enumerate.Once{no("a"), no("b")})
			require.NoError(t, err)
		}
		require.Len(t, events, runner.Connections())
		require.Len(t, events, len(n.dials))
		last := enumerate.Event{}
		for i, e := range events {
			require.Equal(t, i+1, e.Connections)
			require.Equal(t, runner.Results()[i].Name, e.Attempt)
			require.Equal(t, runner.Results()[i].Outcome, e.Outcome)
			require.Equal(t, runner.Results()[i].BytesIn+runner.Results()[i].BytesOut, e.Bytes)
			require.GreaterOrEqual(t, e.Refusals, last.Refusals)
			require.GreaterOrEqual(t, e.Flakes, last.Flakes)
			require.GreaterOrEqual(t, e.Planned, 0)
			last = e
		}
		require.Zero(t, last.Planned)
		require.Equal(t, 2, last.Refusals) // of the first run
		require.Equal(t, 3, last.Flakes)
	})
}
