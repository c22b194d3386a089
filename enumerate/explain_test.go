package enumerate_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

func TestExplain(t *testing.T) {
	type changes = []enumerate.Change
	suite := enumerate.Change{Layer: enumerate.LayerCipherSuites, Add: []string{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}}
	tests := []struct {
		name   string
		config testserver.Config
		hello  probe.Hello
		want   []enumerate.Change // of the first fix; nil if accepted
	}{
		{"accepted", testserver.Config{}, probe.Hello{}, nil},
		{"no common suite", testserver.Config{}, probe.Hello{CipherSuites: []probe.CipherSuite{0xcca8, 0x00ff}}, changes{suite}},
		{"no common version, then no common suite", testserver.Config{},
			probe.Hello{MaxVersion: probe.SSL30, CipherSuites: []probe.CipherSuite{0x0015, 0x00ff}},
			changes{{Layer: enumerate.LayerVersion, Add: []string{"TLS 1.2"}}, suite}},
		{"what Schannel wants", testserver.Config{Wants: testserver.Wants{Renegotiation: true, PointFormats: true}},
			probe.Hello{CipherSuites: []probe.CipherSuite{0xc030}, Omit: []uint16{11}}, changes{
				{Layer: enumerate.LayerCipherSuites, Add: []string{"TLS_EMPTY_RENEGOTIATION_INFO_SCSV"}},
				{Layer: enumerate.LayerExtensions, Add: []string{"ec_point_formats"}},
			}},
	}
	for _, m := range modes {
		for _, tt := range tests {
			t.Run(m.mode.String()+"/"+tt.name, func(t *testing.T) {
				tt.config.Plain = m.config.Plain
				server := start(t, tt.config)
				x, err := enumerate.Explain(t.Context(), target(t, server.Addr(), m.mode), probe.Attempt{Hello: tt.hello}, fast())
				require.NoError(t, err)
				require.Empty(t, x.Note)
				require.Equal(t, server.Connections(), x.Connections)
				if tt.want == nil {
					require.Equal(t, probe.Accepted, x.Attempt.Outcome)
					require.Empty(t, x.Fixes)
					return
				}
				require.Equal(t, probe.Closed, x.Attempt.Outcome)
				require.Equal(t, tt.want, x.Fixes[0].Changes)
				require.True(t, x.Fixes[0].Proven)

				encoded, err := json.Marshal(x)
				require.NoError(t, err)
				var back enumerate.Explanation
				require.NoError(t, json.Unmarshal(encoded, &back))
				require.Equal(t, x.Fixes[0].Changes, back.Fixes[0].Changes)
				r, err := (&probe.Prober{}).Probe(t.Context(), target(t, server.Addr(), m.mode), back.Fixes[0].Attempt)
				require.NoError(t, err)
				require.Equal(t, probe.Accepted, r.Outcome, "an attempt that was read back is accepted too")
			})
		}
	}
}

// TestExplainBudget: what a budget leaves no room for is said.
func TestExplainBudget(t *testing.T) {
	server := start(t, testserver.Config{})
	options := fast()
	options.Budget = 20
	hello := probe.Hello{CipherSuites: []probe.CipherSuite{0xcca8, 0x00ff}}
	x, err := enumerate.Explain(t.Context(), target(t, server.Addr(), probe.ModeTDS7), probe.Attempt{Hello: hello}, options)
	require.NoError(t, err)
	require.Contains(t, x.Note, "budget")
	require.LessOrEqual(t, server.Connections(), 20)
}

func TestExplainErrors(t *testing.T) {
	none := start(t, testserver.Config{TLS: &testserver.TLS{}})
	_, err := enumerate.Explain(t.Context(), target(t, none.Addr(), probe.ModeTDS7), probe.Attempt{}, fast())
	require.ErrorIs(t, err, enumerate.ErrUnmeasured)

	_, err = enumerate.Explain(t.Context(), probe.Target{}, probe.Attempt{}, fast())
	require.ErrorIs(t, err, probe.ErrNoHost)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = enumerate.Explain(ctx, target(t, none.Addr(), probe.ModeTDS7), probe.Attempt{}, fast())
	require.True(t, errors.Is(err, ctx.Err()))
}

// TestExplainInexpressible: a hello that is refused for bytes that have no field
// in a Hello is told from one that can be explained.
func TestExplainInexpressible(t *testing.T) {
	server := start(t, testserver.Config{Wants: testserver.Wants{OneRecord: true}})
	raw, err := probe.Hello{Framing: probe.Framing{RecordSize: 64}}.Bytes("")
	require.NoError(t, err)
	hello, err := probe.ParseHello(raw)
	require.NoError(t, err)
	x, err := enumerate.Explain(t.Context(), target(t, server.Addr(), probe.ModeTDS7), probe.Attempt{Hello: hello}, fast())
	require.ErrorIs(t, err, enumerate.ErrInexpressible)
	require.Equal(t, probe.Closed, x.Attempt.Outcome)
}

// TestExplainDisturbed: a hello that the server accepts is never called refused,
// whatever becomes of the first attempt.
func TestExplainDisturbed(t *testing.T) {
	for seed := range uint64(20) {
		server := start(t, testserver.Config{ResetRate: 0.3, Seed: seed})
		raw, err := probe.Hello{}.Bytes("")
		require.NoError(t, err)
		hello, err := probe.ParseHello(raw)
		require.NoError(t, err)
		x, err := enumerate.Explain(t.Context(), target(t, server.Addr(), probe.ModeTLS), probe.Attempt{Hello: hello}, fast())
		if x.Attempt.Outcome == probe.Accepted {
			require.NoError(t, err, "seed %d", seed)
			require.Empty(t, x.Fixes)
		} else {
			require.NotErrorIs(t, err, enumerate.ErrInexpressible, "seed %d", seed)
		}
	}
}

// TestExplainOtherVersion: an answer in a version that a hello does not offer is
// no acceptance.
func TestExplainOtherVersion(t *testing.T) {
	server := start(t, testserver.Config{OS: "2008 R2"})
	hello := probe.Hello{MaxVersion: probe.TLS13, MinVersion: probe.TLS12}
	x, err := enumerate.Explain(t.Context(), target(t, server.Addr(), probe.ModeTDS7), probe.Attempt{Hello: hello}, fast())
	require.NoError(t, err)
	require.Contains(t, x.Note, "TLS 1.0")
	require.Equal(t, enumerate.LayerVersion, x.Fixes[0].Changes[0].Layer)
}

// TestExplainHuge: a hello with more in it than can be told apart is turned down
// at once.
func TestExplainHuge(t *testing.T) {
	server := start(t, testserver.Config{Wants: testserver.Wants{MaxSuites: 1000}})
	hello := probe.Hello{}
	for i := range 5000 {
		hello.CipherSuites = append(hello.CipherSuites, probe.CipherSuite(0x1000+i))
	}
	_, err := enumerate.Explain(t.Context(), target(t, server.Addr(), probe.ModeTDS7), probe.Attempt{Hello: hello}, fast())
	require.ErrorContains(t, err, "at most")
	require.Less(t, server.Connections(), 10)
}
