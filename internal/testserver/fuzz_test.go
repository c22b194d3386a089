package testserver_test

import (
	"bytes"
	"crypto/ecdh"
	"io"
	"net"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// fuzzed returns one of the servers that FuzzServe has, and whether it is
// without TDS.
func fuzzed(t testing.TB, choice byte) (server *testserver.Server, plain bool) {
	t.Helper()
	servers := schannel.Servers()
	os := servers[int(choice&0x07)%len(servers)]
	config := testserver.Config{OS: os}
	if choice&0x08 != 0 {
		config = ecdsaConfig(os)
	}
	config.Plain = choice&0x10 != 0
	server, err := testserver.New(config)
	require.NoError(t, err)
	return server, config.Plain
}

// FuzzServe sends anything. The server refuses by FIN, so that its first words
// in TLS are a ServerHello that its configuration has and the client asked for,
// or none.
func FuzzServe(f *testing.F) {
	hellos := recorded(f)
	if len(hellos) == 0 {
		f.Fatal("no seeds")
	}
	testserver.RSA()
	testserver.ECDSA()
	for _, hello := range hellos {
		for _, choice := range []byte{0, 1, 5, 6 | 8} {
			f.Add(choice, append(prelogin(1, "SALES"), packet(0x12, hello)...))
			f.Add(choice, hello)
			f.Add(choice|0x10, hello)
		}
	}
	for _, tt := range exchangeTests() {
		f.Add(byte(1), append(prelogin(1, ""), packet(0x12, tt.hello.record())...))
	}
	dhe := clientHello{version: tls12, suites: []uint16{0x009f}, schemes: []uint16{0x0401}}.record()
	dhe = slices.Concat(dhe, record(22, tls12, append([]byte{16, 0, 1, 2}, vector(2, bytes.Repeat([]byte{2}, 256))...)), record(20, tls12, []byte{1}), record(22, tls12, make([]byte, 40)))
	f.Add(byte(4|0x10), dhe)
	retried := append(hello13(0x1302).record(), record(20, tls12, []byte{1})...)
	f.Add(byte(5), append(retried, hello13(0x1302, share(f, 29, ecdh.X25519())).record()...))
	f.Add(byte(0), append(prelogin(0, ""), packet(0x12, ssl2Hello(ssl20, 0x010080, 0x0700c0))...))
	f.Add(byte(0x10), ssl2Hello(ssl20, 0x010080))
	f.Add(byte(0), append(prelogin(2, ""), packet(0x10, make([]byte, 94))...))
	f.Fuzz(func(t *testing.T, choice byte, data []byte) {
		synctest.Test(t, func(t *testing.T) {
			server, plain := fuzzed(t, choice)
			got := conversation(t, server, data)
			inTDS := !plain && bytes.HasPrefix(data, []byte{0x12})
			if inTDS {
				data, got = untunnel(data), untunnel(got)
			}
			if len(got) > 0 {
				requireTrue(t, server.Accepts(!inTDS), data, got)
			}
		})
	})
}

// conversation sends data to a server and returns all that it says until it
// waits for more, and sees it end when the client leaves.
func conversation(t *testing.T, server *testserver.Server, data []byte) []byte {
	t.Helper()
	conn, theirs := net.Pipe()
	served := make(chan struct{})
	go func() {
		server.Serve(theirs)
		close(served)
	}()
	go conn.Write(data) // it is unblocked by Close
	var got bytes.Buffer
	go io.Copy(&got, conn)
	synctest.Wait()
	require.NoError(t, conn.Close())
	<-served
	synctest.Wait()
	require.NoError(t, server.Close())
	return got.Bytes()
}

// untunnel returns what is in the TDS packets after PRELOGIN, and what comes
// without a packet after these.
func untunnel(b []byte) []byte {
	r := bytes.NewReader(b)
	if _, err := readTDS(r); err != nil {
		return nil
	}
	rest := reader{b[len(b)-r.Len():]}
	var content []byte
	for len(rest.b) >= 8 && rest.b[0] == 0x12 {
		size := (&reader{rest.b[2:]}).number(2)
		if size < 8 || size > len(rest.b) {
			return content
		}
		content = append(content, rest.take(size)[8:]...)
	}
	return append(content, rest.b...)
}

// requireTrue compares a server's first words with what it accepts and what the
// client offered.
func requireTrue(t *testing.T, accepted []testserver.VersionSuites, data, got []byte) {
	t.Helper()
	if got[0] == 0x04 {
		return // TDS: the answer to a login in clear text
	}
	if got[0]&0x80 != 0 {
		require.Equal(t, uint16(ssl20), accepted[0].Version)
		require.Equal(t, []byte{4, 0, 1, 0, 2}, got[2:7])
		return
	}
	kind, _, content, err := readRecord(bytes.NewReader(got))
	require.NoError(t, err)
	require.Equal(t, byte(22), kind)
	r := &reader{content}
	require.Equal(t, 2, r.number(1))
	hello := parseServerHello(t, r.vector(3))
	if version := hello.extensions[43]; version != nil {
		hello.version = uint16((&reader{version}).number(2))
	}
	i := slices.IndexFunc(accepted, func(v testserver.VersionSuites) bool { return v.Version == hello.version })
	require.GreaterOrEqual(t, i, 0, "version %04x", hello.version)
	require.Contains(t, accepted[i].Suites, uint32(hello.suite))
	require.Contains(t, offered(t, data), hello.suite)
}

// offered returns the suites of the first ClientHello.
func offered(t *testing.T, data []byte) []uint16 {
	t.Helper()
	var message []byte
	for r := bytes.NewReader(data); len(message) < 4 || len(message) < 4+(&reader{message[1:]}).number(3); {
		_, _, content, err := readRecord(r)
		require.NoError(t, err)
		message = append(message, content...)
	}
	body := &reader{message[4+2+32:]}
	body.vector(1)
	var ids []uint16
	for list := (&reader{body.vector(2)}); len(list.b) > 1; {
		ids = append(ids, uint16(list.number(2)))
	}
	return ids
}
