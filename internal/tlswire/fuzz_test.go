package tlswire_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// FuzzDecoder writes data at once and in parts of the given sizes.
func FuzzDecoder(f *testing.F) {
	for i, v := range vectors(f, "vectors") {
		f.Add(v.data, []byte{byte(i), 5, 0, byte(len(v.data))})
	}
	f.Fuzz(func(t *testing.T, data, sizes []byte) {
		var whole, parts tlswire.Decoder
		_, wholeErr := whole.Write(data)
		err := writeParts(&parts, data, sizes)
		require.Equal(t, wholeErr, err)
		require.Equal(t, whole.Done(), parts.Done())
		requireSameFlight(t, &whole, &parts, 0)
		requireBounded(t, &whole, data)
		requireSettled(t, &whole, wholeErr)
	})
}

// writeParts writes data in parts that are one larger than sizes, over and over.
func writeParts(d *tlswire.Decoder, data, sizes []byte) error {
	var err error
	for i := 0; len(data) > 0 && err == nil; i++ {
		n := 1
		if len(sizes) > 0 {
			n += int(sizes[i%len(sizes)])
		}
		n = min(n, len(data))
		_, err = d.Write(data[:n])
		data = data[n:]
	}
	return err
}

// requireBounded requires that a flight holds no more than what came: every
// byte at most twice, as in ServerKeyExchange, whose parts are also in Raw.
func requireBounded(t *testing.T, d *tlswire.Decoder, data []byte) {
	t.Helper()
	f := d.Flight()
	size := len(f.Messages) + 2*len(f.Alerts) + len(f.OCSPResponse) + total(f.Certificates)
	for _, h := range []*tlswire.ServerHello{f.ServerHello, f.HelloRetryRequest} {
		if h != nil {
			size += len(serverHelloBody(h))
			h.Group()
			require.Equal(t, h == f.HelloRetryRequest, h.IsRetry())
		}
	}
	if k := f.KeyExchange; k != nil {
		size += len(k.Raw) + len(k.Point) + len(k.P) + len(k.G) + len(k.Ys) + len(k.Signature)
		require.True(t, bytes.HasPrefix(k.Raw, keyExchangeParams(k)))
		require.True(t, bytes.Contains(k.Raw, k.Signature))
	}
	if r := f.CertificateRequest; r != nil {
		size += len(r.Types) + 2*len(r.SignatureSchemes) + total(r.Authorities)
	}
	if h := f.SSL2; h != nil {
		size += len(h.Certificate) + 3*len(h.CipherKinds) + len(h.ConnectionID)
	}
	require.LessOrEqual(t, size, 2*len(data))
}

func total(list [][]byte) (n int) {
	for _, b := range list {
		n += len(b)
	}
	return n
}

// requireSettled requires that what is over stays over, and that an error is
// one of the format and stays.
func requireSettled(t *testing.T, d *tlswire.Decoder, err error) {
	t.Helper()
	if err != nil {
		require.IsType(t, &tlswire.FormatError{}, err)
		require.False(t, d.Done())
	}
	if err == nil && !d.Done() {
		return
	}
	before := summary(d.Flight())
	_, again := d.Write([]byte{22, 3, 3, 0, 4, 14, 0, 0, 0, 21, 3, 3, 0, 2, 2, 40})
	require.Equal(t, err, again)
	require.Equal(t, err == nil, d.Done())
	require.Equal(t, before, summary(d.Flight()))
}

// FuzzParseClientHello takes a message and the size of the records it is in.
func FuzzParseClientHello(f *testing.F) {
	for i, v := range vectors(f, "hellos") {
		message, err := tlswire.HandshakeMessage(v.data)
		require.NoError(f, err)
		f.Add(message, uint16(i))
	}
	f.Fuzz(func(t *testing.T, message []byte, size uint16) {
		h, err := tlswire.ParseClientHello(message)
		if err != nil {
			var formatErr *tlswire.FormatError
			require.ErrorAs(t, err, &formatErr)
			require.Nil(t, h)
			require.True(t, formatErr.Offset >= 0 && formatErr.Offset <= len(message))
			return
		}
		again, err := h.Append(nil)
		require.NoError(t, err)
		require.Equal(t, message, again)
		for _, e := range h.Extensions {
			requireListsAgain(t, e.Data)
		}
		records := tlswire.AppendRecords(nil, 22, 0x0301, message, int(size))
		got, err := tlswire.HandshakeMessage(records)
		require.NoError(t, err)
		require.Equal(t, message, got)
	})
}

// requireListsAgain requires that what is taken for a list is nothing else.
func requireListsAgain(t *testing.T, data []byte) {
	t.Helper()
	if ids, ok := tlswire.Uint16List(data); ok {
		require.Equal(t, data, vec(2, u16(ids...)))
	}
	if versions, ok := tlswire.SupportedVersions(data); ok {
		require.Equal(t, data, vec(1, u16(versions...)))
	}
	if names, ok := tlswire.ProtocolNames(data); ok {
		var list []byte
		for _, name := range names {
			require.NotEmpty(t, name)
			list = append(list, vec(1, []byte(name))...)
		}
		require.Equal(t, data, vec(2, list))
	}
	if groups, ok := tlswire.KeyShareGroups(data); ok {
		require.LessOrEqual(t, 2+5*len(groups), len(data))
	}
}

func FuzzParseSSL2ClientHello(f *testing.F) {
	for _, v := range vectors(f, "ssl2") {
		f.Add(v.data)
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		h, err := tlswire.ParseSSL2ClientHello(message)
		if err != nil {
			require.IsType(t, &tlswire.FormatError{}, err)
			require.Nil(t, h)
			return
		}
		again, err := h.Append(nil)
		require.NoError(t, err)
		require.Equal(t, message, again)
	})
}
