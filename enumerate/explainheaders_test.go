package enumerate

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestExplainHeaders: what the TDS headers say and when the hello is sent is part
// of an explanation, beside a change that does not matter.
func TestExplainHeaders(t *testing.T) {
	tests := []struct {
		name   string
		config testserver.Config
		change func(*probe.Framing)
		want   string
	}{
		{"headers of PRELOGIN", testserver.Config{Wants: testserver.Wants{PreloginIDs: true}}, func(f *probe.Framing) {
			f.Prelogin.IDOffset, f.Hello.Window = 3, 1
		}, "TDS headers of PRELOGIN as they should not be"},
		{"headers of the hello", testserver.Config{Wants: testserver.Wants{PacketIDs: true}}, func(f *probe.Framing) {
			f.Hello.IDOffset, f.Prelogin.Status = 3, prelogin.StatusIgnore
		}, "TDS headers of the ClientHello as they should not be"},
		{"order", testserver.Config{}, func(f *probe.Framing) {
			f.Order, f.Prelogin.SPID = probe.OrderHelloFirst, 7
		}, "the ClientHello before the PRELOGIN answer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			attempt := probe.Attempt{Name: "planted"}
			tt.change(&attempt.Hello.Framing)
			where := serve(t, tt.config)
			require.False(t, truthOf(t, where, attempt))
			x, err := Explain(t.Context(), where, attempt, Options{Parallel: 8, Rate: 1e6})
			require.NoError(t, err)
			require.Len(t, x.Fixes, 1)
			require.Len(t, x.Fixes[0].Changes, 1)
			require.Equal(t, LayerFraming, x.Fixes[0].Changes[0].Layer)
			require.Equal(t, []string{tt.want}, x.Fixes[0].Changes[0].Remove)
		})
	}
}

// TestAsksPrelogin: a reset before the PRELOGIN answer is an answer to those that
// ask there.
func TestAsksPrelogin(t *testing.T) {
	r := &run{Runner: &Runner{}}
	for want, framings := range map[bool][]probe.Framing{
		true:  {{Order: probe.OrderPipelined}, {Prelogin: prelogin.Headers{SPID: 1}}, {PacketSize: 64}, {ZeroPacketID: true}},
		false: {{}, {Hello: prelogin.Headers{SPID: 1}}, {RecordSize: 64}, {SegmentSize: 5}},
	} {
		for _, f := range framings {
			a := probe.Attempt{Hello: probe.Hello{Framing: f}}
			require.Equal(t, want, r.asksPrelogin(a), "%+v", f)
			require.Equal(t, f == probe.Framing{}, suits(a), "%+v", f)
		}
	}
}
