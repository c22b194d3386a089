package testserver_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
)

const (
	ssl20 = 0x0002
	ssl30 = 0x0300
	tls10 = tls.VersionTLS10
	tls11 = tls.VersionTLS11
	tls12 = tls.VersionTLS12
	tls13 = tls.VersionTLS13
)

// suites returns those with these ids of a Windows Server version.
func suites(os string, ids ...schannel.ID) []schannel.Suite {
	system, _ := schannel.Server(os)
	return slices.DeleteFunc(slices.Clone(system.Suites), func(s schannel.Suite) bool { return !slices.Contains(ids, s.ID) })
}

// A clientHello is written by hand: RFC 5246, section 7.4.1.2. Lists that are
// nil are left out.
type clientHello struct {
	version  uint16 // of the record too
	versions []uint16
	suites   []uint16
	groups   []uint16
	schemes  []uint16
	shares   [][]byte // of TLS 1.3, not nil sends the extension
	more     []byte   // further extensions
}

// clientRandom is the same in every hello.
var clientRandom = bytes.Repeat([]byte{0xc1}, 32)

// message is the handshake message.
func (h clientHello) message() []byte {
	extensions := h.more
	for kind, list := range map[uint16][]uint16{10: h.groups, 13: h.schemes} {
		if list != nil {
			extensions = append(extensions, extension(kind, vector(2, be(list...)))...)
		}
	}
	if h.versions != nil {
		extensions = append(extensions, extension(43, vector(1, be(h.versions...)))...)
	}
	if h.shares != nil {
		extensions = append(extensions, extension(51, vector(2, h.shares...))...)
	}
	body := append(be(h.version), clientRandom...)
	body = append(body, 3, 's', 'i', 'd')
	body = append(body, vector(2, be(h.suites...))...)
	body = append(body, 1, 0) // no compression
	if extensions != nil {
		body = append(body, vector(2, extensions)...)
	}
	return append([]byte{1}, vector(3, body)...)
}

func (h clientHello) record() []byte { return record(22, h.version, h.message()) }

func record(kind byte, version uint16, content []byte) []byte {
	return slices.Concat([]byte{kind}, be(version), vector(2, content))
}

func extension(id uint16, data []byte) []byte { return append(be(id), vector(2, data)...) }

func be(values ...uint16) []byte {
	var b []byte
	for _, v := range values {
		b = binary.BigEndian.AppendUint16(b, v)
	}
	return b
}

// vector puts a length of so many bytes before the parts.
func vector(size int, parts ...[]byte) []byte {
	data := slices.Concat(parts...)
	length := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	return append(length[4-size:], data...)
}

// A reader takes a message apart; what is missing panics, and ends the test.
type reader struct{ b []byte }

func (r *reader) take(n int) []byte {
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

// number reads a number of so many bytes.
func (r *reader) number(size int) int {
	n := 0
	for _, b := range r.take(size) {
		n = n<<8 | int(b)
	}
	return n
}

// vector reads bytes behind a length of so many bytes.
func (r *reader) vector(size int) []byte { return r.take(r.number(size)) }

// A serverHello is the message of that name: RFC 5246, section 7.4.1.3.
type serverHello struct {
	version         uint16
	random, session []byte
	suite           uint16
	extensions      map[uint16][]byte
}

func parseServerHello(t testing.TB, body []byte) serverHello {
	t.Helper()
	r := &reader{body}
	h := serverHello{version: uint16(r.number(2)), random: r.take(32), session: r.vector(1), suite: uint16(r.number(2))}
	require.Zero(t, r.number(1), "compression")
	if len(r.b) > 0 {
		h.extensions = map[uint16][]byte{}
		for all := (&reader{r.vector(2)}); len(all.b) > 0; {
			id := uint16(all.number(2))
			require.NotContains(t, h.extensions, id)
			h.extensions[id] = all.vector(2)
		}
	}
	require.Empty(t, r.b)
	return h
}

// A serverFlight is a server's first flight, by message type.
type serverFlight struct {
	serverHello
	recordVersion uint16
	recordSizes   []int
	certificates  []*x509.Certificate
	exchange      []byte // ServerKeyExchange, if it came
}

// readFlight reads to ServerHelloDone, and demands the order of RFC 5246,
// section 7.3.
func readFlight(t testing.TB, r io.Reader) (f serverFlight) {
	t.Helper()
	content := &reader{}
	var order []byte
	for len(order) == 0 || order[len(order)-1] != 14 {
		for len(content.b) < 4 || len(content.b) < 4+(&reader{content.b[1:]}).number(3) {
			kind, version, more, err := readRecord(r)
			require.NoError(t, err)
			require.Equal(t, byte(22), kind)
			f.recordVersion = version
			f.recordSizes = append(f.recordSizes, len(more))
			content.b = append(content.b, more...)
		}
		kind := byte(content.number(1))
		body := &reader{content.vector(3)}
		order = append(order, kind)
		switch kind {
		case 2:
			f.serverHello = parseServerHello(t, body.b)
		case 11:
			for list := (&reader{body.vector(3)}); len(list.b) > 0; {
				certificate, err := x509.ParseCertificate(list.vector(3))
				require.NoError(t, err)
				f.certificates = append(f.certificates, certificate)
			}
		case 12:
			f.exchange = body.b
		}
	}
	require.Empty(t, content.b)
	require.Contains(t, [][]byte{{2, 11, 14}, {2, 11, 12, 14}}, order)
	return f
}

func readRecord(r io.Reader) (kind byte, version uint16, content []byte, err error) {
	header := make([]byte, 5)
	if _, err := io.ReadFull(r, header); err != nil {
		return 0, 0, nil, err
	}
	content = make([]byte, binary.BigEndian.Uint16(header[3:]))
	_, err = io.ReadFull(r, content)
	return header[0], binary.BigEndian.Uint16(header[1:]), content, err
}
