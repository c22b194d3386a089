package capture_test

import (
	"flag"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/capture"
)

var update = flag.Bool("update", false, "write the files in testdata anew")

// golden is a file with one connection of each kind, that examples read.
const golden = "testdata/office.pcapng"

// goldenTests are the conversations in the file, and their verdicts.
var goldenTests = []struct {
	config  testserver.Config
	mode    probe.Mode
	attempt probe.Attempt
	verdict string
}{
	{testserver.Config{}, probe.ModeTDS7, unwanted,
		"the server closed the connection (FIN) 2.0 ms after the ClientHello and sent no alert: what a Windows client calls 10054"},
	{testserver.Config{OS: "2022"}, probe.ModeTDS8, through(probe.TLS13),
		"the handshake came through: TLS 1.3 with TLS_AES_256_GCM_SHA384, and the server answered the client's first data"},
	{testserver.Config{Refusal: testserver.RefuseAlert}, probe.ModeTDS7, unwanted,
		"the server sent the alert handshake_failure (40) 2.0 ms after the ClientHello"},
	{testserver.Config{ForceStrict: true}, probe.ModeTDS7, probe.Attempt{},
		"the server closed the connection (FIN) 2.0 ms after PRELOGIN and sent no alert: what a Windows client calls 10054"},
}

// TestGolden reads the file, or writes it with -update: conversations at
// addresses of RFC 5737, a second apart and with two milliseconds between
// events.
func TestGolden(t *testing.T) {
	if *update {
		begin := time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC)
		var frames []frame
		for i, tt := range goldenTests {
			c := converse(t, question{tt.config, tt.mode, tt.attempt})
			c.begin = begin.Add(time.Duration(i) * time.Second)
			c.client = &net.TCPAddr{IP: net.IPv4(192, 0, 2, 10), Port: 50000 + i}
			c.where = &net.TCPAddr{IP: net.IPv4(192, 0, 2, 20), Port: 1433}
			c.events = merged(c.events)
			for n := range c.events {
				c.events[n].at = c.begin.Add(time.Duration(n+1) * 2 * time.Millisecond)
			}
			frames = append(frames, network{}.frames(t, c)...)
		}
		require.NoError(t, os.WriteFile(golden, network{}.pcapng(t, frames), 0o644))
	}
	file, err := os.Open(golden)
	require.NoError(t, err)
	defer file.Close()
	all, err := capture.Read(file)
	require.NoError(t, err)
	require.Len(t, all, len(goldenTests))
	for i, tt := range goldenTests {
		require.Equal(t, tt.verdict, all[i].Verdict)
		require.Equal(t, tt.mode, all[i].Mode)
		require.True(t, strings.HasPrefix(all[i].String(), "08:00:0"))
	}
}

// merged makes one event of what one side says in one go, and was read in parts.
func merged(events []event) (out []event) {
	for _, e := range events {
		last := len(out) - 1
		if last >= 0 && e.data != nil && out[last].data != nil && out[last].server == e.server {
			out[last].data = append(out[last].data, e.data...)
			continue
		}
		out = append(out, e)
	}
	return out
}
