package probe_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestFinished completes handshakes in every way in and version.
func TestFinished(t *testing.T) {
	for _, way := range ways {
		for _, version := range []probe.Version{probe.TLS10, probe.TLS11, probe.TLS12, probe.TLS13} {
			if version == probe.TLS13 && way.mode == probe.ModeTDS7 {
				continue // TDS 7 ends at TLS 1.2
			}
			t.Run(way.mode.String()+" "+version.String(), func(t *testing.T) {
				way.config.OS = "2022"
				stage := probe.StageFinished
				if way.mode == probe.ModeTDS8 {
					stage = probe.StageLogin
				}
				attempt := probe.Attempt{Hello: pinned(version), Depth: probe.DepthFinished}
				begin := time.Now()
				result := requireEnd(t, endTest{"", way.config, way.mode, attempt, stage, probe.Accepted})
				requirePlausible(t, result, time.Since(begin))
				require.Equal(t, way.mode != probe.ModeTLS, result.Prelogin != nil)
				require.Equal(t, version, result.Flight.Version)
				require.Equal(t, testserver.RSA().Certificate, result.Flight.Certificates)
				require.Equal(t, way.mode == probe.ModeTDS8, result.Flight.ALPN == "tds/8.0")
				require.Equal(t, probe.X25519, result.Flight.Group)
			})
		}
	}
}

// TestPreloginInsideTLS asks a strict server the PRELOGIN question.
func TestPreloginInsideTLS(t *testing.T) {
	server := start(t, testserver.Config{OS: "2022", InstanceName: "SALES"})
	where := target(server.Addr(), probe.ModeTDS8)
	where.Instance = "HR"
	for _, version := range []probe.Version{probe.TLS12, probe.TLS13} {
		result := ask(t, where, probe.Attempt{Hello: pinned(version), Depth: probe.DepthPrelogin})
		requireResult(t, result, probe.StageLogin, probe.Accepted)
		answer, err := result.Prelogin.Version()
		require.NoError(t, err)
		require.Equal(t, "16.0.1000.6", answer.String())
		require.Equal(t, "tds/8.0", result.Flight.ALPN)
		require.NotEmpty(t, result.Flight.Certificates)
	}
}

// secured serves crypto/tls: after answers what comes behind the handshake.
func secured(t testing.TB, config *tls.Config, after func(*tls.Conn)) string {
	config.Certificates = []tls.Certificate{testserver.RSA()}
	return serve(t, func(conn net.Conn) {
		server := tls.Server(conn, config)
		if server.Handshake() == nil && after != nil {
			after(server)
		}
		conn.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, conn)
	})
}

// TestFinishedKeyShares has servers choose among several key shares, of which
// utls knows the key of but one, and ask for another share.
func TestFinishedKeyShares(t *testing.T) {
	type groups = []probe.Group
	const kem, kyber = 0x11ec, 0x6399
	tests := []struct {
		offered groups
		wanted  tls.CurveID
		retry   bool
	}{
		{groups{29}, tls.X25519, false},
		{groups{29, 23}, tls.X25519, false},
		{groups{29, 23}, tls.CurveP256, false},
		{groups{23, 29, 24, 25}, tls.CurveP521, false},
		{groups{kem}, tls.X25519MLKEM768, false},
		{groups{kem, 29}, tls.X25519MLKEM768, false},
		{groups{kem, 29}, tls.X25519, false},
		{groups{23, kem}, tls.X25519MLKEM768, false},
		{groups{23, kyber, kem}, tls.X25519MLKEM768, false},
		{groups{29}, tls.CurveP384, true},
		{groups{29, 23}, tls.CurveP384, true},
		{groups{kem}, tls.X25519, true},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.offered, " ", tt.wanted), func(t *testing.T) {
			addr := secured(t, &tls.Config{CurvePreferences: []tls.CurveID{tt.wanted}}, nil)
			hello := probe.Hello{MaxVersion: probe.TLS13, Groups: groups{kem, 29, 23, 24, 25}, KeyShares: tt.offered}
			result := ask(t, target(addr, probe.ModeTLS), probe.Attempt{Hello: hello, Depth: probe.DepthFinished})
			requireResult(t, result, probe.StageFinished, probe.Accepted)
			require.EqualValues(t, tt.wanted, result.Flight.Group)
			require.Equal(t, tt.retry, result.Flight.Retry)
			require.NotEmpty(t, result.Flight.Certificates)
		})
	}
}

// TestFinishedHello checks that the hello of a handshake that is completed is
// the one that was asked for.
func TestFinishedHello(t *testing.T) {
	for name, h := range map[string]probe.Hello{
		"zero": {},
		"everything": {
			MaxVersion: probe.TLS13, MinVersion: probe.TLS12, RecordVersion: 0x0302, SessionID: []byte{1, 2}, Pad: 4000,
			Groups: []probe.Group{0x0a0a, 29}, Compression: []uint8{1, 0}, CipherSuites: []probe.CipherSuite{0x1a1a, 0x1301, 0xc030},
			Extensions: []probe.Extension{{Type: 77, Data: []byte{7}}, {Type: 77}}, Omit: []uint16{extSessionTicket},
		},
	} {
		t.Run(name, func(t *testing.T) {
			want, err := h.Bytes("sql.example.test")
			require.NoError(t, err)
			got := make(chan []byte, 1)
			addr := serve(t, func(conn net.Conn) {
				sent := make([]byte, len(want))
				io.ReadFull(conn, sent)
				got <- sent
			})
			ask(t, target(addr, probe.ModeTLS), probe.Attempt{Hello: h, Depth: probe.DepthFinished})
			sent := <-got
			require.Equal(t, want[:5], sent[:5])
			if h.SessionID == nil {
				require.Empty(t, parse(t, sent).SessionID)
			}
			require.Equal(t, contentOf(t, parse(t, want)), contentOf(t, parse(t, sent)))
			require.Equal(t, types(parse(t, want)), types(parse(t, sent)))
		})
	}
}
