package probe_test

import (
	"bytes"
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A content is what is in a hello apart from random values, keys, the server's
// name, and the order of the extensions.
type content struct {
	version     uint16
	session     []byte
	suites      []uint16
	compression []uint8
	extensions  []tlswire.Extension // by type, then data
}

func contentOf(t testing.TB, hello *tlswire.ClientHello) content {
	t.Helper()
	c := content{hello.Version, hello.SessionID, hello.CipherSuites, hello.Compression, nil}
	for _, e := range hello.Extensions {
		switch e.Type {
		case extServerName:
			e.Data = nil
		case extKeyShare:
			if groups, ok := tlswire.KeyShareGroups(e.Data); ok {
				e.Data = nil
				for _, g := range groups {
					e.Data = append(e.Data, byte(g>>8), byte(g))
				}
			}
		}
		c.extensions = append(c.extensions, e)
	}
	slices.SortFunc(c.extensions, func(a, b tlswire.Extension) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), bytes.Compare(a.Data, b.Data))
	})
	return c
}

func TestParseHelloRaw(t *testing.T) {
	for name, records := range captures(t) {
		t.Run(name, func(t *testing.T) {
			h, err := probe.ParseHello(records)
			require.NoError(t, err)
			again, err := h.Bytes("other.example.test")
			require.NoError(t, err)
			require.Equal(t, records, again)
			again[0]++ // neither end shares memory
			require.Equal(t, records, h.Raw)
			records[5]++
			require.NotEqual(t, records, h.Raw)
		})
	}
}

func TestParseHelloRebuilt(t *testing.T) {
	for name, records := range captures(t) {
		t.Run(name, func(t *testing.T) {
			h, err := probe.ParseHello(records)
			require.NoError(t, err)
			h.Raw = nil
			again, err := h.Bytes("sql.example.test")
			require.NoError(t, err)
			require.Equal(t, records[:3], again[:3], "record version")
			want, got := parse(t, records), parse(t, again)
			require.Equal(t, contentOf(t, want), contentOf(t, got))
			require.NotEqual(t, want.Random, got.Random)
			require.Equal(t, len(records), len(again))
		})
	}
}

// TestParseHelloForms parses one hello in all its forms.
func TestParseHelloForms(t *testing.T) {
	records := captures(t)["jtds-1.3.1-java17.0.15"]
	message, err := tlswire.HandshakeMessage(records)
	require.NoError(t, err)
	whole, err := probe.ParseHello(records)
	require.NoError(t, err)
	whole.Raw = nil
	tests := []struct {
		name     string
		captured []byte
		raw      []byte
		record   probe.Version
	}{
		{"a bare message", message, tlswire.AppendRecords(nil, 22, 0x0301, message, 0), probe.TLS10},
		{"records of 7 bytes", tlswire.AppendRecords(nil, 22, 0x0303, message, 7), tlswire.AppendRecords(nil, 22, 0x0303, message, 7), probe.TLS12},
		{"something behind it", append(slices.Clone(records), 20, 3, 3, 0, 1, 1), append(slices.Clone(records), 20, 3, 3, 0, 1, 1), probe.TLS12},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, err := probe.ParseHello(tt.captured)
			require.NoError(t, err)
			again, err := h.Bytes("")
			require.NoError(t, err)
			require.Equal(t, tt.raw, again)
			require.Equal(t, tt.record, h.RecordVersion)
			h.Raw, h.RecordVersion = nil, whole.RecordVersion
			require.Equal(t, whole, h)
		})
	}
}

func TestParseHelloSSL2(t *testing.T) {
	challenge := []byte("sixteen bytes!!!")
	ssl2 := tlswire.SSL2ClientHello{Version: 2, CipherKinds: []uint32{0x010080, 0x0700c0}, Challenge: challenge}
	h, err := probe.ParseHello(ssl2Bytes(t, ssl2))
	require.NoError(t, err)
	require.Equal(t, probe.Hello{
		MaxVersion: probe.SSL20, CipherKinds: []probe.CipherKind{0x010080, 0x0700c0}, Raw: ssl2Bytes(t, ssl2),
	}, h)
	h.Raw = nil
	again, err := h.Bytes("")
	require.NoError(t, err)
	rebuilt, err := tlswire.ParseSSL2ClientHello(again)
	require.NoError(t, err)
	require.Equal(t, ssl2.CipherKinds, rebuilt.CipherKinds)
	require.NotEqual(t, challenge, rebuilt.Challenge)

	later := tlswire.SSL2ClientHello{Version: 0x0301, CipherKinds: []uint32{0x00002f, 0x010080, 0x0000ff}, Challenge: challenge}
	h, err = probe.ParseHello(ssl2Bytes(t, later))
	require.NoError(t, err)
	require.Equal(t, ssl2Bytes(t, later), h.Raw)
	h.Raw = nil
	hello := wire(t, h)
	require.EqualValues(t, 0x0301, hello.Version)
	require.Equal(t, []uint16{0x002f, 0x00ff}, hello.CipherSuites)
	require.Nil(t, hello.Extensions)
}
