package probe_test

import (
	"bytes"
	"net"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestDHEFlights has flights that lead nowhere: the client says so and leaves.
func TestDHEFlights(t *testing.T) {
	last := bytes.Clone(goodDHE().p)
	last[len(last)-1]--
	tests := []struct {
		name   string
		change func(f *dheFlight)
		reason string
	}{
		{"Ys = 0", func(f *dheFlight) { f.ys = nil }, "public value"},
		{"Ys = 1", func(f *dheFlight) { f.ys = []byte{1} }, "public value"},
		{"Ys = p-1", func(f *dheFlight) { f.ys = last }, "public value"},
		{"Ys = g", func(f *dheFlight) { f.ys = f.g }, "none of 16384 exponents"},
		{"g = 1", func(f *dheFlight) { f.g = []byte{1} }, "generator"},
		{"even prime", func(f *dheFlight) { f.p = last }, "even"},
		{"no prime", func(f *dheFlight) { f.p = nil }, "prime of 0 bits"},
		{"huge prime", func(f *dheFlight) { f.p = bytes.Repeat([]byte{255}, 1<<14-1000) }, "bits"},
		{"TLS 1.1", func(f *dheFlight) { f.version = 0x0302 }, "with TLS 1.1"},
		{"another suite", func(f *dheFlight) { f.suite = 0x0033 }, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA, which was not offered"},
		{"a suite without DHE", func(f *dheFlight) { f.suite = 0x002f }, "not offered"},
		{"a signalling value", func(f *dheFlight) { f.suite = 0x00ff }, "no parameters"},
		{"compression", func(f *dheFlight) { f.compression = 1 }, "compression method 1"},
		{"encrypt_then_mac", func(f *dheFlight) { f.extensions = []byte{0, 4, 0, 22, 0, 0} }, "extension 22"},
		{"truncated_hmac", func(f *dheFlight) { f.extensions = []byte{0, 4, 0, 4, 0, 0} }, "extension 4"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := goodDHE()
			tt.change(&f)
			left := make(chan []byte, 1)
			addr := says(t, f.records(), func(conn *net.TCPConn) {
				farewell := make([]byte, 14)
				n, _ := conn.Read(farewell)
				left <- farewell[:n]
				withFIN(conn)
			})
			result := ask(t, target(addr, probe.ModeTLS), withDHE(0x009f, probe.ZerosStripped, probe.ZerosAvoided))
			requireResult(t, result, probe.StageKeyExchange, probe.Aborted)
			require.ErrorContains(t, result.Err, tt.reason)
			require.Equal(t, testserver.RSA().Certificate[:1], result.Flight.Certificates)
			require.EqualValues(t, f.version, result.Flight.Version)
			require.Equal(t, byte(21), (<-left)[0], "user_canceled")
		})
	}
}

// TestDHEOtherFlights: what is no flight of a full handshake in TLS 1.2.
func TestDHEOtherFlights(t *testing.T) {
	f := goodDHE()
	hello := tlswire.AppendRecords(nil, 22, 0x0303, f.serverHello(), 0)
	alert := []byte{21, 3, 3, 0, 2, 2, 40}
	f13 := f
	f13.extensions = []byte{0, 6, 0, 43, 0, 2, 3, 4}
	tests := []struct {
		name    string
		says    []byte
		stage   probe.Stage
		outcome probe.Outcome
		reason  string
	}{
		{"resumed", slices.Concat(hello, []byte{20, 3, 3, 0, 1, 1}), probe.StageKeyExchange, probe.Aborted, "resumes a session"},
		{"TLS 1.3", tlswire.AppendRecords(nil, 22, 0x0303, f13.serverHello(), 0), probe.StageKeyExchange, probe.Aborted, "with TLS 1.3"},
		{"no parameters", slices.Concat(hello, tlswire.AppendRecords(nil, 22, 0x0303, messageOf(14), 0)), probe.StageKeyExchange, probe.Aborted, "no parameters"},
		{"alert", alert, probe.StageClientHello, probe.Alerted, "handshake_failure"},
		{"alert in the flight", slices.Concat(hello, alert), probe.StageClientHello, probe.Alerted, "handshake_failure"},
		{"alert behind the flight", slices.Concat(f.records(), alert), probe.StageKeyExchange, probe.Alerted, "handshake_failure"},
		{"half", f.records()[:400], probe.StageClientHello, probe.Closed, "EOF"},
		{"nothing", nil, probe.StageClientHello, probe.Closed, "EOF"},
		{"garbage", []byte("HTTP/1.1 400 Bad Request"), probe.StageClientHello, probe.Malformed, "record"},
		{"garbage behind the flight", slices.Concat(f.records(), []byte("HTTP/1.1")), probe.StageKeyExchange, probe.Malformed, "not a TLS record"},
		{"a message behind the flight", slices.Concat(f.records(), hello), probe.StageKeyExchange, probe.Aborted, "does not belong"},
		{"SSL 2.0", []byte{0x80, 11, 4, 0, 1, 3, 3, 0, 0, 0, 0, 0, 0}, probe.StageKeyExchange, probe.Aborted, "not offered"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			result := ask(t, target(says(t, tt.says, withFIN), probe.ModeTLS), withDHE(0x009f, 0, 0))
			requireResult(t, result, tt.stage, tt.outcome)
			require.ErrorContains(t, result.Err, tt.reason)
		})
	}
}

// TestDHEEnds has servers that end when they have the client's last flight.
func TestDHEEnds(t *testing.T) {
	says := func(b ...byte) end { return func(c *net.TCPConn) { c.Write(b); withFIN(c) } }
	changed := []byte{20, 3, 3, 0, 1, 1}
	sealed := append([]byte{22, 3, 3, 0, 40}, make([]byte, 40)...)
	tests := []struct {
		name    string
		end     end
		outcome probe.Outcome
	}{
		{"FIN", withFIN, probe.Closed},
		{"RST", withRST, probe.Reset},
		{"alert", withAlert, probe.Alerted},
		{"close_notify", withNotify, probe.Alerted},
		{"warning and FIN", says(21, 3, 3, 0, 2, 1, 90), probe.Alerted},
		{"ChangeCipherSpec and FIN", says(changed...), probe.Closed},
		{"half a ChangeCipherSpec", says(changed[:5]...), probe.Closed},
		{"empty ChangeCipherSpec", says(20, 3, 3, 0, 0), probe.Malformed},
		{"garbage", says([]byte("HTTP/1.1 400 Bad Request")...), probe.Malformed},
		{"a Finished that does not open", says(slices.Concat(changed, sealed)...), probe.Aborted},
		{"a flight again", says(goodDHE().records()...), probe.Aborted},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := serve(t, func(conn net.Conn) {
				conn.Read(make([]byte, 4096))
				conn.Write(goodDHE().records())
				readRecords(conn)
				tt.end(conn.(*net.TCPConn))
			})
			result := ask(t, target(addr, probe.ModeTLS), withDHE(0x009f, probe.ZerosStripped, probe.ZerosAvoided))
			requireResult(t, result, probe.StageFinished, tt.outcome)
			require.Equal(t, 768, result.Flight.DH.Bits())
		})
	}
}
