package capture_test

import (
	"bytes"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/capture"
)

// unwanted is a hello that no server here accepts: TLS_DH_anon_WITH_DES.
var unwanted = probe.Attempt{Hello: probe.Hello{CipherSuites: []probe.CipherSuite{0x001a}}}

// small is unwanted, in packets of 20 bytes.
var small = probe.Attempt{Hello: probe.Hello{
	CipherSuites: unwanted.Hello.CipherSuites,
	Framing:      probe.Framing{PacketSize: 20, ZeroPacketID: true},
}}

// retried is a hello with a key share that no server here wants.
var retried = probe.Attempt{Depth: probe.DepthFinished, Hello: probe.Hello{
	MaxVersion: probe.TLS13,
	Groups:     []probe.Group{probe.SECP521R1, probe.SECP384R1},
	KeyShares:  []probe.Group{probe.SECP521R1},
}}

// through is a whole handshake in a version.
func through(version probe.Version) probe.Attempt {
	return probe.Attempt{Hello: probe.Hello{MaxVersion: version}, Depth: probe.DepthFinished}
}

// An endTest is a conversation, and who ends it how.
type endTest struct {
	name string
	question
	stage   probe.Stage
	outcome probe.Outcome
	by      capture.Side
	end     capture.End
	verdict string // a part of it
}

func endTests() []endTest {
	refuses := func(r testserver.Refusal) testserver.Config { return testserver.Config{Refusal: r} }
	fault := func(f testserver.Fault) testserver.Config { return testserver.Config{Fault: f} }
	new13 := testserver.Config{OS: "2022"}
	const tds7, tds8, plain = probe.ModeTDS7, probe.ModeTDS8, probe.ModeTLS
	return []endTest{
		{"accepted", question{testserver.Config{}, tds7, through(probe.TLS12)}, probe.StageFinished, probe.Accepted, capture.Client, capture.FIN, "came through: TLS 1.2"},
		{"accepted, TLS 1.0", question{testserver.Config{}, tds7, through(probe.TLS10)}, probe.StageFinished, probe.Accepted, capture.Client, capture.FIN, "came through: TLS 1.0"},
		{"plain TLS 1.3", question{testserver.Config{OS: "2022", Plain: true}, plain, through(probe.TLS13)}, probe.StageFinished, probe.Accepted, capture.Client, capture.FIN, "came through: TLS 1.3"},
		{"strict accepted", question{testserver.Config{}, tds8, through(probe.TLS12)}, probe.StageLogin, probe.Accepted, capture.Client, capture.FIN, "answered the client's first data"},
		{"strict accepted, TLS 1.3", question{new13, tds8, through(probe.TLS13)}, probe.StageLogin, probe.Accepted, capture.Client, capture.FIN, "answered the client's first data"},
		{"strict accepted, after a retry", question{new13, tds8, retried},
			probe.StageLogin, probe.Accepted, capture.Client, capture.FIN, "answered the client's first data"},
		{"plain TLS", question{testserver.Config{Plain: true}, plain, through(probe.TLS12)}, probe.StageFinished, probe.Accepted, capture.Client, capture.FIN, "came through"},
		{"small packets, counted from 0", question{testserver.Config{}, tds7, small}, probe.StageClientHello, probe.Closed, capture.Server, capture.FIN, "FIN"},
		{"hello refused by FIN", question{refuses(testserver.RefuseFIN), tds7, unwanted}, probe.StageClientHello, probe.Closed, capture.Server, capture.FIN, "(FIN)"},
		{"hello refused by RST", question{refuses(testserver.RefuseRST), tds7, unwanted}, probe.StageClientHello, probe.Reset, capture.Server, capture.RST, "(RST)"},
		{"hello refused by alert", question{refuses(testserver.RefuseAlert), tds7, unwanted}, probe.StageClientHello, probe.Alerted, capture.Nobody, 0, "handshake_failure (40)"},
		{"hello refused by silence", question{refuses(testserver.RefuseSilence), tds7, unwanted}, probe.StageClientHello, probe.TimedOut, capture.Client, capture.FIN, "gave up"},
		{"strict hello refused by FIN", question{refuses(testserver.RefuseFIN), tds8, unwanted}, probe.StageClientHello, probe.Closed, capture.Server, capture.FIN, "10054"},
		{"strict hello refused by RST", question{refuses(testserver.RefuseRST), tds8, unwanted}, probe.StageClientHello, probe.Reset, capture.Server, capture.RST, "10054"},
		{"strict hello refused by alert", question{refuses(testserver.RefuseAlert), tds8, unwanted}, probe.StageClientHello, probe.Alerted, capture.Nobody, 0, "the alert"},
		{"strict hello refused by silence", question{refuses(testserver.RefuseSilence), tds8, unwanted}, probe.StageClientHello, probe.TimedOut, capture.Client, capture.FIN, "gave up"},
		{"TLS 1.3 refused", question{testserver.Config{}, tds7, probe.Attempt{Hello: probe.Hello{MaxVersion: probe.TLS13}}}, probe.StageClientHello, probe.Closed, capture.Server, capture.FIN, "FIN"},
		{"SSL 2.0 refused", question{testserver.Config{}, tds7, probe.Attempt{Hello: probe.Hello{MaxVersion: probe.SSL20}}}, probe.StageClientHello, probe.Closed, capture.Server, capture.FIN, "FIN"},
		{"PRELOGIN closed", question{testserver.Config{ForceStrict: true}, tds7, unwanted}, probe.StagePrelogin, probe.Closed, capture.Server, capture.FIN, "after PRELOGIN"},
		{"PRELOGIN not answered", question{fault(testserver.Mute), tds7, unwanted}, probe.StagePrelogin, probe.TimedOut, capture.Client, capture.FIN, "PRELOGIN"},
		{"PRELOGIN answered by an error", question{fault(testserver.ErrorToken), tds7, unwanted}, probe.StagePrelogin, probe.TDSError, capture.Nobody, 0, "17828"},
		{"PRELOGIN answered by HTTP", question{fault(testserver.HTTP), tds7, unwanted}, probe.StagePrelogin, probe.Malformed, capture.Nobody, 0, "not what SQL Server sends"},
		{"PRELOGIN garbage", question{fault(testserver.PreloginGarbage), tds7, unwanted}, probe.StagePrelogin, probe.Malformed, capture.Nobody, 0, "PRELOGIN"},
		{"no encryption", question{testserver.Config{Encryption: testserver.NotSupported}, tds7, unwanted}, probe.StagePrelogin, probe.NotOffered, capture.Nobody, 0, "ENCRYPT_NOT_SUP"},
		{"garbage", question{fault(testserver.Garbage), tds7, through(probe.TLS12)}, probe.StageClientHello, probe.Malformed, capture.Nobody, 0, "ClientHello"},
		{"half a flight", question{fault(testserver.HalfFlight), tds7, through(probe.TLS12)}, probe.StageClientHello, probe.Closed, capture.Server, capture.FIN, "FIN"},
		{"oversized record", question{fault(testserver.Oversized), tds7, probe.Attempt{}}, probe.StageClientHello, probe.Malformed, capture.Nobody, 0, "ClientHello"},
	}
}

// read reads a file that must be whole, and have some connections.
func read(t testing.TB, file []byte, want int) []capture.Connection {
	t.Helper()
	all, err := capture.Read(bytes.NewReader(file))
	require.NoError(t, err)
	require.Len(t, all, want)
	return all
}

// requireSame checks a connection from a file against what the Prober saw.
func requireSame(t testing.TB, c conversation, got capture.Connection) {
	t.Helper()
	require.Equal(t, c.result.Outcome.String(), got.Result.Outcome.String(), "%s", got.Verdict)
	require.Equal(t, c.result.Stage.String(), got.Result.Stage.String(), "%s", got.Verdict)
	require.Equal(t, c.result.Alert, got.Result.Alert)
	require.Equal(t, got.Result.Outcome == probe.Accepted, got.Result.Err == nil)
	require.Equal(t, c.result.Outcome != probe.Accepted, got.Failed())
	require.NotEmpty(t, got.Verdict)
	if c.result.Stage < probe.StageLogin { // PRELOGIN inside TLS is encrypted
		require.Equal(t, c.result.Prelogin, got.Result.Prelogin)
	}
	if want := c.result.Flight; want != nil && want.Version < probe.TLS13 {
		require.Equal(t, want, got.Result.Flight)
	} else if want != nil {
		require.Equal(t, want.CipherSuite, got.Result.Flight.CipherSuite)
		require.Equal(t, want.Group, got.Result.Flight.Group)
	}
}

func TestRead(t *testing.T) {
	for _, tt := range endTests() {
		t.Run(tt.name, func(t *testing.T) {
			c := converse(t, tt.question)
			require.Equal(t, tt.outcome.String(), c.result.Outcome.String())
			require.Equal(t, tt.stage.String(), c.result.Stage.String())
			frames := network{}.frames(t, c)
			for _, file := range [][]byte{network{}.pcap(t, frames), network{}.pcapng(t, frames)} {
				got := read(t, file, 1)[0]
				requireSame(t, c, got)
				require.Equal(t, tt.mode, got.Mode)
				require.Equal(t, c.client.String(), got.Client.String())
				require.Equal(t, c.where.String(), got.Server.String())
				require.Equal(t, c.where.String(), got.Result.Address)
				require.True(t, c.begin.Equal(got.Start))
				require.False(t, got.Midway)
				require.False(t, got.Incomplete)
				require.Equal(t, 1, got.SYNs)
				require.Contains(t, got.Verdict, tt.verdict)
				require.EqualValues(t, 100_000, got.Result.Timing.Dial)
				if tt.by != capture.Nobody {
					require.Equal(t, tt.by.String(), got.EndedBy.String())
					require.Equal(t, tt.end.String(), got.End.String())
				}
				requireWords(t, c, got)
			}
		})
	}
}

// requireWords checks what the client said: PRELOGIN and hello byte for byte.
func requireWords(t testing.TB, c conversation, got capture.Connection) {
	t.Helper()
	said := func() (all []byte) {
		for _, e := range c.events {
			if !e.server {
				all = append(all, e.data...)
			}
		}
		return all
	}()
	framing := prelogin.Framing{PacketSize: got.Attempt().Hello.Framing.PacketSize, ZeroID: got.Attempt().Hello.Framing.ZeroPacketID}
	if got.Mode == probe.ModeTDS7 {
		request := framing.AppendMessage(nil, prelogin.PacketPrelogin, got.Attempt().Prelogin.Append(nil))
		require.True(t, bytes.HasPrefix(said, request))
		said = said[len(request):]
		require.NotNil(t, got.Prelogin)
	}
	if len(said) == 0 {
		require.Empty(t, got.Attempt().Hello.Raw)
		return
	}
	hello := got.Attempt().Hello.Raw
	require.NotEmpty(t, hello)
	if got.Mode == probe.ModeTDS7 {
		hello = framing.AppendMessage(nil, prelogin.PacketPrelogin, hello)
	}
	require.True(t, bytes.HasPrefix(said, hello))
	if hello[0]&0x80 == 0 && got.Attempt().Hello.MaxVersion > probe.SSL20 {
		require.Equal(t, "sql.example.test", got.ServerName)
	}
}

// TestReadPatience checks the time that a client waited for a silent server.
func TestReadPatience(t *testing.T) {
	c := converse(t, question{testserver.Config{Refusal: testserver.RefuseSilence}, probe.ModeTDS7, unwanted})
	frames := network{}.frames(t, c)
	got := read(t, network{}.pcap(t, frames), 1)[0]
	require.Greater(t, got.After, patience/10)
	require.Less(t, got.After, 20*patience)
	open := read(t, network{}.pcap(t, frames[:len(frames)-1]), 1)[0] // the file ends before the client does
	require.Equal(t, probe.TimedOut, open.Result.Outcome)
	require.Equal(t, capture.Nobody, open.EndedBy)
	require.Contains(t, open.Verdict, "until the file ends")
}

// TestReadReplay makes the attempt of a capture again.
func TestReadReplay(t *testing.T) {
	server, err := testserver.Start(testserver.Config{})
	require.NoError(t, err)
	defer server.Close()
	for _, mode := range []probe.Mode{probe.ModeTDS7, probe.ModeTDS8} {
		first := talk(t, server.Addr(), question{testserver.Config{}, mode, through(probe.TLS12)})
		got := read(t, network{}.pcap(t, network{}.frames(t, first)), 1)[0]
		var prober probe.Prober
		again, err := prober.Probe(t.Context(), got.Target(), got.Attempt())
		require.NoError(t, err)
		require.Equal(t, probe.Accepted, again.Outcome, "%v", again.Err)
		require.Equal(t, first.result.Flight.CipherSuite, again.Flight.CipherSuite)
	}
}

func TestReadUnreachable(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	c := talk(t, listener.Addr().String(), question{mode: probe.ModeTDS7})
	require.Equal(t, probe.Unreachable, c.result.Outcome)
	frames := network{}.frames(t, c)
	got := read(t, network{}.pcap(t, frames), 1)[0]
	requireSame(t, c, got)
	require.Equal(t, capture.Server, got.EndedBy)
	require.Contains(t, got.Verdict, "refused the connection (RST) 0.3 ms after the SYN")
	require.Equal(t, probe.ModeAuto, got.Mode)

	syn := frames[0]
	got = read(t, network{}.pcap(t, []frame{syn, syn, syn}), 1)[0]
	requireSame(t, c, got)
	require.Equal(t, 3, got.SYNs)
	require.Contains(t, got.Verdict, "nothing answered the SYN (sent 3 times)")
}
