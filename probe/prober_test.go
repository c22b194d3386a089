package probe_test

import (
	"context"
	"encoding/json"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// An endTest is a server, a question, and how the attempt ends.
type endTest struct {
	name    string
	config  testserver.Config
	mode    probe.Mode
	attempt probe.Attempt
	stage   probe.Stage
	outcome probe.Outcome
}

// requireEnd makes the attempt of a test and checks what must hold whatever
// the end.
func requireEnd(t *testing.T, tt endTest) *probe.Result {
	t.Helper()
	server := start(t, tt.config)
	result := ask(t, target(server.Addr(), tt.mode), tt.attempt)
	requireResult(t, result, tt.stage, tt.outcome)
	require.Equal(t, server.Addr(), result.Address)
	require.Equal(t, 1, server.Connections())
	return result
}

func requireResult(t *testing.T, result *probe.Result, stage probe.Stage, outcome probe.Outcome) {
	t.Helper()
	require.Equal(t, outcome.String(), result.Outcome.String(), "%v at %v", result.Err, result.Stage)
	require.Equal(t, stage.String(), result.Stage.String(), "%v", result.Err)
	require.Equal(t, outcome == probe.Accepted, result.Err == nil, "%v", result.Err)
	require.Equal(t, outcome == probe.Alerted, result.Alert != nil)
	text, err := json.Marshal(result)
	require.NoError(t, err)
	require.Equal(t, result.Err != nil, strings.Contains(string(text), `"error":`))
}

var (
	prelog   = probe.Attempt{Depth: probe.DepthPrelogin}
	flight   = probe.Attempt{}
	finished = probe.Attempt{Depth: probe.DepthFinished}
)

// TestPreloginEnds has the ends of the first stage that has a server.
func TestPreloginEnds(t *testing.T) {
	tests := []endTest{
		{"answer", testserver.Config{}, probe.ModeTDS7, prelog, probe.StagePrelogin, probe.Accepted},
		{"answer in auto mode", testserver.Config{}, probe.ModeAuto, prelog, probe.StagePrelogin, probe.Accepted},
		{"answer of an older type", testserver.Config{ReplyType: 4}, probe.ModeTDS7, prelog, probe.StagePrelogin, probe.Accepted},
		{"answer without encryption", testserver.Config{Encryption: testserver.NotSupported}, probe.ModeTDS7, prelog, probe.StagePrelogin, probe.Accepted},
		{"not offered", testserver.Config{Encryption: testserver.NotSupported}, probe.ModeTDS7, flight, probe.StagePrelogin, probe.NotOffered},
		{"not offered, to be finished", testserver.Config{Encryption: testserver.NotSupported}, probe.ModeTDS7, finished, probe.StagePrelogin, probe.NotOffered},
		{"Force Strict", testserver.Config{ForceStrict: true}, probe.ModeTDS7, flight, probe.StagePrelogin, probe.Closed},
		{"TLS without TDS", testserver.Config{Plain: true}, probe.ModeTDS7, flight, probe.StagePrelogin, probe.Closed},
		{"HTTP", testserver.Config{Fault: testserver.HTTP}, probe.ModeTDS7, flight, probe.StagePrelogin, probe.Malformed},
		{"SSH", testserver.Config{Fault: testserver.SSH}, probe.ModeTDS7, flight, probe.StagePrelogin, probe.Malformed},
		{"ERROR token", testserver.Config{Fault: testserver.ErrorToken}, probe.ModeTDS7, flight, probe.StagePrelogin, probe.TDSError},
		{"garbage", testserver.Config{Fault: testserver.PreloginGarbage}, probe.ModeTDS7, flight, probe.StagePrelogin, probe.Malformed},
		{"endless answer", testserver.Config{Fault: testserver.PreloginHuge}, probe.ModeTDS7, flight, probe.StagePrelogin, probe.Malformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			result := requireEnd(t, tt)
			answered := tt.outcome == probe.Accepted || tt.outcome == probe.NotOffered
			require.Equal(t, answered, result.Prelogin != nil)
			require.Nil(t, result.Flight)
			require.Zero(t, result.Timing.Handshake)
			require.NotZero(t, result.Timing.Prelogin)
			var token *prelogin.ServerError
			if tt.outcome == probe.TDSError {
				require.ErrorAs(t, result.Err, &token)
				require.EqualValues(t, 17828, token.Number)
				require.Contains(t, token.Message, "structurally invalid")
			}
		})
	}
}

// TestPreloginAttempt checks what is sent: the caller's message, or one with
// the instance's name.
func TestPreloginAttempt(t *testing.T) {
	server := start(t, testserver.Config{InstanceName: "SALES", Encryption: testserver.On})
	where := target(server.Addr(), probe.ModeTDS7)
	for _, tt := range []struct {
		instance string
		matches  bool
	}{{"sales", true}, {"HR", false}, {"", true}} {
		where.Instance = tt.instance
		result := ask(t, where, prelog)
		require.Equal(t, probe.Accepted, result.Outcome)
		data, ok := result.Prelogin.Option(prelogin.TokenInstance)
		require.True(t, ok)
		require.Equal(t, !tt.matches, data[0] == 1, tt.instance)
	}
	off, err := prelogin.Request(prelogin.EncryptOff, "HR").Raw()
	require.NoError(t, err)
	result := ask(t, where, probe.Attempt{Depth: probe.DepthPrelogin, Prelogin: off})
	encryption, err := result.Prelogin.Encryption()
	require.NoError(t, err)
	require.Equal(t, prelogin.EncryptRequired, encryption)

	result = ask(t, where, probe.Attempt{Prelogin: prelogin.Raw{Data: []byte{9, 9, 9}}})
	requireResult(t, result, probe.StagePrelogin, probe.Closed) // VERSION is not first
}

// TestUnreachable has the ends before there is a connection.
func TestUnreachable(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	closed := listener.Addr().String()
	require.NoError(t, listener.Close())

	result := ask(t, target(closed, probe.ModeTDS7), flight)
	requireResult(t, result, probe.StageDial, probe.Unreachable)
	require.ErrorContains(t, result.Err, closed)
	require.Empty(t, result.Address)
	require.Zero(t, result.BytesIn+result.BytesOut)

	result = ask(t, target("127.0.0.1", probe.ModeTDS7), flight) // no port
	requireResult(t, result, probe.StageDial, probe.Unreachable)
}

// TestUnresolvable asks for a name of RFC 6761, section 6.4. Where the
// resolver itself is out of reach, the attempt ends with its timeout.
func TestUnresolvable(t *testing.T) {
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	resolving := func(dial func(context.Context, string, string) (net.Conn, error)) *net.Dialer {
		return &net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: dial}}
	}
	tests := []struct {
		name   string
		dialer *net.Dialer
	}{
		{"resolver of the system", &net.Dialer{}},
		{"silent resolver", resolving(func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "udp", silent.LocalAddr().String())
		})},
		{"no resolver", resolving(func(context.Context, string, string) (net.Conn, error) { return nil, net.ErrClosed })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			const timeout = 300 * time.Millisecond
			prober := probe.Prober{Timeout: timeout, DialContext: tt.dialer.DialContext}
			begin := time.Now()
			result, err := prober.Probe(t.Context(), probe.Target{Host: "db1.invalid", Port: 1433}, flight)
			require.NoError(t, err)
			require.Less(t, time.Since(begin), timeout+2*time.Second)
			requireResult(t, result, probe.StageResolve, probe.Unreachable)
			require.ErrorContains(t, result.Err, "db1.invalid")
			require.False(t, result.Outcome.Conclusive())
		})
	}
}

// TestImpossible has the attempts that are not made.
func TestImpossible(t *testing.T) {
	where := probe.Target{Host: "127.0.0.1", Port: 1}
	with := func(mode probe.Mode) probe.Target { return probe.Target{Host: "127.0.0.1", Port: 1, Mode: mode} }
	tests := []struct {
		name    string
		where   probe.Target
		attempt probe.Attempt
		want    error
	}{
		{"no host", probe.Target{Port: 1433}, flight, probe.ErrNoHost},
		{"no port", probe.Target{Host: "db1", Instance: "SALES"}, flight, probe.ErrNoPort},
		{"PRELOGIN of plain TLS", with(probe.ModeTLS), prelog, probe.ErrPreloginMode},
		{"literal, to be finished", where, probe.Attempt{Hello: probe.Hello{Raw: []byte{22}}, Depth: probe.DepthFinished}, probe.ErrRawFinished},
		{"SSL 3.0, to be finished", where, probe.Attempt{Hello: probe.Hello{MaxVersion: probe.SSL30}, Depth: probe.DepthFinished}, probe.ErrRawFinished},
		{"SSL 2.0, to be finished for PRELOGIN", with(probe.ModeTDS8),
			probe.Attempt{Hello: probe.Hello{MaxVersion: probe.SSL20}, Depth: probe.DepthPrelogin}, probe.ErrRawFinished},
		{"hello that cannot be built", where, probe.Attempt{Hello: probe.Hello{SessionID: make([]byte, 256)}}, nil},
		{"PRELOGIN that cannot be built", probe.Target{Host: "127.0.0.1", Port: 1, Instance: strings.Repeat("x", 70000)}, flight, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			prober := probe.Prober{DialContext: func(context.Context, string, string) (net.Conn, error) {
				t.Error("a connection")
				return nil, net.ErrClosed
			}}
			result, err := prober.Probe(t.Context(), tt.where, tt.attempt)
			require.Error(t, err)
			require.Nil(t, result)
			if tt.want != nil {
				require.ErrorIs(t, err, tt.want)
			}
		})
	}
}
