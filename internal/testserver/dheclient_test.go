package testserver_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"math/big"
	"net"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// A dheClient does a handshake of TLS 1.2 with DHE, AES-128-GCM and SHA-256, to
// the letter of RFC 5246 unless a field says otherwise.
type dheClient struct {
	mode mode
	more []byte // extensions of the hello
	// zeros looks for a key with which the premaster secret begins with a zero
	// byte, and one with which it does not is taken otherwise.
	zeros bool
	// padded does not strip the zeros of the premaster secret.
	padded bool
	// exchange writes the body of ClientKeyExchange from the prime and the public
	// value. If nil, the value is not padded.
	exchange func(p, yc *big.Int) []byte
	// shortYc looks for a public value that begins with a zero byte.
	shortYc bool
	// verify, if not nil, replaces the content of Finished.
	verify []byte
	// frame puts ClientKeyExchange into records. If nil, into one.
	frame func(message []byte) []byte
	// session, if not nil, gets the id of the session.
	session *[]byte
}

// A dheEnd is what a handshake came to.
type dheEnd struct {
	finished bool
	extended bool // the server knows the extended master secret
	alert    byte // 0 without
	end      ending
}

const dheSuite = 0x009e

// tap keeps what is read.
type tap struct {
	net.Conn
	seen bytes.Buffer
}

func (c *tap) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.seen.Write(b[:n])
	return n, err
}

// handshakeOf strips the headers of records.
func handshakeOf(t testing.TB, r io.Reader) []byte {
	t.Helper()
	var all []byte
	for {
		_, _, content, err := readRecord(r)
		if err == io.EOF {
			return all
		}
		require.NoError(t, err)
		all = append(all, content...)
	}
}

// connect does the handshake, and if it is finished sees its login fail.
func (c dheClient) connect(t testing.TB, server *testserver.Server) dheEnd {
	t.Helper()
	conn := &tap{Conn: reach(t, server, c.mode)}
	hello := clientHello{version: tls12, suites: []uint16{dheSuite}, schemes: []uint16{0x0401}, more: c.more}
	_, err := conn.Write(hello.record())
	require.NoError(t, err)
	f := readFlight(t, conn)
	require.Equal(t, uint16(dheSuite), f.suite)
	_, extended := f.extensions[23]
	if c.session != nil {
		*c.session = f.session
	}

	exchange, secret := c.agree(f.exchange)
	message := append([]byte{16}, vector(3, exchange)...)
	transcript := slices.Concat(hello.message(), handshakeOf(t, &conn.seen), message)
	keys := newDHEKeys(secret, extended, f.random, transcript)
	verify := keys.verify("client finished", transcript)
	if c.verify != nil {
		verify = append([]byte{20}, vector(3, c.verify)...)
	}
	if c.frame == nil {
		c.frame = func(message []byte) []byte { return record(22, tls12, message) }
	}
	flight := append(c.frame(message), record(20, tls12, []byte{1})...)
	_, err = conn.Write(append(flight, keys.out.seal(22, verify)...))
	require.NoError(t, err)
	kind, _, content, err := readRecord(conn)
	if kind == 21 && err == nil {
		_, err = conn.Read(make([]byte, 1))
		return dheEnd{extended: extended, alert: content[1], end: endOf(err)}
	}
	if kind != 20 || err != nil {
		return dheEnd{extended: extended, end: endOf(err)}
	}
	want := keys.verify("server finished", append(transcript, verify...))
	require.Equal(t, want, keys.in.next(t, conn, 22))
	c.login(t, conn, keys)
	return dheEnd{finished: true, extended: extended}
}

// login does what is left of a connection.
func (c dheClient) login(t testing.TB, conn *tap, keys dheKeys) {
	t.Helper()
	if c.mode == tds7 {
		conn.Conn.(*tunnel).open = true
	}
	if c.mode == strict {
		_, err := conn.Write(keys.out.seal(23, prelogin(2, "")))
		require.NoError(t, err)
		m, err := readTDS(bytes.NewReader(keys.in.next(t, conn, 23)))
		require.NoError(t, err)
		require.Equal(t, byte(0x04), m.kind)
	}
	if c.mode != plain {
		_, err := conn.Write(keys.out.seal(23, packet(0x10, make([]byte, 94))))
		require.NoError(t, err)
		m, err := readTDS(bytes.NewReader(keys.in.next(t, conn, 23)))
		require.NoError(t, err)
		number, _ := errorToken(t, m.body)
		require.Equal(t, uint32(18456), number)
	}
	_, err := conn.Read(make([]byte, 1))
	require.Equal(t, fin, endOf(err))
}

// agree chooses a key and returns ClientKeyExchange and premaster secret.
func (c dheClient) agree(params []byte) (exchange, secret []byte) {
	r := &reader{params}
	p, g, ys := new(big.Int).SetBytes(r.vector(2)), new(big.Int).SetBytes(r.vector(2)), new(big.Int).SetBytes(r.vector(2))
	size := p.BitLen() / 8
	begins := func(n *big.Int) bool { return n.BitLen() <= 8*size-8 }
	x := new(big.Int).Lsh(big.NewInt(1), 200) // large enough that nothing is small by itself
	yc, z := new(big.Int).Exp(g, x, p), new(big.Int).Exp(ys, x, p)
	for begins(z) != c.zeros || begins(yc) != c.shortYc {
		yc.Mod(yc.Mul(yc, g), p)
		z.Mod(z.Mul(z, ys), p)
	}
	secret = z.Bytes()
	if c.padded {
		secret = z.FillBytes(make([]byte, size))
	}
	if c.exchange != nil {
		return c.exchange(p, yc), secret
	}
	return vector(2, yc.Bytes()), secret
}

// prfSHA256 is the PRF of RFC 5246, section 5.
func prfSHA256(secret []byte, label string, seed []byte, size int) []byte {
	seed = append([]byte(label), seed...)
	hash := func(data ...[]byte) []byte {
		h := hmac.New(sha256.New, secret)
		h.Write(slices.Concat(data...))
		return h.Sum(nil)
	}
	a, out := seed, []byte{}
	for len(out) < size {
		a = hash(a)
		out = append(out, hash(a, seed)...)
	}
	return out[:size]
}

type dheKeys struct {
	master  []byte
	in, out *gcmHalf
}

// newDHEKeys derives the keys of both directions: RFC 5246, sections 6.3 and
// 8.1, and RFC 7627, section 4.
func newDHEKeys(secret []byte, extended bool, serverRandom, transcript []byte) dheKeys {
	master := prfSHA256(secret, "master secret", slices.Concat(clientRandom, serverRandom), 48)
	if extended {
		digest := sha256.Sum256(transcript)
		master = prfSHA256(secret, "extended master secret", digest[:], 48)
	}
	block := &reader{prfSHA256(master, "key expansion", slices.Concat(serverRandom, clientRandom), 40)}
	client, server := block.take(16), block.take(16)
	return dheKeys{master, &gcmHalf{key: server, salt: block.b[4:]}, &gcmHalf{key: client, salt: block.b[:4]}}
}

func (k dheKeys) verify(label string, transcript []byte) []byte {
	digest := sha256.Sum256(transcript)
	return append([]byte{20}, vector(3, prfSHA256(k.master, label, digest[:], 12))...)
}

// A gcmHalf is one direction: RFC 5288, section 3.
type gcmHalf struct {
	key, salt []byte
	n         uint64
}

func (h *gcmHalf) parts(kind byte, size int) (aead cipher.AEAD, number, additional []byte) {
	block, _ := aes.NewCipher(h.key)
	aead, _ = cipher.NewGCM(block)
	number = binary.BigEndian.AppendUint64(nil, h.n)
	h.n++
	return aead, number, slices.Concat(number, []byte{kind, 3, 3}, be(uint16(size)))
}

func (h *gcmHalf) seal(kind byte, content []byte) []byte {
	aead, number, additional := h.parts(kind, len(content))
	nonce := slices.Concat(h.salt, number)
	return record(kind, tls12, append(number, aead.Seal(nil, nonce, content, additional)...))
}

// next reads a record of a kind.
func (h *gcmHalf) next(t testing.TB, conn io.Reader, kind byte) []byte {
	t.Helper()
	got, _, sealed, err := readRecord(conn)
	require.NoError(t, err)
	require.Equal(t, kind, got)
	aead, _, additional := h.parts(kind, len(sealed)-8-16)
	content, err := aead.Open(nil, slices.Concat(h.salt, sealed[:8]), sealed[8:], additional)
	require.NoError(t, err)
	return content
}
