package capture_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/capture"
)

// TestReadLogin goes on where a Prober of TDS 7 leaves: the login, in bare
// records, is answered inside TLS or in clear text, or not.
func TestReadLogin(t *testing.T) {
	record := func(kind byte, n int) []byte { return append([]byte{kind, 3, 3, 0, byte(n)}, make([]byte, n)...) }
	tests := []struct {
		name    string
		answer  event
		stage   probe.Stage
		outcome probe.Outcome
	}{
		{"answered", event{data: record(23, 200)}, probe.StageLogin, probe.Accepted},
		{"answered in clear text", event{data: []byte{4, 1, 0, 12, 0, 0, 1, 0, 0xaa, 0, 0, 0}}, probe.StageLogin, probe.Accepted},
		{"encrypted alert", event{data: record(21, 26)}, probe.StageLogin, probe.Alerted},
		{"closed", event{}, probe.StageLogin, probe.Closed},
		{"reset", event{reset: true}, probe.StageLogin, probe.Reset},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := accepted(t)
			last := slices.IndexFunc(c.events, func(e event) bool { return !e.server && len(e.data) > 0 && e.data[0] == 21 })
			require.Positive(t, last) // close_notify goes bare
			at := c.events[last].at
			tt.answer.server, tt.answer.at = true, at.Add(3*time.Millisecond)
			c.events = append(c.events[:last], event{at: at, data: record(23, 100)}, tt.answer)
			got := read(t, network{}.pcap(t, network{}.frames(t, c)), 1)[0]
			require.Equal(t, tt.outcome.String(), got.Result.Outcome.String(), "%s", got.Verdict)
			require.Equal(t, tt.stage.String(), got.Result.Stage.String(), "%s", got.Verdict)
			require.Equal(t, 3*time.Millisecond, got.After)
		})
	}
}

// TestReadRetry ends a connection behind the second ClientHello.
func TestReadRetry(t *testing.T) {
	c := converse(t, question{testserver.Config{OS: "2022"}, probe.ModeTDS8, retried})
	require.Equal(t, probe.Accepted, c.result.Outcome)
	second := -1
	for i, e := range c.events {
		if !e.server && i > 0 && second < 0 {
			second = i
		}
	}
	for !slices.Contains(c.events[second].data[:1], 22) {
		second++ // past ChangeCipherSpec
	}
	at := c.events[second].at
	for _, tt := range []struct {
		events  []event
		outcome probe.Outcome
		by      capture.Side
	}{
		{slices.Concat(c.events[:second+1], []event{{at: at, server: true}}), probe.Closed, capture.Server},
		{slices.Concat(c.events[:second+1], []event{{at: at, server: true, data: []byte{21, 3, 3, 0, 2, 2, 40}}}), probe.Alerted, capture.Nobody},
		{slices.Concat(c.events[:second-1], []event{{at: at}}), probe.Aborted, capture.Client},
	} {
		cut := c
		cut.events = tt.events
		got := read(t, network{}.pcap(t, network{}.frames(t, cut)), 1)[0]
		require.Equal(t, tt.outcome.String(), got.Result.Outcome.String(), got.Verdict)
		require.Equal(t, probe.StageClientHello, got.Result.Stage)
		require.Equal(t, tt.by, got.EndedBy)
		require.True(t, got.Result.Flight.Retry)
	}
}

// TestReadEarlyFIN has the server's FIN before its last data.
func TestReadEarlyFIN(t *testing.T) {
	c := converse(t, question{testserver.Config{Refusal: testserver.RefuseAlert}, probe.ModeTDS7, unwanted})
	c.events = slices.DeleteFunc(merged(c.events), func(e event) bool { return e.data == nil })
	c.events = append(c.events, event{at: time.Now(), server: true})
	frames := network{}.frames(t, c)
	last := len(frames) - 1
	frames[last], frames[last-2] = frames[last-2], frames[last] // an ACK is between them
	got := read(t, network{}.pcap(t, frames), 1)[0]
	requireSame(t, c, got)
	require.False(t, got.Incomplete)
}

// TestReadCutEnd ends a file in a packet that is cut short, with nothing behind
// it that shows.
func TestReadCutEnd(t *testing.T) {
	frames := network{}.frames(t, closed(t))
	for i, f := range frames {
		if len(f.data) > 140 {
			frames[i].data = f.data[:120]
			got := read(t, network{}.pcap(t, frames[:i+1]), 1)[0]
			require.True(t, got.Incomplete)
			return
		}
	}
	t.Fatal("no hello")
}
