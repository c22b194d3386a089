package tlswire_test

import (
	"bytes"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// endless is the most that a server may say before its flight is over.
const endless = 1 << 20

// TestDecoderHostile has servers that never end, in the smallest units there
// are. What the decoder allocates grows with what it reads, not with its square.
func TestDecoderHostile(t *testing.T) {
	hello := serverHello(0x0303, 0xc030)
	long := handshake(11, make([]byte, 200_000))
	tests := []struct {
		name        string
		start, unit []byte // of records, those of unit of one size
	}{
		{"warnings", nil, record(21, []byte{1, 90})},
		{"halves of warnings", nil, append(record(21, []byte{1}), record(21, []byte{90})...)},
		{"empty records", nil, record(22, nil)},
		{"application data", nil, record(23, []byte{1, 2})},
		{"ChangeCipherSpec before a hello", nil, record(20, []byte{1})},
		{"empty messages", nil, record(22, make([]byte, 4))},
		{"empty messages in long records", nil, record(22, make([]byte, 1<<14))},
		{"hellos", nil, record(22, hello)},
		{"chains of empty certificates", record(22, hello), record(22, handshake(11, vec(3, make([]byte, 3*5000))))},
		{"a chain in records of one byte", tlswire.AppendRecords(record(22, hello), 22, 0x0303, long[:150_000], 1), record(22, []byte{0})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := append(tt.start, bytes.Repeat(tt.unit, 2*endless/len(tt.unit))...)
			size := 5 + int(tt.unit[3])<<8 + int(tt.unit[4])
			want := len(tt.start) + ((endless-len(tt.start))/size+1)*size
			for _, chunk := range []int{1, 4096, len(data)} {
				var d tlswire.Decoder
				taken, allocated, err := feed(&d, data, chunk)
				require.Equal(t, &tlswire.FormatError{What: "flight", Offset: want, Reason: "endless"}, err)
				require.False(t, d.Done())
				require.LessOrEqual(t, taken, endless+1<<15+chunk)
				require.Less(t, allocated, uint64(64*endless), "written %d bytes at a time", chunk)
			}
		})
	}
}

// feed writes data in chunks until there is an error. It returns how much it
// wrote and what was allocated meanwhile.
func feed(d *tlswire.Decoder, data []byte, chunk int) (taken int, allocated uint64, err error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for part := range slices.Chunk(data, chunk) {
		taken += len(part)
		if _, err = d.Write(part); err != nil {
			break
		}
	}
	runtime.ReadMemStats(&after)
	return taken, after.TotalAlloc - before.TotalAlloc, err
}

// TestDecoderLongestMessage has the longest message that is let pass, 256 KiB.
func TestDecoderLongestMessage(t *testing.T) {
	chain := [][]byte{make([]byte, 1<<18-handshakeAndLengths)}
	message := handshake(11, vec(3, each(3, chain)))
	require.Len(t, message, 1<<18)
	data := tlswire.AppendRecords(nil, 22, 0x0303, append(serverHello(0x0303, 0x2f), message...), 0)
	var d tlswire.Decoder
	_, _, err := feed(&d, data, 1000)
	require.NoError(t, err)
	require.Equal(t, chain, d.Flight().Certificates)
}

// handshakeAndLengths is what a Certificate of one certificate has beside it.
const handshakeAndLengths = 4 + 3 + 3
