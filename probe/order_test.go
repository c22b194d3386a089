package probe_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// ordered is an attempt with a literal hello that goes out in an order.
func ordered(t *testing.T, order probe.Order) probe.Attempt {
	raw, err := probe.Hello{}.Bytes("sql.example.test")
	require.NoError(t, err)
	return probe.Attempt{Hello: probe.Hello{Raw: raw, Framing: probe.Framing{Order: order, PacketSize: 64}}}
}

// TestOrderPipelined: a server that reads message by message does not mind, and
// the two messages are one write.
func TestOrderPipelined(t *testing.T) {
	server := start(t, testserver.Config{})
	where := target(server.Addr(), probe.ModeTDS7)
	plain, pipelined := ordered(t, probe.OrderAnswered), ordered(t, probe.OrderPipelined)
	pipelined.Hello.Raw = plain.Hello.Raw
	apart, together := sent(t, where, plain), sent(t, where, pipelined)
	require.Equal(t, bytes.Join(apart[:2], nil), together[0])
	require.Len(t, together, 2, "and the farewell")
	require.Equal(t, apart[2], together[1])
	result := ask(t, where, pipelined)
	requireResult(t, result, probe.StageClientHello, probe.Accepted)
	require.NotNil(t, result.Prelogin)

	opening := open(t, where, pipelined)
	require.Zero(t, opening.Result().BytesOut, "nothing is sent ahead")
	require.True(t, opening.Fits(pipelined))
	require.False(t, opening.Fits(plain))
	require.False(t, open(t, where, plain).Fits(pipelined))
	ahead, err := opening.Probe(t.Context(), pipelined)
	require.NoError(t, err)
	requireResult(t, ahead, probe.StageClientHello, probe.Accepted)
	require.Equal(t, result.BytesOut, ahead.BytesOut)
}

// TestOrderHelloFirst: PRELOGIN comes too late.
func TestOrderHelloFirst(t *testing.T) {
	server := start(t, testserver.Config{})
	where := target(server.Addr(), probe.ModeTDS7)
	result := ask(t, where, ordered(t, probe.OrderHelloFirst))
	require.Equal(t, probe.StagePrelogin, result.Stage)
	require.True(t, result.Outcome.ForciblyClosed(), "%v", result.Outcome)
	// Modes without PRELOGIN in clear text have one order.
	for _, mode := range []probe.Mode{probe.ModeTDS8, probe.ModeTLS} {
		requireResult(t, ask(t, target(server.Addr(), mode), ordered(t, probe.OrderHelloFirst)), probe.StageClientHello, probe.Accepted)
	}
}

// TestOrderNotSupported: the hello is sent before the server can say that it has
// no encryption.
func TestOrderNotSupported(t *testing.T) {
	server := start(t, testserver.Config{Encryption: testserver.NotSupported})
	off, err := prelogin.Request(prelogin.EncryptOff, "").Raw()
	require.NoError(t, err)
	attempt := ordered(t, probe.OrderPipelined)
	attempt.Prelogin = off
	requireResult(t, ask(t, target(server.Addr(), probe.ModeTDS7), attempt), probe.StagePrelogin, probe.NotOffered)
}

func TestOrderErrors(t *testing.T) {
	where := target("127.0.0.1:1", probe.ModeTDS7)
	early := probe.Hello{Framing: probe.Framing{Order: probe.OrderPipelined}}
	for name, attempt := range map[string]probe.Attempt{
		"finished": {Hello: early, Depth: probe.DepthFinished}, "prelogin": {Hello: early, Depth: probe.DepthPrelogin},
		"dhe": {Hello: early, DHE: &probe.DHE{}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := new(probe.Prober).Probe(t.Context(), where, attempt)
			require.ErrorIs(t, err, probe.ErrOrder)
			_, err = attempt.Bytes(where)
			require.ErrorIs(t, err, probe.ErrOrder)
		})
	}
	require.Error(t, json.Unmarshal([]byte(`{"order":"late"}`), new(probe.Framing)))
}

// TestAttemptBytes compares what an attempt says it sends with what it sends.
func TestAttemptBytes(t *testing.T) {
	server := start(t, testserver.Config{})
	odd := ordered(t, probe.OrderPipelined)
	odd.Hello.Framing.Prelogin = prelogin.Headers{Empty: 2, SPID: 7}
	odd.Hello.Framing.Hello = prelogin.Headers{EmptyLast: true, Window: 9}
	tests := []struct {
		name    string
		mode    probe.Mode
		attempt probe.Attempt
	}{
		{"TDS 7", probe.ModeTDS7, ordered(t, probe.OrderAnswered)},
		{"pipelined", probe.ModeTDS7, ordered(t, probe.OrderPipelined)},
		{"odd headers", probe.ModeTDS7, odd},
		{"TDS 8", probe.ModeTDS8, ordered(t, probe.OrderAnswered)},
		{"no TDS", probe.ModeTLS, ordered(t, probe.OrderAnswered)},
		{"PRELOGIN alone", probe.ModeTDS7, prelog},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			where := target(server.Addr(), tt.mode)
			want, err := tt.attempt.Bytes(where)
			require.NoError(t, err)
			stream := bytes.Join(sent(t, where, tt.attempt), nil)
			require.Equal(t, want, stream[:len(want)])
			require.Less(t, len(stream)-len(want), 40, "only the farewell may follow")
		})
	}
	late, err := odd.Bytes(target("", probe.ModeTDS7))
	require.NoError(t, err)
	odd.Hello.Framing.Order = probe.OrderHelloFirst
	early, err := odd.Bytes(target("", probe.ModeTDS7))
	require.NoError(t, err)
	require.NotEqual(t, late, early)
	n := len(early) - bytes.Index(early, []byte{0x12, 0, 0, 8, 0, 7}) // where PRELOGIN begins
	require.Equal(t, append(late[n:], late[:n]...), early)
}
