package dhe

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// A peer is a server that has heard a session's flight.
type peer struct {
	*Session
}

// fixed is a handshake whose every key follows from constants.
func fixed(id uint16) *Handshake {
	return &Handshake{
		CipherSuite: id, ClientRandom: bytes.Repeat([]byte{1}, 32), ServerRandom: bytes.Repeat([]byte{2}, 32),
		Messages: []byte("hellos"), Share: &Share{Premaster: []byte("premaster"), Public: []byte("public")},
	}
}

// newPeer starts a session, and a server that has the same secret. It opens the
// client's flight and checks what is in it.
func newPeer(t testing.TB, h *Handshake) (*Session, *peer) {
	t.Helper()
	client, err := h.Start()
	require.NoError(t, err)
	p := &peer{&Session{suite: suites[h.CipherSuite], transcript: slices.Clone(h.Messages)}}

	rest := client.Flight()
	next := func(kind byte) (body []byte) {
		require.Equal(t, []byte{kind, 3, 3}, rest[:3])
		n := recordHeader + int(binary.BigEndian.Uint16(rest[3:]))
		body, rest = rest[recordHeader:n], rest[n:]
		return body
	}
	if h.CertificateRequested {
		p.transcript = append(p.transcript, next(recordHandshake)...)
		require.True(t, bytes.HasSuffix(p.transcript, []byte{11, 0, 0, 3, 0, 0, 0}))
	}
	exchange := next(recordHandshake)
	require.Equal(t, "\x10\x00\x00\x08\x00\x06public", string(exchange))
	p.transcript = append(p.transcript, exchange...)
	p.master = h.master(p.suite, p.transcript)
	p.in, p.out, err = h.keys(p.suite, p.master)
	require.NoError(t, err)

	require.Equal(t, []byte{1}, next(recordChangeCipherSpec))
	finished, ok := p.in.open(recordHandshake, next(recordHandshake))
	require.True(t, ok)
	require.Equal(t, message(typeFinished, p.verify("client finished")), finished)
	require.Empty(t, rest)
	p.transcript = append(p.transcript, finished...)
	return client, p
}

// changed is a ChangeCipherSpec.
var changed = record(recordChangeCipherSpec, []byte{1})

// ticket says a NewSessionTicket.
func (p *peer) issue(ticket string) []byte {
	body := append([]byte{0, 0, 1, 0}, binary.BigEndian.AppendUint16(nil, uint16(len(ticket)))...)
	m := message(typeNewSessionTicket, append(body, ticket...))
	p.transcript = append(p.transcript, m...)
	return record(recordHandshake, m)
}

// finished says Finished, sealed.
func (p *peer) finished() []byte {
	return p.out.record(recordHandshake, message(typeFinished, p.verify("server finished")))
}
