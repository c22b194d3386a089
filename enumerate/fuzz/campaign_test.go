package fuzz_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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
// them is in the witness. Of refusals alike one is confirmed.
func TestRandomShrinks(t *testing.T) {
	t.Parallel()
	_, target := start(t, testserver.Config{Wants: testserver.Wants{Renegotiation: true}})
	c := campaign(target, fuzz.Settings{Strategy: "random", Seed: 3, Attempts: 300, Most: 6})
	refused, confirmed := 0, 0
	c.Record = func(l fuzz.Line) error {
		if l.Attempt != nil && l.Attempt.Role == "" && l.Attempt.Result.Outcome == probe.Closed {
			refused++
			if l.Attempt.Final {
				confirmed++
			}
		}
		return nil
	}
	m, err := c.Run(t.Context())
	require.NoError(t, err)
	require.Greater(t, refused, 100)
	require.Equal(t, 1, confirmed, "one for each shape, and there is one")
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

// TestConfirm: a connection that is closed out of the blue changes no shape,
// whichever attempt it is made for. Of random attempts it may be counted where
// others were closed too.
func TestConfirm(t *testing.T) {
	t.Parallel()
	_, target := start(t, testserver.Config{})
	for _, settings := range []fuzz.Settings{
		{}, {Strategy: "random", Seed: 3, Attempts: 12}, {Strategy: "grid", Seed: 39, Attempts: 12}, // of which one is accepted
	} {
		still, err := campaign(target, settings).Run(t.Context())
		require.NoError(t, err)
		for lives := range int64(12) {
			m := &mortal{lives: 1 + lives, gone: 1}
			c := campaign(target, settings)
			c.Prober.DialContext, c.Limits.Parallel = m.dial, 1
			disturbed, err := c.Run(t.Context())
			require.NoError(t, err)
			require.Equal(t, still.Fingerprint, disturbed.Fingerprint, lives)
			for i := range disturbed.Clusters {
				if settings.Strategy == "random" {
					disturbed.Clusters[i].Count = still.Clusters[i].Count
				}
			}
			require.Equal(t, still.Clusters, disturbed.Clusters, lives)
		}
	}
}

// TestUnsettled: what is refused in a round that was cut short is not in the map,
// nor in that of its lines, before it is confirmed, however far that has come.
func TestUnsettled(t *testing.T) {
	t.Parallel()
	_, target := start(t, testserver.Config{})
	for _, settings := range []fuzz.Settings{{}, {Strategy: "random", Seed: 3, Attempts: 50}} {
		for connections := 13; connections < 80; connections += 7 { // the first is one before any that is confirmed
			c := campaign(target, settings)
			c.Limits.Connections = connections
			var lines bytes.Buffer
			refused, confirmed := 0, map[fuzz.Shape]bool{}
			c.Record = func(l fuzz.Line) error {
				if a := l.Attempt; a != nil && a.Role == "" && a.Result.Outcome == probe.Closed {
					refused++
					confirmed[a.Shape] = confirmed[a.Shape] || a.Final && a.Believed
				}
				if l.Map != nil {
					return nil
				}
				return fuzz.Writer{Writer: &lines}.Line(l)
			}
			m, err := c.Run(t.Context())
			require.NoError(t, err)
			require.NotZero(t, refused)
			require.NotZero(t, m.Attempts)
			read, err := fuzz.ReadMap(&lines)
			require.NoError(t, err)
			require.Equal(t, m.Clusters, read.Clusters, connections)
			for _, c := range m.Clusters {
				require.True(t, c.Shape.Outcome == probe.Accepted || confirmed[c.Shape], connections)
			}
		}
	}
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

// asked counts how often attempts were made for the first time, and for which
// role.
func asked(t *testing.T, lines []byte) map[string]int {
	t.Helper()
	count := map[string]int{}
	for line := range bytes.Lines(lines) {
		var l fuzz.Line
		require.NoError(t, json.Unmarshal(line, &l))
		if a := l.Attempt; a != nil && a.Role != fuzz.RoleControl && !a.Final {
			count[string(a.Role)+a.Result.Name]++
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
				require.Less(t, kills, 100, "it gets nowhere")
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
			for _, n := range asked(t, lines) {
				again += n - 1
			}
			require.LessOrEqual(t, again, kills*c.Limits.Parallel)
		})
	}
}

// TestRecordFails: a line that cannot be written ends the campaign at once, and
// none is written behind it.
func TestRecordFails(t *testing.T) {
	server, target := start(t, testserver.Config{})
	c := campaign(target, fuzz.Settings{Strategy: "random", Attempts: 1000})
	lines := 0
	c.Record = func(fuzz.Line) error {
		if lines++; lines >= 10 {
			return errKilled
		}
		return nil
	}
	m, err := c.Run(t.Context())
	require.ErrorIs(t, err, errKilled)
	require.Equal(t, errKilled.Error(), m.Ended)
	require.Equal(t, 10, lines)
	require.LessOrEqual(t, server.Connections(), 10+c.Limits.Parallel)
}

// TestResumeOther: what is resumed has to be of the same server and table.
func TestResumeOther(t *testing.T) {
	t.Parallel()
	_, target := start(t, testserver.Config{})
	lines := record(t, campaign(target, fuzz.Settings{}), nil, 20_000)
	lines = lines[:bytes.LastIndexByte(lines, '\n')+1]
	_, other := start(t, testserver.Config{OS: "2008 R2"})
	tests := []struct {
		name   string
		change func(c *fuzz.Campaign)
		lines  []byte
		want   string
	}{
		{"host", func(c *fuzz.Campaign) { c.Target.Host = "localhost" }, lines, "of another host: 127.0.0.1, not localhost"},
		{"port", func(c *fuzz.Campaign) { c.Target.Port = 7 }, lines, "of another port: 0, not 7"},
		{"instance", func(c *fuzz.Campaign) { c.Target.Instance = "SALES" }, lines, "of another instance: , not SALES"},
		{"mode", func(c *fuzz.Campaign) { c.Target.Mode = probe.ModeTDS8 }, lines, "of another mode: tds7, not tds8"},
		{"address", func(c *fuzz.Campaign) { c.Target.Address = other.Address }, lines, "of another address: " + target.Address},
		{"table", func(c *fuzz.Campaign) { c.Mutations = c.Mutations[1:] }, lines, "of another table of mutations"},
		{"server", func(c *fuzz.Campaign) { c.Target.Address = other.Address },
			bytes.ReplaceAll(lines, []byte(target.Address), []byte(other.Address)), "the server answers the baseline otherwise now: accepted"},
		{"line lost", func(*fuzz.Campaign) {}, append(bytes.Join(bytes.SplitAfter(lines, []byte("\n"))[:2], nil), "{\"round\":{}}\n"...),
			"there is no answer to"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := campaign(target, fuzz.Settings{})
			tt.change(&c)
			var err error
			c.Resume, err = fuzz.NewTape(bytes.NewReader(tt.lines))
			require.NoError(t, err)
			c.Record = func(l fuzz.Line) error {
				require.Fail(t, "it has written", "%+v", l)
				return nil
			}
			_, err = c.Run(t.Context())
			require.ErrorIs(t, err, fuzz.ErrLines)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		limits fuzz.Limits
		want   string
		most   int // connections
	}{
		{"connections", fuzz.Limits{Connections: 20}, enumerate.ErrBudget.Error(), 20},
		{"bytes", fuzz.Limits{Bytes: 100}, "fuzz: a limit was reached: 100 bytes", 1 + fast().Parallel},
		{"bytes in a round", fuzz.Limits{Bytes: 20_000}, "fuzz: a limit was reached: 20000 bytes", 25},
		{"time", fuzz.Limits{Duration: time.Nanosecond}, "fuzz: a limit was reached: 1ns", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server, target := start(t, testserver.Config{})
			c := campaign(target, fuzz.Settings{Strategy: "random", Attempts: 1000})
			c.Limits.Connections, c.Limits.Bytes, c.Limits.Duration = tt.limits.Connections, tt.limits.Bytes, tt.limits.Duration
			m, err := c.Run(t.Context())
			require.NoError(t, err)
			require.Equal(t, tt.want, m.Ended)
			require.LessOrEqual(t, server.Connections(), tt.most)
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
