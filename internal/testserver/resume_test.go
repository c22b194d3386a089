package testserver_test

import (
	"crypto/tls"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// own returns the configuration of a server with the TLS of the 2019 profile,
// changed.
func own(change func(*testserver.TLS)) testserver.Config {
	all := &testserver.TLS{
		Versions: []uint16{tls10, tls12}, Groups: []uint16{29, 23}, SignatureSchemes: []uint16{0x0804, 0x0401},
		Suites: suites("2019", 0xc030, 0xc02f, 0xc028, 0x009f, 0x009d, 0xc014), DHEBits: 2048,
	}
	change(all)
	return testserver.Config{TLS: all}
}

// TestTickets lets crypto/tls be the client, which always has the extended
// master secret, twice.
func TestTickets(t *testing.T) {
	tests := []struct {
		name    string
		tickets testserver.Resumption
		resumed bool
	}{
		{"none", testserver.ResumeNone, false},
		{"all", testserver.ResumeAll, true},
		{"with extended master secret", testserver.ResumeExtended, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := start(t, own(func(all *testserver.TLS) { all.Tickets = tt.tickets }))
			client := insecure()
			client.ClientSessionCache = tls.NewLRUClientSessionCache(1)
			require.False(t, secureLogin(t, reach(t, server, tds7), client, tds7).DidResume)
			require.Equal(t, tt.resumed, secureLogin(t, reach(t, server, tds7), client, tds7).DidResume)
		})
	}
}

// TestSessionIDs lets crypto/tls do the full handshake, whose session id a
// hello by hand then asks for.
func TestSessionIDs(t *testing.T) {
	masterSecret, ticket := extension(23, nil), extension(35, nil)
	tests := []struct {
		name    string
		ids     testserver.Resumption
		more    []byte // extensions of the second hello
		resumed bool
	}{
		{"none", testserver.ResumeNone, masterSecret, false},
		{"all", testserver.ResumeAll, masterSecret, true},
		{"with a ticket that is not given", testserver.ResumeAll, append(ticket, masterSecret...), true},
		{"the extended master secret left out", testserver.ResumeAll, nil, false},
		{"with extended master secret", testserver.ResumeExtended, masterSecret, true},
	}
	for _, tt := range tests {
		for _, suite := range []uint16{0xc02f, 0xc030} {
			t.Run(tt.name+" "+tls.CipherSuiteName(suite), func(t *testing.T) {
				server := start(t, own(func(all *testserver.TLS) { all.SessionIDs = tt.ids }))
				conn := &firstRecord{Conn: reach(t, server, plain)}
				client := insecure()
				client.CipherSuites, client.NextProtos = []uint16{suite}, []string{"tds/8.0"}
				secureLogin(t, conn, client, strict)
				id := conn.record[4+2+32+1:][:conn.record[4+2+32]]

				second := welcome
				second.suites, second.more = []uint16{suite}, tt.more
				message := second.message()
				hello := append(append(message[:4+2+32:4+2+32], vector(1, id)...), message[4+2+32+1+3:]...)
				hello = append([]byte{1}, vector(3, hello[4:])...)
				again := reach(t, server, plain)
				_, err := again.Write(record(22, tls12, hello))
				require.NoError(t, err)
				kind, _, content, err := readRecord(again)
				require.NoError(t, err)
				require.Equal(t, byte(22), kind)
				all := &reader{content[1:]}
				echo := parseServerHello(t, all.vector(3)).session
				if len(all.b) == 0 { // no certificate in the same record
					kind, _, _, err = readRecord(again)
					require.NoError(t, err)
				}
				require.Equal(t, tt.resumed, kind == 20, "change_cipher_spec")
				require.Equal(t, tt.resumed && len(id) > 0, string(echo) == string(id) && len(id) > 0)
			})
		}
	}
}

// A firstRecord keeps the first record that is read.
type firstRecord struct {
	net.Conn
	record []byte
}

func (c *firstRecord) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if len(c.record) < 200 {
		c.record = append(c.record, b[:n]...)
		if len(c.record) == n && n > 5 {
			c.record = c.record[5:]
		}
	}
	return n, err
}
