package prelogin_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

// A peer answers with what its reader has and keeps what is written to it.
type peer struct {
	io.Reader
	writes [][]byte
	err    error // of every write
}

func (p *peer) Write(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	p.writes = append(p.writes, bytes.Clone(b))
	return len(b), nil
}

// answering returns a peer that sends wire and then must not be read.
func answering(wire []byte) *peer {
	return &peer{Reader: io.MultiReader(bytes.NewReader(wire), iotest.ErrReader(errors.New("read on")))}
}

func request(t testing.TB) prelogin.Raw {
	t.Helper()
	raw, err := prelogin.Request(prelogin.EncryptOn, "").Raw()
	require.NoError(t, err)
	return raw
}

func TestExchangeVectors(t *testing.T) {
	for _, v := range vectors(t, "packets") {
		t.Run(v.name, func(t *testing.T) {
			m, err := prelogin.Exchange(answering(v.data), prelogin.Framing{}, request(t))
			require.Equal(t, v.expect, summary(t, m, err))
			require.Equal(t, err != nil, m == nil)
			m, err = prelogin.Exchange(&peer{Reader: iotest.OneByteReader(bytes.NewReader(v.data))}, prelogin.Framing{}, request(t))
			require.Equal(t, v.expect, summary(t, m, err))
			requireExchangeEnds(t, v)
		})
	}
}

// requireExchangeEnds lets the connection end after every byte.
func requireExchangeEnds(t *testing.T, v vector) {
	t.Helper()
	for n := range v.data {
		m, err := prelogin.Exchange(&peer{Reader: bytes.NewReader(v.data[:n])}, prelogin.Framing{}, request(t))
		switch {
		case n == 0:
			require.Equal(t, io.EOF, err)
		case errors.Is(err, io.ErrUnexpectedEOF):
		default: // nothing that follows was needed
			require.Equal(t, v.expect, summary(t, m, err))
		}
	}
	if strings.HasPrefix(v.name, "sql-server") {
		_, err := prelogin.Exchange(&peer{Reader: bytes.NewReader(v.data[:len(v.data)-1])}, prelogin.Framing{}, request(t))
		require.Equal(t, io.ErrUnexpectedEOF, err)
	}
}

func TestExchangeSendsOneMessageInOneWrite(t *testing.T) {
	answer := []byte(packet(typeReply, eom, "\xff"))
	for _, extra := range []int{0, 1, 5000} {
		raw := request(t)
		raw.Data = append(raw.Data, count(extra)...)
		p := answering(answer)
		_, err := prelogin.Exchange(p, prelogin.Framing{}, raw)
		require.NoError(t, err)
		require.Len(t, p.writes, 1)
		_, payload := split(t, p.writes[0])
		require.Equal(t, raw.Append(nil), payload)
	}
}

// TestExchangeSendsTheSample builds the request of [MS-TDS], section 4.1.
func TestExchangeSendsTheSample(t *testing.T) {
	for _, v := range vectors(t, "packets") {
		if v.name != "ms-tds-sample-request" {
			continue
		}
		m, err := prelogin.Parse(v.data[prelogin.HeaderSize:])
		require.NoError(t, err)
		raw, err := m.Raw()
		require.NoError(t, err)
		p := answering([]byte(packet(typeReply, eom, "\xff")))
		_, err = prelogin.Exchange(p, prelogin.Framing{}, raw)
		require.NoError(t, err)
		require.Equal(t, [][]byte{v.data}, p.writes)
		return
	}
	require.Fail(t, "no sample")
}

func TestExchangeErrors(t *testing.T) {
	broken := errors.New("broken")
	m, err := prelogin.Exchange(&peer{Reader: iotest.ErrReader(broken)}, prelogin.Framing{}, request(t))
	require.Equal(t, broken, err)
	require.Nil(t, m)
}

// TestExchangeDrains has writes that fail: what the server said before counts,
// be it an answer or not.
func TestExchangeDrains(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name string
		read io.Reader
		want string
	}{
		{"nothing", strings.NewReader(""), "broken"},
		{"half an answer", strings.NewReader("\x04\x01\x00"), "broken"},
		{"another error", iotest.ErrReader(errors.New("reset")), "reset"},
		{"ERROR token", strings.NewReader(packet(typeReply, eom, errorToken())), "prelogin: server error 17828, state 1, class 20: no"},
		{"HTTP", strings.NewReader("HTTP/1.1 400 Bad Request"), "prelogin: packet header at byte 0: packet type 0x48"},
		{"an answer", strings.NewReader(packet(typeReply, eom, "\xff")), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := prelogin.Exchange(&peer{Reader: tt.read, err: broken}, prelogin.Framing{}, request(t))
			require.Equal(t, err != nil, m == nil)
			require.Equal(t, tt.want != "", err != nil)
			if err != nil {
				require.EqualError(t, err, tt.want)
			}
		})
	}
}

// TestExchangeLimit has answers of garbage just below and above 64 KiB.
func TestExchangeLimit(t *testing.T) {
	most := strings.Repeat(packet(typeReply, 0, strings.Repeat("\x00", 4096)), 16)
	_, err := prelogin.Exchange(answering([]byte(most+packet(typeReply, eom, ""))), prelogin.Framing{}, request(t))
	requireParseError(t, err)
	_, err = prelogin.Exchange(answering([]byte(most+packet(typeReply, eom, "\xff")[:8])), prelogin.Framing{}, request(t))
	require.ErrorIs(t, err, prelogin.ErrTooLarge)
}

// errorToken is an ERROR token with a message of two units and a server name
// of two.
func errorToken() string {
	token := []byte{0xaa, 0, 0, 0xa4, 0x45, 0, 0, 1, 20, 2, 0, 'n', 0, 'o', 0, 2, 'D', 0, 'B', 0}
	binary.LittleEndian.PutUint16(token[1:], uint16(len(token)-3))
	return string(token)
}

// TestServerErrorCutShort ends an ERROR token after every byte, in a message
// that is whole.
func TestServerErrorCutShort(t *testing.T) {
	token := errorToken()
	for n := 1; n <= len(token); n++ {
		_, err := prelogin.Exchange(answering([]byte(packet(typeReply, eom, token[:n]))), prelogin.Framing{}, request(t))
		got := summary(t, nil, err)
		switch {
		case n < 9:
			require.EqualError(t, requireParseError(t, err), fmt.Sprintf("prelogin: ERROR token at byte %d: cut short", n))
		case n < 11:
			require.EqualError(t, requireParseError(t, err), "prelogin: ERROR token at byte 9: no message")
		case n < 15:
			require.EqualError(t, requireParseError(t, err), "prelogin: ERROR token at byte 9: message reaches past the end")
		case n < 20:
			require.Equal(t, `server error 17828 state 1 class 20 server "" "no"`, got, "the name is not worth an error")
		default:
			require.Equal(t, `server error 17828 state 1 class 20 server "DB" "no"`, got)
		}
	}
}

func TestServerErrorText(t *testing.T) {
	_, err := prelogin.Exchange(answering([]byte(packet(typeReply, eom, errorToken()))), prelogin.Framing{}, request(t))
	require.EqualError(t, err, "prelogin: server error 17828, state 1, class 20: no")
}
