package enumerate_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestScanFaults: of a server that answers nothing properly nothing is said
// but how it failed.
func TestScanFaults(t *testing.T) {
	tests := []struct {
		name  string
		fault testserver.Fault
		mode  probe.Mode
		want  probe.Outcome
	}{
		{"garbage", testserver.Garbage, probe.ModeTDS7, probe.Malformed},
		{"garbage", testserver.Garbage, probe.ModeTDS8, probe.Malformed},
		{"oversized", testserver.Oversized, probe.ModeTLS, probe.Malformed},
		{"half a flight", testserver.HalfFlight, probe.ModeTDS7, probe.Closed},
		{"half a flight", testserver.HalfFlight, probe.ModeTLS, probe.Closed},
		{"HTTP", testserver.HTTP, probe.ModeTDS7, probe.Malformed},
		{"HTTP", testserver.HTTP, probe.ModeTDS8, probe.Malformed},
		{"HTTP", testserver.HTTP, probe.ModeAuto, probe.Malformed},
		{"SSH", testserver.SSH, probe.ModeTLS, probe.Malformed},
		{"ERROR token", testserver.ErrorToken, probe.ModeTDS7, probe.TDSError},
		{"PRELOGIN garbage", testserver.PreloginGarbage, probe.ModeTDS7, probe.Malformed},
		{"PRELOGIN without end", testserver.PreloginHuge, probe.ModeTDS7, probe.Malformed},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s/%v", tt.name, tt.mode), func(t *testing.T) {
			server := start(t, testserver.Config{Fault: tt.fault, Plain: tt.mode == probe.ModeTLS})
			report, err := enumerate.Scan(t.Context(), target(t, server.Addr(), tt.mode), fast())
			requireUnmeasured(t, report, err)
			require.Equal(t, tt.want, report.Baseline.Outcome)
		})
	}
}

func requireUnmeasured(t *testing.T, report *enumerate.Report, err error) {
	t.Helper()
	require.ErrorIs(t, err, enumerate.ErrUnmeasured)
	require.False(t, report.Complete)
	require.NotEmpty(t, report.Incomplete)
	require.Len(t, report.Protocols, 6)
	for _, p := range report.Protocols {
		require.Nil(t, p.Accepted, p.Version)
		require.Empty(t, p.CipherSuites, p.Version)
	}
}

// TestScanMute: a server that never says anything is given up after a few
// timeouts, not after one for everything that could be asked.
func TestScanMute(t *testing.T) {
	for _, m := range modes {
		t.Run(m.mode.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n := connectMode(t, m.mode, testserver.Config{Fault: testserver.Mute})
				begin := time.Now()
				report, err := n.scan(t)
				requireUnmeasured(t, report, err)
				require.Equal(t, probe.TimedOut, report.Baseline.Outcome)
				require.LessOrEqual(t, time.Since(begin), 4*probe.DefaultTimeout+time.Second)
			})
		})
	}
}

// A parrot answers every hello with the same bytes.
type parrot []byte

// learn returns the flight that a server answers a plain TLS 1.2 hello with,
// in a suite without ServerKeyExchange.
func learn(t *testing.T) parrot {
	t.Helper()
	server := start(t, testserver.Config{Plain: true})
	hello, err := probe.Hello{CipherSuites: []probe.CipherSuite{0x009c}}.Bytes("")
	require.NoError(t, err)
	conn, err := net.Dial("tcp", server.Addr())
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.Write(hello)
	require.NoError(t, err)
	require.NoError(t, conn.(*net.TCPConn).CloseWrite())
	flight, err := io.ReadAll(conn)
	require.NoError(t, err)
	require.Equal(t, []byte{0x00, 0x9c}, flight[44:46])
	return flight
}

func (p parrot) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	go func() {
		defer server.Close()
		server.Read(make([]byte, 1<<16))
		server.Write(p)
		io.Copy(io.Discard, server)
	}()
	return client, nil
}

// TestScanParrot: a server that picks the same suite whatever is offered is
// said to accept it and no more, and what it has besides is not known. A suite
// that was never offered proves nothing at all.
func TestScanParrot(t *testing.T) {
	flight := learn(t)
	yes := true
	tests := []struct {
		name     string
		suite    []byte
		accepted *bool
		suites   int
	}{
		{"offered", []byte{0x00, 0x9c}, &yes, 1},
		{"not registered", []byte{0x7f, 0x7f}, nil, 0},
		{"signalling value", []byte{0x00, 0xff}, nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				p := slices.Concat(flight[:44], tt.suite, flight[46:])
				report, err := enumerate.Scan(t.Context(), probe.Target{Host: "192.0.2.1", Mode: probe.ModeTLS},
					enumerate.Options{Prober: &probe.Prober{DialContext: p.dial}})
				require.NoError(t, err)
				require.False(t, report.Complete)
				for _, p := range report.Protocols {
					if p.Code != probe.TLS12 {
						require.False(t, *p.Accepted, p.Version)
						require.Equal(t, "TLS 1.2", p.Refusal.Answered)
						continue
					}
					require.Equal(t, tt.accepted, p.Accepted)
					require.Len(t, p.CipherSuites, tt.suites)
					require.False(t, p.Complete)
					require.Nil(t, p.Refusal)
				}
			})
		})
	}
}

// An oldConn is a connection through a box that drops hellos which offer TLS
// 1.3.
type oldConn struct {
	net.Conn
	dropped bool
}

func (c *oldConn) Write(b []byte) (int, error) {
	hello, err := probe.ParseHello(b)
	c.dropped = c.dropped || err == nil && hello.MaxVersion == probe.TLS13
	return c.Conn.Write(b)
}

func (c *oldConn) Read(b []byte) (int, error) {
	if c.dropped {
		return 0, io.EOF
	}
	return c.Conn.Read(b)
}

// TestScanLowerRung: the suite that a lower rung of the ladder was answered
// with does not hide whose order decides.
func TestScanLowerRung(t *testing.T) {
	system, ok := schannel.Server("2019")
	require.True(t, ok)
	for _, preference := range []enumerate.Preference{enumerate.ClientPreference, enumerate.ServerPreference} {
		t.Run(string(preference), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n := connect(t, testserver.Config{TLS: &testserver.TLS{
					Versions: []uint16{0x0303}, Groups: []uint16{29}, SignatureSchemes: []uint16{0x0401}, Suites: system.Suites,
					ClientPreference: preference == enumerate.ClientPreference,
				}})
				report, err := enumerate.Scan(t.Context(), n.target, enumerate.Options{Prober: &probe.Prober{
					DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
						conn, err := n.dial(ctx, network, address)
						return &oldConn{Conn: conn}, err
					},
				}})
				require.NoError(t, err)
				require.Equal(t, "baseline: TLS 1.2, common suites", report.Baseline.Name)
				require.Equal(t, preference, report.Protocols[4].Preference)
				want := map[string][]uint32{}
				for _, v := range n.server.Accepts(true) {
					want[probe.Version(v.Version).String()] = v.Suites
				}
				if preference == enumerate.ClientPreference {
					slices.Sort(want["TLS 1.2"])
				}
				require.Equal(t, cells(want), found(t, report))
			})
		})
	}
}

// TestScanEmptyDH: a ServerKeyExchange of nothing is nothing to stumble over.
func TestScanEmptyDH(t *testing.T) {
	message := func(kind byte, body []byte) []byte {
		return append([]byte{kind, 0, 0, byte(len(body))}, body...)
	}
	hello := append(append([]byte{3, 3}, make([]byte, 32)...), 0, 0x00, 0x9f, 0) // DHE_RSA_WITH_AES_256_GCM_SHA384
	flight := slices.Concat(message(2, hello), message(12, []byte{0, 0, 0, 0, 0, 0, 4, 1, 0, 0}), message(14, nil))
	record := append([]byte{22, 3, 3, 0, byte(len(flight))}, flight...)
	where := probe.Target{Address: "192.0.2.1:1433", Mode: probe.ModeTLS}
	options := enumerate.Options{
		Only: []enumerate.Dimension{enumerate.Groups, enumerate.LeadingZeros}, Rate: 1e6, Budget: 50, Prober: &probe.Prober{DialContext: parrot(record).dial},
	}
	report, err := enumerate.Scan(t.Context(), where, options)
	require.NoError(t, err)
	require.Equal(t, 0, report.DHE.Bits)
	require.False(t, report.DHE.PaddedGenerator)
}
