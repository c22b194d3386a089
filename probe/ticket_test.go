package probe_test

import (
	"crypto/tls"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

// TestTicket resumes a session with the ticket of a handshake, as data.
func TestTicket(t *testing.T) {
	addr := secured(t, &tls.Config{MaxVersion: tls.VersionTLS12}, nil)
	full := ask(t, target(addr, probe.ModeTLS), finished)
	requireResult(t, full, probe.StageFinished, probe.Accepted)
	require.NotEmpty(t, full.Ticket)
	require.True(t, full.Flight.SessionTicket)
	require.False(t, full.Flight.Resumed)

	resume := probe.Hello{SessionID: []byte{1, 2, 3}, Extensions: []probe.Extension{{Type: extSessionTicket, Data: full.Ticket}}}
	short := ask(t, target(addr, probe.ModeTLS), probe.Attempt{Hello: resume})
	requireResult(t, short, probe.StageClientHello, probe.Accepted)
	require.True(t, short.Flight.Resumed)
	require.Equal(t, []byte{1, 2, 3}, short.Flight.SessionID)
	require.Empty(t, short.Flight.Certificates)

	without := probe.Attempt{Hello: probe.Hello{Omit: []uint16{extSessionTicket}}, Depth: probe.DepthFinished}
	require.Empty(t, ask(t, target(addr, probe.ModeTLS), without).Ticket)
}
