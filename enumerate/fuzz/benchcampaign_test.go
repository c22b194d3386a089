package fuzz_test

import (
	"net"
	"os"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// BenchmarkCampaign is one attempt of Random against a fake server in the same
// process, lines and map included.
func BenchmarkCampaign(b *testing.B) {
	_, target := start(b, testserver.Config{})
	c := campaign(target, fuzz.Settings{Strategy: "random", Seed: 42, Attempts: b.N})
	c.Mutations, c.Record = fuzz.Mutations(), fuzz.Writer{Writer: nowhere{}}.Line
	b.ReportAllocs()
	b.ResetTimer()
	m, err := c.Run(b.Context())
	require.NoError(b, err)
	b.ReportMetric(float64(m.Attempts)/b.Elapsed().Seconds(), "attempts/s")
	b.ReportMetric(float64(m.Connections)/b.Elapsed().Seconds(), "connections/s")
}

type nowhere struct{}

func (nowhere) Write(b []byte) (int, error) { return len(b), nil }

// BenchmarkProbe is one attempt without a campaign around it.
func BenchmarkProbe(b *testing.B) {
	_, target := start(b, testserver.Config{})
	b.ReportAllocs()
	for b.Loop() {
		r, err := new(probe.Prober).Probe(b.Context(), target, plain)
		require.NoError(b, err)
		require.Equal(b, probe.Accepted, r.Outcome)
	}
}

// BenchmarkConnect is what the network takes of that: a connection and its end.
func BenchmarkConnect(b *testing.B) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
	b.ReportAllocs()
	for b.Loop() {
		conn, err := net.Dial("tcp", listener.Addr().String())
		require.NoError(b, err)
		conn.Read(make([]byte, 1))
		conn.Close()
	}
}

// BenchmarkPlan is the making of a random attempt, without a connection.
func BenchmarkPlan(b *testing.B) {
	settings := fuzz.Settings{Strategy: "random", Seed: 42, Attempts: 1 << 40}
	strategy, err := settings.Plan(settings.Space(plain, fuzz.Mutations()))
	require.NoError(b, err)
	b.ReportAllocs()
	made := 0
	for b.Loop() {
		round := strategy.Plan(nil)
		strategy = strategy.After([]probe.Result{{Attempt: round[len(round)-1]}})
		made += len(round)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(made), "ns/attempt")
}

// TestMemory: what a campaign holds does not grow with its attempts.
// TDSPROBE_ATTEMPTS says how many it makes; 200,000 take three quarters of an hour.
func TestMemory(t *testing.T) {
	attempts := 600
	if n, err := strconv.Atoi(os.Getenv("TDSPROBE_ATTEMPTS")); err == nil {
		attempts = n
	}
	_, target := start(t, testserver.Config{Refusal: testserver.RefuseAlert})
	c := campaign(target, fuzz.Settings{Strategy: "random", Seed: 42, Attempts: attempts})
	c.Prober.Timeout *= 2
	c.Limits.Bytes, c.Limits.Duration = 1<<50, 1<<60
	c.Record = fuzz.Writer{Writer: nowhere{}}.Line
	var early, late uint64
	c.Progress = func(p fuzz.Progress) {
		var m runtime.MemStats
		measure := func(at *uint64) {
			runtime.GC()
			runtime.ReadMemStats(&m)
			*at = m.HeapAlloc
		}
		switch {
		case early == 0 && p.Done >= attempts/4:
			measure(&early)
		case late == 0 && p.Done >= attempts*9/10:
			measure(&late)
		}
	}
	m, err := c.Run(t.Context())
	require.NoError(t, err)
	require.Equal(t, attempts, m.Attempts)
	require.NotZero(t, late)
	t.Logf("%d bytes after a quarter of %d attempts, %d close to the end", early, attempts, late)
	require.Less(t, late, early+early/4+1<<20)
}
