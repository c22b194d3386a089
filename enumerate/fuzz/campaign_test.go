package fuzz_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// witnesses returns the witnesses of all shapes of an outcome.
func witnesses(m *fuzz.Map, outcome probe.Outcome) (list [][]string) {
	for _, c := range m.Clusters {
		for _, w := range c.Witnesses {
			if c.Shape.Outcome == outcome {
				list = append(list, w.Mutations)
			}
		}
	}
	return list
}

func TestSweep(t *testing.T) {
	server, target := start(t, testserver.Config{})
	m, err := campaign(target, fuzz.Settings{}).Run(t.Context())
	require.NoError(t, err)
	require.Empty(t, m.Ended)
	require.Equal(t, 11, m.Attempts)
	require.Equal(t, server.Connections(), m.Connections)
	require.Len(t, m.Swept, 11)
	require.Equal(t, probe.Closed, m.Clusters[m.Swept["suites: RC4 + MD5"]].Shape.Outcome)
	require.Contains(t, m.Clusters[m.Swept["tls: 1.1 alone"]].Shape.Hello, "TLS 1.1, ")
	require.Equal(t, [][]string{{"suites: RC4"}, {"suites: RC4 + MD5"}}, witnesses(m, probe.Closed))
	require.NotEmpty(t, m.Fingerprint)
}

// TestRandomShrinks: what two mutations do together is found, and nothing beside
// them is in the witness.
func TestRandomShrinks(t *testing.T) {
	t.Parallel()
	_, target := start(t, testserver.Config{Wants: testserver.Wants{Renegotiation: true}})
	c := campaign(target, fuzz.Settings{Strategy: "random", Seed: 3, Attempts: 300, Most: 6})
	m, err := c.Run(t.Context())
	require.NoError(t, err)
	require.Empty(t, m.Fingerprint)
	for _, w := range m.Clusters {
		for _, w := range w.Witnesses {
			require.True(t, w.Believed, w.Name)
			require.LessOrEqual(t, len(w.Mutations), 3, w.Name)
		}
	}
	require.ElementsMatch(t, [][]string{{"suites: RC4"}, {"suites: RC4 + MD5"}}, witnesses(m, probe.Closed))
}

// TestDisturbed: one connection in ten that is reset changes no shape.
func TestDisturbed(t *testing.T) {
	t.Parallel()
	_, target := start(t, testserver.Config{})
	still, err := campaign(target, fuzz.Settings{}).Run(t.Context())
	require.NoError(t, err)
	_, target = start(t, testserver.Config{ResetRate: 0.1, Seed: 5})
	disturbed, err := campaign(target, fuzz.Settings{}).Run(t.Context())
	require.NoError(t, err)
	require.Empty(t, fuzz.Diff(still, disturbed))
	require.Equal(t, still.Fingerprint, disturbed.Fingerprint)
}

// errKilled ends a campaign from within Record.
var errKilled = errors.New("killed")

// record runs a campaign that is killed after so many bytes of lines, in the
// middle of one as like as not, and returns them.
func record(t *testing.T, c fuzz.Campaign, before []byte, most int) []byte {
	t.Helper()
	if len(before) > 0 {
		whole, err := fuzz.Whole(bytes.NewReader(before))
		require.NoError(t, err)
		before = before[:whole]
		c.Resume, err = fuzz.NewTape(bytes.NewReader(before))
		require.NoError(t, err)
	}
	lines := bytes.NewBuffer(bytes.Clone(before))
	c.Record = func(l fuzz.Line) error {
		if lines.Len() > most {
			return errKilled
		}
		return fuzz.Writer{Writer: lines}.Line(l)
	}
	_, err := c.Run(t.Context())
	if !errors.Is(err, errKilled) {
		require.NoError(t, err)
	}
	return lines.Bytes()[:min(lines.Len(), max(most, len(before)))]
}

// asked counts how often attempts were made for the first time.
func asked(lines []byte) map[string]int {
	count := map[string]int{}
	for line := range bytes.Lines(lines) {
		if text := string(line); strings.HasPrefix(text, `{"attempt":{"shape"`) && !strings.Contains(text, `"final":true`) {
			_, name, _ := strings.Cut(text, `"name":"`)
			name, _, _ = strings.Cut(name, `"`)
			count[name]++
		}
	}
	return count
}

// TestResume: a campaign that is killed again and again comes to the same end,
// and asks nothing again but what was in flight.
func TestResume(t *testing.T) {
	t.Parallel()
	for _, settings := range []fuzz.Settings{{Draws: 4}, {Strategy: "random", Seed: 3, Attempts: 100, Guided: true}} {
		t.Run(settings.Strategy, func(t *testing.T) {
			_, target := start(t, testserver.Config{})
			c := campaign(target, settings)
			want, err := fuzz.ReadMap(bytes.NewReader(record(t, c, nil, 1<<30)))
			require.NoError(t, err)
			require.Empty(t, want.Ended)

			var lines []byte
			kills := 0
			for most := 2000; ; most += 40_000 {
				lines = record(t, c, lines, most)
				if len(lines) < most {
					break
				}
				kills++
				half, err := fuzz.ReadMap(bytes.NewReader(lines[:bytes.LastIndexByte(lines, '\n')+1]))
				require.NoError(t, err)
				require.NotEmpty(t, half.Ended)
			}
			require.Greater(t, kills, 1)
			got, err := fuzz.ReadMap(bytes.NewReader(lines))
			require.NoError(t, err)
			require.Equal(t, want.Attempts, got.Attempts)
			require.Equal(t, want.Clusters, got.Clusters)
			require.Equal(t, want.Fingerprint, got.Fingerprint)
			again := 0
			for _, n := range asked(lines) {
				again += n - 1
			}
			require.LessOrEqual(t, again, kills*c.Limits.Parallel)
		})
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		limits fuzz.Limits
		want   string
	}{
		{"connections", fuzz.Limits{Connections: 20}, enumerate.ErrBudget.Error()},
		{"bytes", fuzz.Limits{Bytes: 100}, "fuzz: a limit was reached: 100 bytes"},
		{"time", fuzz.Limits{Duration: time.Nanosecond}, "fuzz: a limit was reached: 1ns"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server, target := start(t, testserver.Config{})
			c := campaign(target, fuzz.Settings{Strategy: "random", Attempts: 1000})
			c.Limits.Connections, c.Limits.Bytes, c.Limits.Duration = tt.limits.Connections, tt.limits.Bytes, tt.limits.Duration
			m, err := c.Run(t.Context())
			require.NoError(t, err)
			require.Equal(t, tt.want, m.Ended)
			require.Less(t, server.Connections(), 200)
		})
	}
}

func TestCampaignErrors(t *testing.T) {
	t.Parallel()
	_, target := start(t, testserver.Config{Fault: testserver.NotTDS})
	m, err := campaign(target, fuzz.Settings{}).Run(t.Context())
	require.ErrorIs(t, err, enumerate.ErrUnmeasured)
	require.Nil(t, m)

	_, err = campaign(target, fuzz.Settings{Strategy: "luck"}).Run(t.Context())
	require.ErrorIs(t, err, fuzz.ErrSettings)

	_, target = start(t, testserver.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	c := campaign(target, fuzz.Settings{Strategy: "random", Attempts: 1000})
	c.Progress = func(p fuzz.Progress) {
		if p.Done > 100 {
			cancel()
		}
	}
	m, err = c.Run(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.Greater(t, m.Attempts, 100)
	require.NotEmpty(t, m.Ended)
}
