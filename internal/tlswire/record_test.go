package tlswire_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

func TestAppendRecords(t *testing.T) {
	tests := []struct {
		name          string
		payload, size int
		want          []int // sizes of the records' contents
	}{
		{"empty", 0, 0, []int{0}},
		{"empty of a size", 0, 7, []int{0}},
		{"one", 7, 7, []int{7}},
		{"one and a bit", 8, 7, []int{7, 1}},
		{"single bytes", 3, 1, []int{1, 1, 1}},
		{"the most", 1 << 14, 0, []int{1 << 14}},
		{"more", 1<<14 + 1, 0, []int{1 << 14, 1}},
		{"too large a size", 1<<15 + 1, 1 << 15, []int{1 << 14, 1 << 14, 1}},
		{"negative size", 9, -1, []int{9}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			payload := bytes.Repeat([]byte{1, 2, 3, 4, 5, 6, 7}, tt.payload/7+1)[:tt.payload]
			got := tlswire.AppendRecords([]byte("before"), 23, 0x0302, payload, tt.size)
			got, found := bytes.CutPrefix(got, []byte("before"))
			require.True(t, found)
			var content []byte
			for _, size := range tt.want {
				require.Equal(t, []byte{23, 3, 2, byte(size >> 8), byte(size)}, got[:5])
				content = append(content, got[5:5+size]...)
				got = got[5+size:]
			}
			require.Empty(t, got)
			require.True(t, bytes.Equal(payload, content))
		})
	}
}

func TestHandshakeMessage(t *testing.T) {
	message := handshake(1, bytes.Repeat([]byte{7}, 300))
	for size := 1; size <= len(message); size++ {
		records := tlswire.AppendRecords(nil, 22, 0x0301, message, size)
		got, err := tlswire.HandshakeMessage(records)
		require.NoError(t, err)
		require.Equal(t, message, got)
	}
	records := record(22, message)
	for i := range records {
		_, err := tlswire.HandshakeMessage(records[:i])
		require.IsType(t, &tlswire.FormatError{}, err, "%d bytes", i)
	}
}

func TestHandshakeMessageBetweenOthers(t *testing.T) {
	message := handshake(1, []byte{7})
	records := slices.Concat(record(22, nil), record(22, message[:2]), record(22, nil), record(22, append(message[2:], 14)), []byte("HTTP"))
	got, err := tlswire.HandshakeMessage(records)
	require.NoError(t, err)
	require.Equal(t, message, got)
}

func TestHandshakeMessageMalformed(t *testing.T) {
	half := record(22, handshake(1, []byte{7, 8})[:5])
	tests := []struct {
		name    string
		records []byte
		want    string
	}{
		{"nothing", nil, "tlswire: record at byte 0: cut short"},
		{"half a header", []byte{22, 3, 1, 0}, "tlswire: record at byte 0: cut short"},
		{"another content type", record(21, []byte{2, 40}), "tlswire: record at byte 0: not a whole handshake record"},
		{"another type in the middle", append(half, record(23, []byte{8})...), "tlswire: record at byte 10: not a whole handshake record"},
		{"half a message", half, "tlswire: record at byte 10: cut short"},
		{"half a record", []byte{22, 3, 1, 0, 9, 1}, "tlswire: record at byte 0: not a whole handshake record"},
		{"oversized record", append([]byte{22, 3, 1, 0x48, 1}, make([]byte, 0x4801)...), "tlswire: record at byte 0: not a whole handshake record"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tlswire.HandshakeMessage(tt.records)
			require.EqualError(t, err, tt.want)
			require.IsType(t, &tlswire.FormatError{}, err)
		})
	}
}
