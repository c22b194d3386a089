package enumerate_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestRunnerBudget: the budget is for all runs together, and what it leaves
// undone is not believed.
func TestRunnerBudget(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := connect(t, testserver.Config{})
		runner := n.runner()
		runner.Budget = 7
		_, err := runner.Run(t.Context(), many(3))
		require.NoError(t, err)
		answers, err := runner.Run(t.Context(), many(6))
		require.ErrorIs(t, err, enumerate.ErrBudget)
		require.Len(t, n.dials, 7)
		require.Equal(t, 7, runner.Connections())
		require.Len(t, runner.Results(), 7)
		require.Len(t, answers[0], 6)
		for i, a := range answers[0] {
			require.Equal(t, i < 4, a.Believed, a.Name)
			require.Equal(t, i < 4, a.Outcome == probe.Accepted, a.Name)
		}
	})
}

// TestRunnerCancel: a run ends at once with the caller's context, with the
// context's own error, and the bubble checks that it leaves no goroutine.
func TestRunnerCancel(t *testing.T) {
	tests := []struct {
		name string
		ctx  func(parent context.Context) (context.Context, context.CancelFunc)
		rate float64
		want error
	}{
		{"cancelled while attempts run", func(parent context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(parent)
			time.AfterFunc(3*time.Second, cancel)
			return ctx, cancel
		}, 1e6, context.Canceled},
		{"deadline while attempts run", func(parent context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(parent, 3*time.Second)
		}, 1e6, context.DeadlineExceeded},
		{"cancelled while the rate makes wait", func(parent context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(parent)
			time.AfterFunc(3*time.Second, cancel)
			return ctx, cancel
		}, 1e-3, context.Canceled},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n := connect(t, testserver.Config{})
				n.fate = func(int) fate { return silent }
				runner := n.runner()
				runner.Parallel, runner.Rate = 3, tt.rate
				ctx, cancel := tt.ctx(t.Context())
				defer cancel()
				begin := time.Now()
				answers, err := runner.Run(ctx, many(5))
				require.ErrorIs(t, err, tt.want)
				require.Equal(t, 3*time.Second, time.Since(begin))
				require.Len(t, answers[0], 5)
				require.Zero(t, n.open)
				for _, a := range answers[0] {
					require.False(t, a.Believed)
				}
			})
		})
	}
}

// TestRunnerInvalid: an attempt that cannot be made ends the run with its
// error.
func TestRunnerInvalid(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := connect(t, testserver.Config{})
		runner := n.runner()
		runner.Parallel = 2
		_, err := runner.Run(t.Context(), many(3), enumerate.Once{{Name: "bad", Depth: probe.DepthPrelogin}})
		require.ErrorIs(t, err, probe.ErrPreloginMode)
	})
}
