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

// TestScanWithResets scans a server that resets one connection in ten at
// random. That must never become "not supported", even where the server's own
// refusal is a reset.
func TestScanWithResets(t *testing.T) {
	seeds := uint64(5)
	if long {
		seeds = 50
	}
	for _, outcome := range outcomes {
		for seed := range seeds {
			t.Run(fmt.Sprintf("%v/%d", outcome, seed+1), func(t *testing.T) {
				t.Parallel()
				server := start(t, testserver.Config{ResetRate: 0.1, Seed: seed + 1, Refusal: refusals[outcome]})
				report := scan(t, server.Addr(), probe.ModeTDS7, fast())
				require.Equal(t, truth(server, false), found(t, report))
			})
		}
	}
}

// TestScanConnectionCap checks that a scan that opens two connections at a
// time loses nothing at a server that allows two.
func TestScanConnectionCap(t *testing.T) {
	for _, m := range modes {
		t.Run(m.mode.String(), func(t *testing.T) {
			server := start(t, testserver.Config{OS: "2022", Plain: m.config.Plain, MaxConnections: 2})
			report := scan(t, server.Addr(), m.mode, fast())
			require.Equal(t, truth(server, m.strict), found(t, report))
			require.Zero(t, report.Stability.Flakes)
			require.LessOrEqual(t, server.Peak(), 2)
		})
	}
}

// TestScanBeyondCap opens more connections than the server allows: those that
// are reset are made again.
func TestScanBeyondCap(t *testing.T) {
	server := start(t, testserver.Config{MaxConnections: 2})
	options := fast()
	options.Parallel = 4
	report := scan(t, server.Addr(), probe.ModeTDS7, options)
	require.Equal(t, truth(server, false), found(t, report))
}

// TestScanSilence: a server that says nothing instead of no is inconclusive,
// and what it accepted stands.
func TestScanSilence(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := connectMode(t, probe.ModeTDS7, testserver.Config{Refusal: testserver.RefuseSilence})
		report, err := n.scan(t)
		require.NoError(t, err)
		require.False(t, report.Complete)
		want := truth(n.server, false)
		for _, p := range report.Protocols {
			if p.Refusal.Answered != "" {
				require.False(t, *p.Accepted, p.Version)
				continue
			}
			if _, ok := want[p.Version]; !ok {
				require.Nil(t, p.Accepted, p.Version)
			} else {
				require.True(t, *p.Accepted)
				require.Len(t, p.CipherSuites, len(want[p.Version]))
				require.False(t, p.Complete)
			}
			require.Equal(t, probe.TimedOut, p.Refusal.Outcome)
		}
	})
}

// TestScanUnwell stops the server half way, and leaves it answering with
// nothing but a close or not at all: the report keeps what was proven.
func TestScanUnwell(t *testing.T) {
	for name, end := range map[string]fate{"closed": closed, "unanswered": unanswered} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n := connectMode(t, probe.ModeTDS7, testserver.Config{})
				n.fate = func(i int) fate {
					if i > 20 {
						return end
					}
					return served
				}
				report, err := n.scan(t)
				require.NoError(t, err)
				require.False(t, report.Complete)
				require.Contains(t, report.Incomplete, enumerate.ErrUnwell.Error())
				require.True(t, *report.Protocols[4].Accepted)
				for _, p := range report.Protocols {
					answered := p.Refusal != nil && p.Refusal.Answered != ""
					require.False(t, p.Accepted != nil && !*p.Accepted && !answered, "%s is called not accepted", p.Version)
				}
			})
		})
	}
}

func TestScanBudget(t *testing.T) {
	server := start(t, testserver.Config{})
	options := fast()
	options.Budget = 10
	report, err := enumerate.Scan(context.Background(), target(t, server.Addr(), probe.ModeTDS7), options)
	require.NoError(t, err)
	require.False(t, report.Complete)
	require.Equal(t, 10, report.Connections)
	require.Equal(t, 10, server.Connections())
}

func TestScanCancel(t *testing.T) {
	server := start(t, testserver.Config{})
	ctx, cancel := context.WithCancel(context.Background())
	options := fast()
	options.Progress = func(e enumerate.Event) {
		if e.Connections == 15 {
			cancel()
		}
	}
	report, err := enumerate.Scan(ctx, target(t, server.Addr(), probe.ModeTDS7), options)
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, report.Complete)
	require.NotNil(t, report.Protocols[4].Accepted)
}
