package testserver_test

import (
	"crypto/tls"
	"net"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

func TestNewErrors(t *testing.T) {
	chacha := schannel.Suite{ID: 0x1303, Name: "TLS_CHACHA20_POLY1305_SHA256", Versions: []schannel.ID{tls13}}
	tests := []struct {
		name   string
		config testserver.Config
		want   string
	}{
		{"OS", testserver.Config{OS: "95"}, `unknown Windows Server "95"`},
		{"packet size", testserver.Config{PacketSize: -1}, "packet size -1"},
		{"packet size of more than a length field", testserver.Config{PacketSize: 32760}, "packet size 32760"},
		{"record size", testserver.Config{RecordSize: 16385}, "record size 16385"},
		{"group", testserver.Config{TLS: &testserver.TLS{Groups: []uint16{29, 30}}}, "no group 30"},
		{"prime", testserver.Config{TLS: &testserver.TLS{DHEBits: 512}}, "no prime of 512 bits"},
		{"finite field group", testserver.Config{TLS: &testserver.TLS{FieldGroups: []uint16{258}}}, "no finite field group 258"},
		{"resets", testserver.Config{ResetHellos: true, ResetAccepts: true}, "resets at hello and at accept"},
		{"suite", testserver.Config{TLS: &testserver.TLS{Suites: []schannel.Suite{chacha}}}, "no suite TLS_CHACHA20"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := testserver.Start(tt.config)
			require.ErrorContains(t, err, tt.want)
			_, err = testserver.StartBridge(testserver.BridgeConfig{Front: tt.config})
			require.ErrorContains(t, err, tt.want)
		})
	}
	for _, os := range schannel.Servers() {
		server := start(t, testserver.Config{OS: os})
		require.NotEqual(t, make([]byte, 6), exchange(t, dial(t, server), 1, "")[0], os)
	}
}

// TestMaxConnections has a server that resets what is too much, and counts.
func TestMaxConnections(t *testing.T) {
	server := start(t, testserver.Config{MaxConnections: 2, Encryption: testserver.On})
	const on, notSup = 1, 2
	first, second := dial(t, server), dial(t, server)
	exchange(t, first, on, "")
	exchange(t, second, on, "")
	for range 3 {
		require.Equal(t, rst, endOf(knock(server)))
	}
	require.Equal(t, 5, server.Connections())
	require.Equal(t, 2, server.Peak())

	// The server stops counting a connection before it ends it.
	_, err := second.Write(packet(0x12, make([]byte, 5)))
	require.NoError(t, err)
	_, err = second.Read(make([]byte, 1))
	require.Equal(t, fin, endOf(err))
	for range 3 {
		conn := dial(t, server)
		exchange(t, conn, notSup, "")
		_, err := conn.Read(make([]byte, 1))
		require.Equal(t, fin, endOf(err))
	}
	require.Equal(t, 8, server.Connections())
	require.Equal(t, 2, server.Peak())
}

// knock connects and waits for what the server does. An early reset is an error
// of the connect already.
func knock(server *testserver.Server) error {
	conn, err := net.Dial("tcp", server.Addr())
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	_, err = conn.Read(make([]byte, 1))
	return err
}

// TestDelay has a wait before every answer.
func TestDelay(t *testing.T) {
	testserver.RSA()
	synctest.Test(t, func(t *testing.T) {
		server, err := testserver.New(testserver.Config{Delay: 3 * time.Second})
		require.NoError(t, err)
		conn, theirs := net.Pipe()
		go server.Serve(theirs)
		begun := time.Now()
		exchange(t, conn, 1, "")
		require.Equal(t, 3*time.Second, time.Since(begun))
		secure := clientOf(&tunnel{Conn: conn})
		require.NoError(t, secure.Handshake())
		require.Equal(t, 6*time.Second, time.Since(begun))
		secure.NetConn().(*tunnel).open = true
		number, _ := login(t, secure, secure)
		require.Equal(t, uint32(18456), number)
		require.Equal(t, 9*time.Second, time.Since(begun))
		require.NoError(t, server.Close())
	})
}

// TestCloseDuringDelay does not wait for the delay.
func TestCloseDuringDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, err := testserver.New(testserver.Config{Delay: time.Hour, Certificate: new(tls.Certificate)})
		require.NoError(t, err)
		conn, theirs := net.Pipe()
		go server.Serve(theirs)
		begun := time.Now()
		_, err = conn.Write(prelogin(1, ""))
		require.NoError(t, err)
		synctest.Wait()
		require.NoError(t, server.Close())
		require.Zero(t, time.Since(begun))
		_, err = conn.Read(make([]byte, 1))
		require.Equal(t, fin, endOf(err))
	})
}

// TestClose has clients that stopped at every point: Close ends them all at
// once, and nothing is left of the server.
func TestClose(t *testing.T) {
	before := runtime.NumGoroutine()
	refused := clientHello{version: tls12, suites: []uint16{0x1234}}
	tests := []struct {
		name   string
		config testserver.Config
		send   []byte
	}{
		{"silent", testserver.Config{}, nil},
		{"in PRELOGIN", testserver.Config{}, prelogin(1, "")[:9]},
		{"in ClientHello", testserver.Config{}, welcome.record()[:9]},
		{"after the flight", testserver.Config{}, welcome.record()},
		{"after the flight of crypto/tls", testserver.Config{}, clientHello{version: tls12, suites: []uint16{0x009c}}.record()},
		{"after HelloRetryRequest", testserver.Config{OS: "2022"}, hello13(0x1302).record()},
		{"mute", testserver.Config{Fault: testserver.Mute}, welcome.record()},
		{"refused by silence", testserver.Config{Refusal: testserver.RefuseSilence}, refused.record()},
		{"refused by FIN", testserver.Config{}, refused.record()},
		{"before a huge answer is read", testserver.Config{Fault: testserver.PreloginHuge}, prelogin(1, "")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server, err := testserver.Start(tt.config)
			require.NoError(t, err)
			for range 4 {
				_, err := dial(t, server).Write(tt.send)
				require.NoError(t, err)
			}
			begun := time.Now()
			require.NoError(t, server.Close())
			require.NoError(t, server.Close(), "again")
			require.Less(t, time.Since(begun), 900*time.Millisecond, "less than the server waits for clients to leave")
			_, err = net.Dial("tcp", server.Addr())
			require.Error(t, err)
		})
	}
	for limit := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(limit); {
		runtime.Gosched() // the last ones are just ending
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), before)
}

// TestServeClosed serves on a server that is closed already.
func TestServeClosed(t *testing.T) {
	server, err := testserver.New(testserver.Config{})
	require.NoError(t, err)
	require.NoError(t, server.Close())
	conn, theirs := net.Pipe()
	server.Serve(theirs)
	_, err = conn.Read(make([]byte, 1))
	require.Equal(t, fin, endOf(err))
}
