package probe

import (
	"bytes"
	"crypto/cipher"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// sealed reads testdata/sealed/<name>.txt: a "source:" line, an empty line, and
// bytes in hexadecimal.
func sealed(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/sealed/" + name + ".txt")
	require.NoError(t, err)
	header, body, _ := strings.Cut(string(text), "\n\n")
	require.Regexp(t, "^source: RFC 8448", header)
	data, err := hex.DecodeString(strings.Join(strings.Fields(body), ""))
	require.NoError(t, err)
	require.NotEmpty(t, data)
	return data
}

// A sealer protects records as a server does.
type sealer struct {
	aead  cipher.AEAD
	iv    []byte
	count uint64
}

func newSealer(t testing.TB, suite CipherSuite, secret []byte) *sealer {
	t.Helper()
	aead, iv, err := seals[suite].keys(secret)
	require.NoError(t, err)
	return &sealer{aead: aead, iv: iv}
}

// seal returns one record with content of a type and zeros behind it.
func (s *sealer) seal(kind byte, content []byte, zeros int) []byte {
	inner := append(append(bytes.Clone(content), kind), make([]byte, zeros)...)
	size := len(inner) + s.aead.Overhead()
	header := []byte{recordData, 3, 3, byte(size >> 8), byte(size)}
	nonce := bytes.Clone(s.iv)
	for i := range 8 {
		nonce[len(nonce)-1-i] ^= byte(s.count >> (8 * i))
	}
	s.count++
	return append(header, s.aead.Seal(nil, nonce, inner, header)...)
}

// TestUnsealVector opens the record that RFC 8448 prints.
func TestUnsealVector(t *testing.T) {
	secret, record, messages := sealed(t, "secret"), sealed(t, "record"), sealed(t, "messages")
	_, iv, err := seals[0x1301].keys(secret)
	require.NoError(t, err)
	require.Equal(t, "5d313eb2671276ee13000b30", hex.EncodeToString(iv))
	require.Equal(t, messages, unseal(record, 0x1301, secret))

	var log sealSecret
	for _, label := range []string{"CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET", "SERVER_TRAFFIC_SECRET_0"} {
		value := secret
		if label != "SERVER_HANDSHAKE_TRAFFIC_SECRET" {
			value = []byte{7}
		}
		fmt.Fprintf(&log, "%s %x %x\n", label, make([]byte, 32), value)
	}
	require.Equal(t, secret, []byte(log))
}

func TestUnseal(t *testing.T) {
	const ccs, alert, hello = "\x14\x03\x03\x00\x01\x01", "\x15\x03\x03\x00\x02\x01\x70", "\x16\x03\x03\x00\x04\x02\x00\x00\x00"
	secret := []byte("a secret of no suite in particular")
	for suite := range seals {
		seal := func(build func(s *sealer) []byte) []byte { return build(newSealer(t, suite, secret)) }
		tests := []struct {
			name    string
			records []byte
			want    string
		}{
			{"nothing", nil, ""},
			{"only clear text", []byte(hello + ccs + alert), ""},
			{"one record", seal(func(s *sealer) []byte { return s.seal(22, []byte("one"), 0) }), "one"},
			{"padded", seal(func(s *sealer) []byte { return s.seal(22, []byte("one"), 100) }), "one"},
			{"300 records", seal(func(s *sealer) (b []byte) {
				for range 300 {
					b = append(b, s.seal(22, []byte("1"), 0)...)
				}
				return b
			}), strings.Repeat("1", 300)},
			{"clear text between", seal(func(s *sealer) []byte {
				return slices.Concat([]byte(hello+ccs), s.seal(22, []byte("a"), 0), []byte(ccs), s.seal(22, []byte("b"), 1))
			}), "ab"},
			{"other content between", seal(func(s *sealer) []byte {
				return slices.Concat(s.seal(22, []byte("a"), 0), s.seal(21, []byte{1, 90}, 0), s.seal(23, []byte("x"), 0), s.seal(22, []byte("b"), 0))
			}), "ab"},
			{"all padding", seal(func(s *sealer) []byte {
				return slices.Concat(s.seal(22, []byte("a"), 0), s.seal(0, nil, 9), s.seal(22, []byte("b"), 0))
			}), "ab"},
			{"other keys behind", seal(func(s *sealer) []byte {
				other := newSealer(t, suite, []byte("another"))
				return slices.Concat(s.seal(22, []byte("a"), 0), other.seal(22, []byte("x"), 0), s.seal(22, []byte("b"), 0))
			}), "a"},
			{"a record lost", seal(func(s *sealer) []byte {
				first := s.seal(22, []byte("a"), 0)
				s.count++
				return append(first, s.seal(22, []byte("b"), 0)...)
			}), "a"},
			{"a record too short to be one", seal(func(s *sealer) []byte {
				return slices.Concat(s.seal(22, []byte("a"), 0), []byte{23, 3, 3, 0, 1, 9}, s.seal(22, []byte("b"), 0))
			}), "a"},
		}
		for _, tt := range tests {
			t.Run(suite.String()+" "+tt.name, func(t *testing.T) {
				before := bytes.Clone(tt.records)
				require.Equal(t, tt.want, string(unseal(tt.records, suite, secret)))
				require.Equal(t, before, tt.records, "changed")
				require.Empty(t, unseal(tt.records, suite, []byte("another secret")))
				require.Empty(t, unseal(tt.records, suite, nil))
				require.Empty(t, unseal(tt.records, 0x1304, secret))
			})
		}
	}
}

// FuzzUnseal opens arbitrary records: what opens is never more than came,
// and what a stream begins with does not depend on how it goes on. It then seals
// the same bytes itself.
func FuzzUnseal(f *testing.F) {
	record, messages := sealed(f, "record"), sealed(f, "messages")
	f.Add(record, sealed(f, "secret"), uint8(0), uint16(len(record)), uint8(0))
	f.Add(append([]byte("\x14\x03\x03\x00\x01\x01"), record...), sealed(f, "secret"), uint8(1), uint16(300), uint8(3))
	f.Add(messages, []byte("secret"), uint8(2), uint16(7), uint8(200))
	suites := []CipherSuite{0x1301, 0x1302, 0x1303}
	f.Fuzz(func(t *testing.T, data, secret []byte, choice uint8, cut uint16, zeros uint8) {
		suite := suites[int(choice)%len(suites)]
		opened := unseal(data, suite, secret)
		require.LessOrEqual(t, len(opened), len(data))
		part := unseal(data[:min(int(cut), len(data))], suite, secret)
		require.True(t, bytes.HasPrefix(opened, part))
		if len(secret) == 0 {
			return
		}
		s := newSealer(t, suite, secret)
		var records []byte
		for piece := range slices.Chunk(data, 1+int(cut)%(1<<14)) {
			records = append(records, s.seal(recordHandshake, piece, int(zeros))...)
			records = append(records, 20, 3, 3, 0, 1, 1)
		}
		require.Equal(t, string(data), string(unseal(records, suite, secret)))
	})
}
