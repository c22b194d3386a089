package tlswire_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// TestTranscript: the messages of a flight, byte by byte as they came, and none
// of what is behind it.
func TestTranscript(t *testing.T) {
	kept := 0
	for _, v := range vectors(t, "vectors") {
		t.Run(v.name, func(t *testing.T) {
			d := tlswire.Decoder{Keep: true}
			for i := range v.data {
				d.Write(v.data[i : i+1])
			}
			stream, _ := handshakeStream(v.data)
			said := slices.DeleteFunc(messages(stream), func(message []byte) bool { return message[0] == 0 })
			if !d.Flight().HelloDone {
				return
			}
			require.Equal(t, slices.Concat(said...), d.Transcript())
			kept++

			var forgetful tlswire.Decoder
			forgetful.Write(v.data)
			require.Nil(t, forgetful.Transcript())
		})
	}
	require.Greater(t, kept, 10)
}

// TestTranscriptHelloRequest: it comes at any time and is no part of it.
func TestTranscriptHelloRequest(t *testing.T) {
	d := tlswire.Decoder{Keep: true}
	hello := serverHello(0x0303, 0x009f)
	_, err := d.Write(record(22, slices.Concat(handshake(0), hello, handshake(0), handshake(14))))
	require.NoError(t, err)
	require.Equal(t, slices.Concat(hello, handshake(14)), d.Transcript())
}

// TestRest: what a server says behind its flight, if it came with that.
func TestRest(t *testing.T) {
	flight := record(22, slices.Concat(serverHello(0x0303, 0x009f), handshake(14)))
	alert := record(21, []byte{2, 40})
	var d tlswire.Decoder
	_, err := d.Write(flight[:len(flight)-1])
	require.NoError(t, err)
	require.Empty(t, d.Rest())
	_, err = d.Write(append(flight[len(flight)-1:], alert...))
	require.NoError(t, err)
	require.Equal(t, alert, d.Rest())
	_, err = d.Write(alert)
	require.NoError(t, err)
	require.Equal(t, alert, d.Rest())
}
