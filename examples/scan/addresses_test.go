package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// resolveTo makes every name stand for these addresses of IPv4, until the test
// ends.
func resolveTo(t *testing.T, ips ...string) {
	t.Helper()
	before := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = before })
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go answerNames(server, ips)
		return client, nil
	}}
}

// answerNames answers queries for A with ips and all others with nothing: RFC
// 1035, sections 4.1 and 4.2.2.
func answerNames(conn net.Conn, ips []string) {
	defer conn.Close()
	for size := make([]byte, 2); ; {
		if _, err := io.ReadFull(conn, size); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(size))
		if _, err := io.ReadFull(conn, query); err != nil {
			return
		}
		end := 12 + slices.Index(query[12:], 0) + 5 // after the name, its type and class
		reply := append([]byte{}, query[:end]...)
		copy(reply[2:], []byte{0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0})
		if query[end-3] == 1 {
			reply[7] = byte(len(ips))
			for _, ip := range ips {
				reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
				reply = append(reply, net.ParseIP(ip).To4()...)
			}
		}
		if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...)); err != nil {
			return
		}
	}
}

// nodes starts a server at 127.0.0.1 and one at 127.0.0.2, behind one port and
// the name nodes.test, and returns the port.
func nodes(t *testing.T, first, second testserver.Config) string {
	t.Helper()
	resolveTo(t, "127.0.0.1", "127.0.0.2")
	ln := serveAt(t, "127.0.0.1:0", first)
	if ln == nil {
		t.Fatal("no port")
	}
	port := portOf(ln.Addr())
	if serveAt(t, "127.0.0.2:"+port, second) == nil {
		t.Skip("needs 127.0.0.2, or its port is taken")
	}
	return port
}

// serveAt serves at an address, nil if that cannot be listened at.
func serveAt(t *testing.T, addr string, config testserver.Config) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil
	}
	server, err := testserver.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { ln.Close(); server.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go server.Serve(conn)
		}
	}()
	return ln
}

func decodeComparison(t *testing.T, text string) comparison {
	t.Helper()
	var c comparison
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&c), text)
	_, err := decoder.Token()
	require.ErrorIs(t, err, io.EOF, "something follows")
	require.Equal(t, "tdsprobe/addresses/v1", c.Schema)
	require.NotNil(t, c.Reports)
	require.NotNil(t, c.Differences)
	return c
}

// TestAddresses scans two nodes behind one name.
func TestAddresses(t *testing.T) {
	port := nodes(t, testserver.Config{OS: "2019"}, testserver.Config{OS: "2012"})
	first, second := "127.0.0.1:"+port, "127.0.0.2:"+port
	args := []string{"-addresses", "-only", "versions,suites,groups,signatures", "nodes.test," + port}
	want := []string{
		"SSL 3.0 at " + second + " but not at " + first,
		"TLS 1.2 groups at " + first + " but not at " + second + ": x25519",
	}

	got := runScan(t.Context(), args...)
	require.Equal(t, exitScanned, got.status)
	require.Empty(t, got.stderr)
	require.Contains(t, got.stdout, "\n2 addresses, which differ:\n")
	for _, node := range []string{first, second} {
		require.Contains(t, got.stdout, "nodes.test,"+port+" at "+node+"  (tds7: TLS inside PRELOGIN)\n")
	}
	for _, line := range want {
		require.Contains(t, got.stdout, "\n  - "+line+"\n")
	}
	require.NotContains(t, got.stdout, "compared")

	got = runScan(t.Context(), append([]string{"-json"}, args...)...)
	require.Equal(t, exitScanned, got.status)
	c := decodeComparison(t, got.stdout)
	require.Len(t, c.Reports, 2)
	require.Subset(t, c.Differences, want)
	require.Empty(t, c.Error)
}

// TestAddressesAlike: nodes that do the same differ in nothing.
func TestAddressesAlike(t *testing.T) {
	port := nodes(t, testserver.Config{}, testserver.Config{})
	got := runScan(t.Context(), "-addresses", "-only", "versions,suites", "nodes.test,"+port)
	require.Equal(t, exitScanned, got.status)
	require.Contains(t, got.stdout, "\n2 addresses, no difference found\n")
}

// TestAddressesUnmeasured: of two nodes one is down. The other is reported, and
// the exit status tells.
func TestAddressesUnmeasured(t *testing.T) {
	resolveTo(t, "127.0.0.1", "127.0.0.2")
	port := portOf(serveAt(t, "127.0.0.1:0", testserver.Config{}).Addr())
	got := runScan(t.Context(), "-addresses", "-only", "versions", "-timeout", "1s", "nodes.test,"+port)
	require.Equal(t, exitUnmeasured, got.status)
	require.Contains(t, got.stdout, "\nTLS 1.2  accepted")
	require.Contains(t, got.stdout, "\n2 addresses, no difference found\n  127.0.0.2:"+port+" could not be measured and is not compared\n")
}

// TestAddressesInterrupted: after an interruption no further node is scanned.
func TestAddressesInterrupted(t *testing.T) {
	resolveTo(t, "127.0.0.1", "127.0.0.2")
	ctx, cancel := context.WithCancel(t.Context())
	addr := relay(t, start(t, testserver.Config{}), 10, cancel)
	_, port, _ := net.SplitHostPort(addr)
	got := runScan(ctx, "-json", "-addresses", "nodes.test,"+port)
	require.Equal(t, exitInterrupted, got.status)
	require.Len(t, decodeComparison(t, got.stdout).Reports, 1)
}

// TestOneAddress: there is nothing to compare, and JSON keeps its form.
func TestOneAddress(t *testing.T) {
	addr := start(t, testserver.Config{})
	got := runScan(t.Context(), "-addresses", "-only", "versions", addr)
	require.Equal(t, exitScanned, got.status)
	require.Contains(t, got.stdout, "\nOne address: nothing to compare it with\n")
	got = runScan(t.Context(), "-json", "-addresses", "-only", "versions", addr)
	require.Len(t, decodeComparison(t, got.stdout).Reports, 1)
}

// TestNoAddress: a name that stands for nothing.
func TestNoAddress(t *testing.T) {
	resolveTo(t)
	got := runScan(t.Context(), "-addresses", "nowhere.test")
	require.Equal(t, exitUnmeasured, got.status)
	require.Empty(t, got.stdout)
	require.Regexp(t, `^scan: the target could not be measured: lookup nowhere\.test.*: no such host\n$`, got.stderr)
}
