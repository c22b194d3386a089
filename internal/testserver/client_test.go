package testserver_test

import (
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// longChain is made only once.
var longChain = sync.OnceValue(func() tls.Certificate { return testserver.Chain(4) })

// start starts a server that ends with the test.
func start(t testing.TB, config testserver.Config) *testserver.Server {
	t.Helper()
	server, err := testserver.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	return server
}

// dial opens a TCP connection that ends with the test, or after ten seconds.
func dial(t testing.TB, server *testserver.Server) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", server.Addr())
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	return conn.(*net.TCPConn)
}

// packet is a TDS message in one packet: [MS-TDS], section 2.2.3.
func packet(kind byte, body []byte) []byte {
	length := binary.BigEndian.AppendUint16(nil, uint16(8+len(body)))
	return append([]byte{kind, 1, length[0], length[1], 0, 0, 0, 0}, body...)
}

// A tdsMessage is a message with what its packets were like.
type tdsMessage struct {
	kind  byte
	ids   []byte // of the packets
	sizes []int  // of their payloads
	body  []byte
}

func readTDS(r io.Reader) (m tdsMessage, err error) {
	for header := make([]byte, 8); header[1]&1 == 0; {
		if _, err := io.ReadFull(r, header); err != nil {
			return m, err
		}
		if header[2] == 0 && header[3] < 8 {
			return m, errors.New("a packet shorter than its header")
		}
		payload := make([]byte, int(binary.BigEndian.Uint16(header[2:]))-8)
		if _, err := io.ReadFull(r, payload); err != nil {
			return m, err
		}
		m.kind = header[0]
		m.ids = append(m.ids, header[6])
		m.sizes = append(m.sizes, len(payload))
		m.body = append(m.body, payload...)
	}
	return m, nil
}

// prelogin asks with an encryption and an instance name, and nothing else than
// what has to be.
func prelogin(encryption byte, instance string) []byte {
	const data = 3*5 + 1
	body := []byte{0, 0, data, 0, 6, 1, 0, data + 6, 0, 1, 2, 0, data + 7, 0, byte(len(instance) + 1), 0xff}
	body = append(body, 0, 0, 0, 0, 0, 0, encryption)
	return packet(0x12, append(append(body, instance...), 0))
}

// exchange asks on a connection and returns the answer to PRELOGIN.
func exchange(t testing.TB, conn io.ReadWriter, encryption byte, instance string) map[byte][]byte {
	t.Helper()
	_, err := conn.Write(prelogin(encryption, instance))
	require.NoError(t, err)
	m, err := readTDS(conn)
	require.NoError(t, err)
	require.Equal(t, byte(0x04), m.kind)
	options := map[byte][]byte{}
	for at := 0; m.body[at] != 0xff; at += 5 {
		offset, length := binary.BigEndian.Uint16(m.body[at+1:]), binary.BigEndian.Uint16(m.body[at+3:])
		options[m.body[at]] = m.body[offset:][:length]
	}
	return options
}

// A tunnel carries TLS inside TDS messages until it is opened.
type tunnel struct {
	net.Conn
	open bool
	rest []byte
	seen []tdsMessage
}

func (c *tunnel) Write(b []byte) (int, error) {
	if c.open {
		return c.Conn.Write(b)
	}
	_, err := c.Conn.Write(packet(0x12, b))
	return len(b), err
}

func (c *tunnel) Read(b []byte) (int, error) {
	if len(c.rest) == 0 && c.open {
		return c.Conn.Read(b)
	}
	if len(c.rest) == 0 {
		m, err := readTDS(c.Conn)
		if err != nil {
			return 0, err
		}
		c.seen = append(c.seen, m)
		c.rest = m.body
	}
	n := copy(b, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

// login sends a login and returns number and text of the error it comes to.
func login(t testing.TB, out io.Writer, in io.Reader) (number uint32, text string) {
	t.Helper()
	_, err := out.Write(packet(0x10, make([]byte, 94)))
	require.NoError(t, err)
	m, err := readTDS(in)
	require.NoError(t, err)
	require.Equal(t, byte(0x04), m.kind)
	return errorToken(t, m.body)
}

// errorToken decodes an ERROR token and demands that DONE follows: [MS-TDS],
// sections 2.2.7.10 and 2.2.7.6.
func errorToken(t testing.TB, body []byte) (number uint32, text string) {
	t.Helper()
	require.Equal(t, byte(0xaa), body[0])
	length := binary.LittleEndian.Uint16(body[1:])
	token, rest := body[3:3+length], body[3+length:]
	units := make([]uint16, binary.LittleEndian.Uint16(token[6:]))
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(token[8+2*i:])
	}
	require.Len(t, token, 8+2*len(units)+1+1+4, "server, procedure, line")
	require.Len(t, rest, 13)
	require.Equal(t, []byte{0xfd, 2}, rest[:2])
	return binary.LittleEndian.Uint32(token), string(utf16.Decode(units))
}

// An ending is what a client sees at the end of a connection.
type ending string

const (
	fin     ending = "FIN"
	rst     ending = "RST"
	silence ending = "silence until the deadline"
)

// readAll reads to the end.
func readAll(conn io.Reader) ([]byte, ending) {
	got, err := io.ReadAll(conn)
	if err == nil {
		err = io.EOF // which is how ReadAll puts it
	}
	return got, endOf(err)
}

// endOf tells an ending from the error of a read.
func endOf(err error) ending {
	const wsaECONNRESET = syscall.Errno(10054)
	switch {
	case err == nil:
		return "no end"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fin
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, wsaECONNRESET):
		return rst
	case errors.Is(err, os.ErrDeadlineExceeded):
		return silence
	}
	return ending(err.Error())
}

// A mode is a way in to a server.
type mode string

const (
	tds7   mode = "TDS 7"
	strict mode = "strict"
	plain  mode = "plain"
)

// reach connects to where TLS begins.
func reach(t testing.TB, server *testserver.Server, m mode) net.Conn {
	t.Helper()
	conn := dial(t, server)
	if m != tds7 {
		return conn
	}
	const encryptOn = 1
	require.Equal(t, []byte{encryptOn}, exchange(t, conn, encryptOn, "")[1])
	return &tunnel{Conn: conn}
}
