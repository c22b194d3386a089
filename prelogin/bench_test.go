package prelogin_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

func BenchmarkParse(b *testing.B) {
	raw, err := prelogin.Request(prelogin.EncryptOn, "MSSQLServer").Raw()
	require.NoError(b, err)
	body := raw.Append(nil)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := prelogin.Parse(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendMessage(b *testing.B) {
	flight := count(3 * maxPayload)
	buffer := prelogin.Framing{}.AppendMessage(nil, typeTLS, flight)
	b.SetBytes(int64(len(flight)))
	b.ReportAllocs()
	for b.Loop() {
		buffer = prelogin.Framing{}.AppendMessage(buffer[:0], typeTLS, flight)
	}
	require.Len(b, buffer, 3*prelogin.MaxPacket)
}

// BenchmarkConnRead reads a flight of three packets in pieces of 1 KiB.
func BenchmarkConnRead(b *testing.B) {
	wire := prelogin.Framing{}.AppendMessage(nil, typeTLS, count(3*maxPayload))
	stream := bytes.NewReader(wire)
	conn := wrapReader(stream)
	piece := make([]byte, 1024)
	b.SetBytes(3 * maxPayload)
	b.ReportAllocs()
	for b.Loop() {
		stream.Reset(wire)
		n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, conn, piece)
		if n != 3*maxPayload || err != nil {
			b.Fatal(n, err)
		}
	}
}
