package enumerate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestRunnerAnswered: every answer is told once, when it is given, and not the
// attempts that it rests on.
func TestRunnerAnswered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := connect(t, testserver.Config{})
		runner := n.runner()
		runner.Control = yes("control")
		var told []enumerate.Answer
		runner.Answered = func(a enumerate.Answer) { told = append(told, a) }
		answers, err := runner.Run(t.Context(), enumerate.Once{no("refused"), yes("accepted")})
		require.NoError(t, err)
		require.Equal(t, []enumerate.Answer{answers[0][1], answers[0][0]}, told)
		require.Less(t, len(told), runner.Connections())
	})
}

// TestRunnerEndless: the refusals of every run are believed as those of the
// first, however many runs there are, and nothing is kept.
func TestRunnerEndless(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := connect(t, testserver.Config{})
		runner := n.runner()
		runner.Control, runner.Endless, runner.Budget = yes("control"), true, 1e6
		_, err := runner.Run(t.Context(), many(100))
		require.NoError(t, err)
		tries := 0
		for range 100 {
			answers, err := runner.Run(t.Context(), enumerate.Once{no("refused")})
			require.NoError(t, err)
			require.True(t, answers[0][0].Believed)
			require.Equal(t, probe.Closed, answers[0][0].Outcome)
			tries = max(tries, answers[0][0].Tries)
		}
		require.LessOrEqual(t, tries, 4)
		require.Nil(t, runner.Results())
	})
}
