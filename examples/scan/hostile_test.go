package main

import (
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/hostile"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

func TestHostileCertificate(t *testing.T) {
	ascii := strings.Map(func(r rune) rune { // a DNS name holds nothing else
		if r > unicode.MaxASCII {
			return -1
		}
		return r
	}, hostile.Text)
	chain := hostile.Certificate(t, hostile.Text, ascii)
	addr := commandtest.Start(t, testserver.Config{Certificate: &chain})

	got := runScan(t.Context(), addr)
	require.Equal(t, command.StatusDone, got.status)
	hostile.RequirePrintable(t, got.stdout+got.stderr)
	require.Contains(t, got.stdout, strings.NewReplacer("<", `\<`, ">", `\>`, ";", `\;`).Replace(hostile.Harmless)) // RFC 2253
	require.Contains(t, got.stdout, "    for "+render.Clean(ascii)+"\n")

	got = runScan(t.Context(), "-json", addr)
	require.Equal(t, command.StatusDone, got.status)
	hostile.RequirePrintable(t, got.stdout+got.stderr)
	require.Contains(t, got.stdout, `\u009b31m\u007f\u202eevil\u2028\nexit\t`)
	require.Equal(t, []string{ascii}, decode(t, got.stdout).Certificates[0].Names) // nothing is lost
}

// TestHostileLength: a name as long as a certificate may have it does not
// bury the report.
func TestHostileLength(t *testing.T) {
	chain := hostile.Certificate(t, strings.Repeat("x", 10000), "db1")
	got := runScan(t.Context(), commandtest.Start(t, testserver.Config{Certificate: &chain}))
	require.Contains(t, got.stdout, "\n  CN="+strings.Repeat("x", render.MaxLine-5)+"…\n")
}

// TestHostileError answers PRELOGIN with a TDS ERROR token of such a text.
func TestHostileError(t *testing.T) {
	addr := answer(t, errorReply(hostile.Text))
	for _, format := range []string{"-json=false", "-json=true"} {
		t.Run(format, func(t *testing.T) {
			got := runScan(t.Context(), format, "-mode", "tds7", addr)
			require.Equal(t, command.StatusUnmeasured, got.status)
			hostile.RequirePrintable(t, got.stdout+got.stderr)
			if format == "-json=true" {
				require.Contains(t, decode(t, got.stdout).Baseline.Error, hostile.Text)
			} else {
				require.Contains(t, got.stdout, "server error 4060, state 1, class 20: "+hostile.Harmless+"\n")
			}
		})
	}
}

// errorReply is a TDS packet with an ERROR token: [MS-TDS], section 2.2.7.10.
func errorReply(message string) []byte {
	units := utf16.Encode([]rune(message))
	token := binary.LittleEndian.AppendUint32(nil, 4060)
	token = append(token, 1, 20) // state, class
	token = binary.LittleEndian.AppendUint16(token, uint16(len(units)))
	for _, unit := range units {
		token = binary.LittleEndian.AppendUint16(token, unit)
	}
	token = append(token, 0, 0, 1, 0, 0, 0) // no server, no procedure, line 1
	body := binary.LittleEndian.AppendUint16([]byte{0xaa}, uint16(len(token)))
	body = append(body, token...)
	packet := binary.BigEndian.AppendUint16([]byte{4, 1}, uint16(8+len(body))) // a reply, its last packet
	return append(append(packet, 0, 0, 1, 0), body...)
}

// answer returns the address of a server that says reply to the first bytes of
// every connection.
func answer(t *testing.T, reply []byte) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			conn.Read(make([]byte, 4096))
			conn.Write(reply)
			conn.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, conn)
			conn.Close()
		}
	}()
	return ln.Addr().String()
}
