package diagnose_test

import (
	"crypto"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// TestClientsForeseen: what a report proves of a client is what comes of its
// hello when that is sent.
func TestClientsForeseen(t *testing.T) {
	weak := testserver.Linked(testserver.Link{Hash: crypto.SHA1, Serial: -5})
	for i, tt := range []struct {
		name    string
		config  testserver.Config
		derived int // at least, of 459
	}{
		{"GCM only", changed("2022", onlySuites(0xc030, 0xc02f, 0x1302)), 350}, {"strict only", testserver.Config{OS: "2022", ForceStrict: true}, 459}, {"2019", testserver.Config{}, 400},
		{"SHA-1 wanted", showing(changed("2012 R2", wantsHashes), weak), 400},
		{"2008 R2", testserver.Config{OS: "2008 R2"}, 300}, {"2012 R2", testserver.Config{OS: "2012 R2"}, 400},
		{"2022", testserver.Config{OS: "2022"}, 450}, {"2025", testserver.Config{OS: "2025"}, 450},
		{"no encryption", testserver.Config{Encryption: testserver.NotSupported}, 100},
	} {
		if i == 3 && !long {
			break
		}
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.config.Certificate == nil { // clients look at the size of its key
				tt.config = showing(tt.config, testserver.RSA())
			}
			server, target := listen(t, tt.config, probe.ModeAuto)
			options := fast()
			report := scanAt(t, target, options)
			known := diagnose.Clients(report, clients.All())
			before := server.Connections()
			foreseen, _, err := enumerate.Clients(t.Context(), target, clients.All(), known, options)
			require.NoError(t, err)
			between := server.Connections()
			sent, _, err := enumerate.Clients(t.Context(), target, clients.All(), nil, options)
			require.NoError(t, err)
			derived := 0
			for i, c := range foreseen {
				want := sent[i]
				if !c.Sent {
					derived++
					want.Group, want.Sent = c.Group, false // the report does not tell the group
				}
				want.Cause, want.Reason, want.Fix, want.ServerFix = c.Cause, c.Reason, c.Fix, c.ServerFix // it tells these better
				require.Equal(t, want, c)
			}
			require.GreaterOrEqual(t, derived, tt.derived)
			t.Logf("%d clients, %d foreseen; %d connections instead of %d", len(foreseen), derived, between-before, server.Connections()-between)
		})
	}
}
