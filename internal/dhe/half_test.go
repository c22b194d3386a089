package dhe

import (
	"bytes"
	"crypto/cipher"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// newPair returns what one side seals with and the other opens with.
func newPair(t testing.TB, id uint16) (sender, receiver *half) {
	t.Helper()
	s := suites[id]
	part := func(n int) []byte { return bytes.Repeat([]byte{byte(n)}, n) }
	mac := 0
	if s.mac != nil {
		mac = s.mac().Size()
	}
	sender, err := newHalf(s, part(mac), part(s.keySize), part(saltSize))
	require.NoError(t, err)
	receiver, err = newHalf(s, part(mac), part(s.keySize), part(saltSize))
	require.NoError(t, err)
	return sender, receiver
}

func TestSuites(t *testing.T) {
	require.Equal(t, []uint16{0x0033, 0x0039, 0x0067, 0x006b, 0x009e, 0x009f}, Suites())
}

// TestRecords seals contents of all sizes up to some blocks, which the other side
// opens in order.
func TestRecords(t *testing.T) {
	for _, id := range Suites() {
		t.Run(fmt.Sprintf("%04x", id), func(t *testing.T) {
			sender, receiver := newPair(t, id)
			for n := range 70 {
				content := bytes.Repeat([]byte{7}, n)
				sealed := sender.record(recordHandshake, content)
				require.Equal(t, []byte{recordHandshake, 3, 3, 0, byte(len(sealed) - recordHeader)}, sealed[:recordHeader])
				got, ok := receiver.open(recordHandshake, sealed[recordHeader:])
				require.True(t, ok)
				require.True(t, bytes.Equal(content, got))
			}
		})
	}
}

// TestRecordsRefused changes every bit of a record, its type and its place, and
// cuts it short everywhere.
func TestRecordsRefused(t *testing.T) {
	for _, id := range Suites() {
		t.Run(fmt.Sprintf("%04x", id), func(t *testing.T) {
			sender, _ := newPair(t, id)
			body := sender.record(recordHandshake, []byte("twenty bytes of text"))[recordHeader:]
			opens := func(kind byte, sequence uint64, body []byte) bool {
				_, receiver := newPair(t, id)
				receiver.sequence = sequence
				_, ok := receiver.open(kind, body)
				return ok
			}
			require.True(t, opens(recordHandshake, 0, body))
			require.False(t, opens(recordAlert, 0, body))
			require.False(t, opens(recordHandshake, 1, body))
			for i := range body {
				require.False(t, opens(recordHandshake, 0, body[:i]), "%d bytes", i)
				for bit := range 8 {
					changed := bytes.Clone(body)
					changed[i] ^= 1 << bit
					require.False(t, opens(recordHandshake, 0, changed), "bit %d of byte %d", bit, i)
				}
			}
		})
	}
}

// TestPadding has everything that can be wrong inside a record of AES-CBC whose
// blocks are whole.
func TestPadding(t *testing.T) {
	sender, receiver := newPair(t, 0x0033)
	c := sender.cipher.(*cbc)
	header := func(n int) []byte { return (&half{}).header(recordHandshake)(n) }
	content := []byte("twelve bytes")
	signed := append(bytes.Clone(content), c.sum(header(len(content)), content)...) // two blocks
	tests := []struct {
		name  string
		plain []byte
		opens bool
	}{
		{"a block", append(bytes.Clone(signed), bytes.Repeat([]byte{15}, 16)...), true},
		{"the most", append(bytes.Clone(signed), bytes.Repeat([]byte{255}, 256)...), true},
		{"no content", append(c.sum(header(0), nil), bytes.Repeat([]byte{11}, 12)...), true},
		{"one byte wrong", append(append(bytes.Clone(signed), 14), bytes.Repeat([]byte{15}, 15)...), false},
		{"longer than the record", bytes.Repeat([]byte{255}, 48), false},
		{"all padding", bytes.Repeat([]byte{47}, 48), false},
		{"up to into the MAC", append(bytes.Clone(signed[:16]), bytes.Repeat([]byte{31}, 32)...), false},
		{"no MAC", append(bytes.Clone(content), 3, 3, 3, 3), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, ok := receiver.cipher.open(header, encrypt(c, tt.plain))
			require.Equal(t, tt.opens, ok)
		})
	}
}

// encrypt encrypts whole blocks as they are.
func encrypt(c *cbc, plain []byte) []byte {
	iv := make([]byte, c.block.BlockSize())
	out := append(bytes.Clone(iv), plain...)
	cipher.NewCBCEncrypter(c.block, iv).CryptBlocks(out[len(iv):], plain)
	return out
}
