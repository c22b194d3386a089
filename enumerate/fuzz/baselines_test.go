package fuzz_test

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

var where = probe.Target{Host: "sql.example.test", Address: "127.0.0.1:1433", Mode: probe.ModeTDS7}

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// A baseline is an attempt that mutations start from.
type baseline struct {
	name    string
	attempt probe.Attempt
}

// modern is a hello of TLS 1.3 and 1.2 with shares of two groups.
var modern = probe.Hello{MaxVersion: probe.TLS13, MinVersion: probe.TLS12, KeyShares: []probe.Group{probe.X25519, probe.SECP256R1}}

// rich is modern with what else browsers send.
func rich() probe.Hello {
	h := modern
	h.ALPN = []string{"tds/8.0"}
	h.Extensions = []probe.Extension{
		{Type: 1, Data: []byte{4}}, {Type: 5, Data: []byte{1, 0, 0, 0, 0}}, {Type: 18, Data: []byte{}}, {Type: 22, Data: []byte{}}, {Type: 0xff01, Data: []byte{0}},
	}
	return h
}

// full is rich with all that nobody sends together.
func full() probe.Hello {
	h := rich()
	h.MinVersion = probe.TLS11
	h.CipherSuites = []probe.CipherSuite{0x00ff, 0x1301, 0xc02f, 0x5600}
	h.Extensions = append(h.Extensions, []probe.Extension{
		{Type: 4, Data: []byte{}}, {Type: 15, Data: []byte{1}}, {Type: 17, Data: []byte{0, 7, 2, 0, 4, 0, 0, 0, 0}}, {Type: 19, Data: []byte{1, 0}},
		{Type: 27, Data: []byte{2, 0, 2}}, {Type: 28, Data: []byte{0x40, 1}}, {Type: 34, Data: []byte{0, 2, 4, 3}}, {Type: 47, Data: []byte{0, 4, 0, 2, 0x30, 0}},
		{Type: 49, Data: []byte{}}, {Type: 50, Data: []byte{0, 2, 4, 1}}, {Type: 0x3374, Data: []byte{}}, {Type: 21, Data: make([]byte, 5000)}, {Type: 99, Data: []byte{1}},
	}...)
	return h
}

// bare is a hello of TLS 1.1 without extensions and signals.
var bare = probe.Hello{
	MaxVersion: probe.TLS11, CipherSuites: []probe.CipherSuite{0xc014, 0xc013, 0x0035}, Omit: []uint16{0, 10, 11, 23, 35},
	Compression: []uint8{1, 0}, SessionID: []byte{1, 2, 3}, RecordVersion: probe.TLS11,
}

// baselines are attempts whose hello is in fields, and others that are literal.
func baselines(t testing.TB) []baseline {
	stated := func(h probe.Hello) probe.Attempt {
		a, err := fuzz.Stated(probe.Attempt{Hello: h}, where)
		require.NoError(t, err)
		return a
	}
	early := probe.Attempt{Hello: bare, Prelogin: off(t)}
	reversed, ok := find(t, "extension: all in reverse").Apply(stated(rich()), source(0))
	require.True(t, ok)
	return []baseline{
		{"plain", stated(probe.Hello{})}, {"modern", stated(modern)}, {"bare", early}, {"bare, literal", literal(t, early)},
		{"rich, literal", literal(t, stated(rich()))}, {"full, literal", literal(t, stated(full()))}, {"rich, reversed", reversed},
	}
}

// find returns the mutation of a name.
func find(t testing.TB, name string) fuzz.Mutation {
	t.Helper()
	for _, m := range fuzz.Mutations() {
		if m.Name == name {
			return m
		}
	}
	require.Fail(t, "no mutation", name)
	return fuzz.Mutation{}
}

// off is a PRELOGIN message with ENCRYPTION off.
func off(t testing.TB) prelogin.Raw {
	raw, err := prelogin.Request(prelogin.EncryptOff, "").Raw()
	require.NoError(t, err)
	return raw
}

// literal fixes the bytes of a hello.
func literal(t testing.TB, a probe.Attempt) probe.Attempt {
	t.Helper()
	raw, err := a.Hello.Bytes("")
	require.NoError(t, err)
	a.Hello = probe.Hello{Raw: raw}
	return a
}

// A recorder is a connection to a server that answers one PRELOGIN and closes. It
// keeps what is written, write by write.
type recorder struct {
	net.Conn
	answer []byte
	writes [][]byte
}

func (r *recorder) Write(b []byte) (int, error) {
	r.writes = append(r.writes, append([]byte{}, b...))
	return len(b), nil
}

func (r *recorder) Read(b []byte) (int, error) {
	if len(r.answer) == 0 {
		return 0, io.EOF
	}
	n := copy(b, r.answer)
	r.answer = r.answer[n:]
	return n, nil
}

func (r *recorder) Close() error                    { return nil }
func (r *recorder) RemoteAddr() net.Addr            { return &net.TCPAddr{} }
func (r *recorder) SetReadDeadline(time.Time) error { return nil }
func (r *recorder) CloseWrite() error               { return nil }

// written makes an attempt and returns what it wrote.
func written(t testing.TB, a probe.Attempt) [][]byte {
	t.Helper()
	answer, err := prelogin.Request(prelogin.EncryptOn, "").Raw()
	require.NoError(t, err)
	r := &recorder{answer: prelogin.Framing{}.AppendMessage(nil, prelogin.PacketReply, answer.Append(nil))}
	prober := probe.Prober{DialContext: func(context.Context, string, string) (net.Conn, error) { return r, nil }}
	result, err := prober.Probe(t.Context(), where, a)
	require.NoError(t, err)
	require.Equal(t, probe.StageClientHello, result.Stage, "%v", result.Err)
	return r.writes
}
