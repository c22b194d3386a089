package probe_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// FuzzParseHello checks that what parses is sent again as it was, survives
// JSON, and has the same content when it is built anew.
func FuzzParseHello(f *testing.F) {
	seeds := captures(f)
	if len(seeds) == 0 {
		f.Fatal("no seeds")
	}
	for _, records := range seeds {
		message, err := tlswire.HandshakeMessage(records)
		require.NoError(f, err)
		f.Add(records)
		f.Add(message)
	}
	ssl2 := tlswire.SSL2ClientHello{Version: 2, CipherKinds: []uint32{0x010080, 0x00002f}, Challenge: make([]byte, 16)}
	f.Add(ssl2Bytes(f, ssl2))
	ssl2.Version = 0x0301
	f.Add(ssl2Bytes(f, ssl2))
	f.Fuzz(func(t *testing.T, captured []byte) {
		h, err := probe.ParseHello(captured)
		if err != nil {
			require.ErrorIs(t, err, probe.ErrNotHello)
			require.Zero(t, h)
			return
		}
		sent, err := h.Bytes("sql.example.test")
		require.NoError(t, err)
		if !slices.Equal(captured, sent) {
			require.Equal(t, tlswire.AppendRecords(nil, 22, 0x0301, captured, 0), sent)
		}
		text, err := json.Marshal(h)
		require.NoError(t, err)
		var again probe.Hello
		require.NoError(t, json.Unmarshal(text, &again))
		require.Equal(t, h, again)
		requireRebuilt(t, h, sent)
	})
}

// requireRebuilt compares a hello without Raw with the bytes that it was parsed
// from.
func requireRebuilt(t *testing.T, h probe.Hello, sent []byte) {
	h.Raw = nil
	rebuilt, err := h.Bytes("sql.example.test")
	message, notTLS := tlswire.HandshakeMessage(sent)
	if err != nil || notTLS != nil {
		return
	}
	want, err := tlswire.ParseClientHello(message)
	require.NoError(t, err)
	if want.Version < 0x0300 || h.MaxVersion == probe.TLS13 && want.Version != 0x0303 {
		return // such a legacy_version only Raw can say
	}
	require.Equal(t, contentOf(t, want), contentOf(t, parse(t, rebuilt)))
}
