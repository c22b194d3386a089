package enumerate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

func TestExplain(t *testing.T) {
	tests := []struct {
		name   string
		config testserver.Config
		hello  probe.Hello
		want   [][]enumerate.Change
	}{
		{"no common suite", testserver.Config{OS: "2019"}, probe.Hello{CipherSuites: []probe.CipherSuite{0xcca8, 0x00ff}}, nil},
		{"old version", testserver.Config{OS: "2025"}, probe.Hello{MaxVersion: probe.SSL30, CipherSuites: []probe.CipherSuite{0x000a, 0x00ff}}, nil},
		{"scsv", testserver.Config{OS: "2019", Wants: testserver.Wants{Renegotiation: true, PointFormats: true}},
			probe.Hello{CipherSuites: []probe.CipherSuite{0xcca8}, Omit: []uint16{11}}, nil},
		{"accepted", testserver.Config{OS: "2019"}, probe.Hello{}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := start(t, tt.config)
			x, err := enumerate.Explain(t.Context(), target(t, server.Addr(), probe.ModeTDS7), probe.Attempt{Hello: tt.hello}, fast())
			require.NoError(t, err)
			t.Logf("%+v note %q connections %d", x.Attempt, x.Note, x.Connections)
			for _, f := range x.Fixes {
				t.Logf("   %v proven %v", f.Changes, f.Proven)
			}
		})
	}
}
