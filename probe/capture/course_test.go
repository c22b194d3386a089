package capture_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/capture"
)

// A courseTest is a connection of crypto/tls, client and server, that ends
// behind the server's flight.
type courseTest struct {
	name    string
	version uint16
	// fallSilent is how many times the server writes before it says no more; if
	// 0, it is never silent.
	fallSilent int
	ends       func(*net.TCPConn) error // how it ends then; if nil, it does not
	certified  bool                     // the server wants a certificate of the client
	verify     bool                     // the client looks at the certificate
	talk       bool                     // the client sends data, and waits for more
	stage      probe.Stage
	outcome    probe.Outcome
	verdict    string
}

func courseTests() []courseTest {
	fin := (*net.TCPConn).CloseWrite
	rst := func(c *net.TCPConn) error { c.SetLinger(0); return c.Close() }
	const tls12, tls13 = tls.VersionTLS12, tls.VersionTLS13
	return []courseTest{
		{"certificate not trusted", tls12, 0, nil, false, true, false, probe.StageKeyExchange, probe.Aborted, "the client gave up with the alert"},
		{"certificate not trusted, 1.3", tls13, 0, nil, false, true, false, probe.StageKeyExchange, probe.Aborted, "the client gave up with an alert (encrypted)"},
		{"client without a certificate", tls12, 0, nil, true, false, true, probe.StageFinished, probe.Alerted, "the server sent the alert"},
		{"client without a certificate, 1.3", tls13, 0, nil, true, false, true, probe.StageFinished, probe.Alerted, "encrypted"},
		{"silent behind the key exchange", tls12, 1, nil, false, false, false, probe.StageFinished, probe.TimedOut, "the client gave up"},
		{"closed behind the key exchange", tls12, 1, fin, false, false, false, probe.StageFinished, probe.Closed, "after the client's last flight"},
		{"reset behind the key exchange", tls12, 1, rst, false, false, false, probe.StageFinished, probe.Reset, "after the client's last flight"},
		{"silent at the login", tls12, 2, nil, false, false, true, probe.StageLogin, probe.TimedOut, "first data"},
		{"closed at the login", tls12, 2, fin, false, false, true, probe.StageLogin, probe.Closed, "first data"},
		{"reset at the login", tls12, 2, rst, false, false, true, probe.StageLogin, probe.Reset, "first data"},
		{"answered", tls12, 0, nil, false, false, true, probe.StageLogin, probe.Accepted, "answered the client's first data"},
		{"answered, 1.3", tls13, 0, nil, false, false, true, probe.StageLogin, probe.Accepted, "answered the client's first data"},
		{"no data", tls12, 0, nil, false, false, false, probe.StageFinished, probe.Accepted, "does not trust the certificate"},
	}
}

// A mute is a connection that says no more from some write on.
type mute struct {
	*net.TCPConn
	left int
	ends func(*net.TCPConn) error
}

func (m *mute) Write(b []byte) (int, error) {
	if m.left--; m.left == -1 && m.ends != nil {
		m.ends(m.TCPConn)
	}
	if m.left < 0 {
		return len(b), nil
	}
	return m.TCPConn.Write(b)
}

// serve answers one connection as the test says, until the client has gone.
func (tt *courseTest) serve(conn *net.TCPConn) {
	defer conn.Close()
	config := &tls.Config{Certificates: []tls.Certificate{testserver.RSA()}, ClientCAs: x509.NewCertPool()}
	if tt.certified {
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	left := tt.fallSilent
	if left == 0 {
		left = 1 << 20
	}
	server := tls.Server(&mute{conn, left, tt.ends}, config)
	buffer := make([]byte, 100)
	if n, err := server.Read(buffer); err == nil {
		server.Write(buffer[:n])
	}
	io.Copy(io.Discard, conn)
}

// run has the conversation, as the client sees it.
func (tt *courseTest) run(t *testing.T) conversation {
	testserver.RSA() // which takes its time, once
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	require.NoError(t, err)
	defer listener.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if conn, err := listener.AcceptTCP(); err == nil {
			tt.serve(conn)
		}
	}()
	where := listener.Addr().(*net.TCPAddr)
	c := conversation{begin: time.Now(), where: where}
	conn, err := net.DialTCP("tcp", nil, where)
	require.NoError(t, err)
	wait := 5 * time.Second
	if tt.outcome == probe.TimedOut {
		wait = patience
	}
	require.NoError(t, conn.SetDeadline(time.Now().Add(wait)))
	c.client = conn.LocalAddr().(*net.TCPAddr)
	recorded := &tee{Conn: conn, c: &c}
	client := tls.Client(recorded, &tls.Config{
		ServerName: "sql.example.test", InsecureSkipVerify: !tt.verify, RootCAs: x509.NewCertPool(),
		MinVersion: tt.version, MaxVersion: tt.version,
	})
	if err := client.Handshake(); err == nil && tt.talk {
		client.Write([]byte("data"))
		client.Read(make([]byte, 100))
	}
	recorded.Close()
	<-done
	return c
}

func TestReadCourse(t *testing.T) {
	for _, tt := range courseTests() {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, network{}.pcap(t, network{}.frames(t, tt.run(t))), 1)[0]
			require.Equal(t, tt.outcome.String(), got.Result.Outcome.String(), "%s", got.Verdict)
			require.Equal(t, tt.stage.String(), got.Result.Stage.String(), "%s", got.Verdict)
			require.Contains(t, got.Verdict, tt.verdict)
			require.NotNil(t, got.Result.Flight)
			require.Equal(t, probe.ModeTLS, got.Mode)
			require.Equal(t, tt.version == tls.VersionTLS12 && tt.outcome == probe.Aborted, got.ClientAlert != nil)
			require.Equal(t, tt.outcome == probe.Accepted, got.Result.Err == nil)
			if tt.outcome == probe.TimedOut {
				require.Greater(t, got.After, patience/10)
				require.Equal(t, capture.Client, got.EndedBy)
			}
		})
	}
}
