package enumerate_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

var asked = []probe.Attempt{
	{Name: "TLS 1.2"},
	{Name: "TLS 1.1", Hello: probe.Hello{MaxVersion: probe.TLS11}},
}

// TestAsk: answers are in the order of the attempts, and refusals are believed,
// however much the server is disturbed.
func TestAsk(t *testing.T) {
	only12, err := testserver.Profile("2022")
	require.NoError(t, err)
	only12.Versions = []uint16{0x0303}
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			server := start(t, testserver.Config{TLS: only12, ResetRate: 0.1, Seed: seed})
			answers, err := enumerate.Ask(t.Context(), target(t, server.Addr(), probe.ModeAuto), asked, whole())
			require.NoError(t, err)
			require.Len(t, answers, 2)
			require.Equal(t, probe.Accepted, answers[0].Outcome)
			require.Equal(t, "TLS 1.1", answers[1].Name)
			require.True(t, answers[1].Believed)
			require.True(t, answers[1].Outcome.ForciblyClosed())
			require.GreaterOrEqual(t, answers[1].Tries, 3)
			require.Positive(t, answers[1].Controls)
		})
	}
}

// TestAskUnmeasured: without a hello that is accepted there are no answers.
func TestAskUnmeasured(t *testing.T) {
	_, err := enumerate.Ask(t.Context(), probe.Target{}, asked, whole())
	require.ErrorIs(t, err, probe.ErrNoHost)

	nothing := target(t, start(t, testserver.Config{TLS: &testserver.TLS{}}).Addr(), probe.ModeTDS7)
	answers, err := enumerate.Ask(t.Context(), nothing, asked, whole())
	require.ErrorIs(t, err, enumerate.ErrUnmeasured)
	require.Nil(t, answers)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = enumerate.Ask(ended, nothing, asked, whole())
	require.ErrorIs(t, err, context.Canceled)
}

// TestAskBudget: what was not reached is not believed.
func TestAskBudget(t *testing.T) {
	options := whole()
	options.Budget = 3
	answers, err := enumerate.Ask(t.Context(), target(t, start(t, testserver.Config{}).Addr(), probe.ModeTDS8), []probe.Attempt{
		{Name: "SSL 3.0", Hello: probe.Hello{MaxVersion: probe.SSL30}},
	}, options)
	require.ErrorIs(t, err, enumerate.ErrBudget)
	require.Len(t, answers, 1)
	require.False(t, answers[0].Believed)
}
