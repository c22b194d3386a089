package clients

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestPadded has hellos of all sizes: those of 256 to 511 bytes come to 512, or
// to a little more where there is room for an empty padding only, and others are
// left as they are: RFC 7685, section 4.
func TestPadded(t *testing.T) {
	for size := range 600 {
		hello := &tlswire.ClientHello{
			CipherSuites: []uint16{0xc030}, Compression: []uint8{0},
			Extensions: []tlswire.Extension{{Type: probe.ExtensionPadding, Data: make([]byte, 7)}, {Type: 99, Data: make([]byte, size)}},
		}
		bare := *hello
		bare.Extensions = hello.Extensions[1:]
		plain, err := bare.Append(nil)
		require.NoError(t, err)
		message, err := padded(hello, 512)
		require.NoError(t, err)
		want := len(plain)
		if len(plain) >= 256 && len(plain) < 512 {
			want = max(512, len(plain)+4)
		}
		require.Len(t, message, want, "%d bytes without padding", len(plain))
	}
}
