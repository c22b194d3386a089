package capture_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/capture"
)

// FuzzRead checks what must hold of any file: it is read within its limits, and
// what is found fits together and survives JSON.
func FuzzRead(f *testing.F) {
	seeds := 0
	for _, tt := range endTests() {
		c := converse(f, tt.question)
		for _, n := range []network{{}, {v6: true, vlan: true, segment: 50}} {
			frames := n.frames(f, c)
			f.Add(n.pcap(f, frames))
			f.Add(n.pcapng(f, frames[1:]))
			seeds += 2
		}
	}
	if seeds == 0 {
		f.Fatal("no seeds")
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		all, err := capture.Read(bytes.NewReader(file))
		if err != nil {
			require.True(t, errorsIsAny(err, capture.ErrFormat, io.ErrUnexpectedEOF, capture.ErrTooMany), "%v", err)
		}
		var before time.Time
		for _, c := range all {
			requireFits(t, c)
			require.False(t, c.Start.Before(before))
			before = c.Start
		}
	})
}

// requireFits checks a connection against itself.
func requireFits(t *testing.T, c capture.Connection) {
	t.Helper()
	r := c.Result
	require.NotEmpty(t, c.Verdict)
	require.Equal(t, r.Outcome == probe.Accepted, r.Err == nil)
	require.True(t, c.Client.IsValid() && c.Server.IsValid())
	require.Equal(t, c.EndedBy == capture.Nobody, c.End == capture.Open)
	require.GreaterOrEqual(t, c.After, time.Duration(0))
	require.Equal(t, r.Outcome == probe.Unreachable, c.Mode == probe.ModeAuto)
	if r.Outcome.ForciblyClosed() {
		require.Equal(t, capture.Server, c.EndedBy)
	}
	if r.Stage > probe.StageClientHello || r.Outcome == probe.Accepted {
		require.NotNil(t, r.Flight)
	}
	if c.ClientAlert != nil {
		require.Equal(t, probe.Aborted, r.Outcome)
	}
	text, err := json.Marshal(c)
	require.NoError(t, err)
	var attempt struct{ Result probe.Result }
	require.NoError(t, json.Unmarshal(text, &attempt))
	require.Equal(t, c.Attempt(), attempt.Result.Attempt)
}

// FuzzParseHello checks that what is found is what is sent, and that it is found
// again however it is written down.
func FuzzParseHello(f *testing.F) {
	hellos := written(f)
	if len(hellos) == 0 {
		f.Fatal("no seeds")
	}
	for _, hello := range hellos {
		for _, form := range textForms {
			f.Add([]byte(form.write(hello[0])))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		h, err := capture.ParseHello(text)
		if err != nil {
			require.ErrorIs(t, err, probe.ErrNotHello)
			require.Zero(t, h)
			return
		}
		sent, err := h.Bytes("")
		require.NoError(t, err)
		require.Equal(t, h.Raw, sent)
		want := h
		want.Framing = probe.Framing{}
		for _, form := range textForms {
			if len(sent) < 64 {
				continue
			}
			again, err := capture.ParseHello([]byte(form.write(sent)))
			require.NoError(t, err, form.name)
			require.Equal(t, want, again, form.name)
		}
	})
}
