package tlswire_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// decode writes data to a Decoder byte by byte. It returns how many bytes it
// took until the flight was over, 0 if it was not.
func decode(data []byte) (d *tlswire.Decoder, doneAt int, err error) {
	d = &tlswire.Decoder{}
	for i := range data {
		if _, err := d.Write(data[i : i+1]); err != nil {
			return d, 0, err
		}
		if doneAt == 0 && d.Done() {
			doneAt = i + 1
		}
	}
	return d, doneAt, nil
}

func TestVectors(t *testing.T) {
	for _, v := range vectors(t, "vectors") {
		t.Run(v.name, func(t *testing.T) {
			d, doneAt, err := decode(v.data)
			got := summary(d.Flight())
			if doneAt > 0 {
				got = fmt.Sprintf("done=%d %s", doneAt, got)
			}
			if err != nil {
				got = fmt.Sprintf("error=%q %s", err, got)
			}
			require.Equal(t, v.expect, strings.TrimSpace(got))
			requireSplits(t, v.data)
		})
	}
}

// requireSplits writes data in every split into two: the flight and the error
// are those of one write. It looks at every truncated prefix on the way: one
// that is over holds all, one that is malformed is malformed the same way.
func requireSplits(t *testing.T, data []byte) {
	t.Helper()
	var whole tlswire.Decoder
	_, wholeErr := whole.Write(data)
	for i := range len(data) + 1 {
		var d tlswire.Decoder
		n, err := d.Write(data[:i])
		if err != nil {
			require.Equal(t, wholeErr, err, "after %d bytes", i)
			require.False(t, d.Done())
			require.Zero(t, n)
		}
		if d.Done() {
			requireSameFlight(t, &whole, &d, i)
		}
		n, err = d.Write(data[i:])
		require.Equal(t, wholeErr, err, "split at %d", i)
		if err == nil {
			require.Equal(t, len(data)-i, n)
		}
		require.Equal(t, whole.Done(), d.Done(), "split at %d", i)
		requireSameFlight(t, &whole, &d, i)
	}
}

// requireSameFlight is require.Equal without the cost of its diff for the many
// flights that are the same.
func requireSameFlight(t *testing.T, want, got *tlswire.Decoder, split int) {
	t.Helper()
	if !reflect.DeepEqual(want.Flight(), got.Flight()) {
		require.Equal(t, want.Flight(), got.Flight(), "split at %d", split)
	}
}

func TestDecoderAnyRecordSize(t *testing.T) {
	for _, v := range vectors(t, "vectors") {
		stream, version := handshakeStream(v.data)
		if len(stream) == 0 {
			continue
		}
		t.Run(v.name, func(t *testing.T) {
			want := decodeAll(t, record(22, stream))
			for size := 1; size < len(stream); size += 1 + size/4 {
				got := decodeAll(t, tlswire.AppendRecords(nil, 22, version, stream, size))
				require.Equal(t, version, got.RecordVersion)
				got.RecordVersion = want.RecordVersion
				require.Equal(t, want, got, "records of %d bytes", size)
			}
		})
	}
}

// decodeAll returns the flight of data and ignores the error, which is part
// of other tests.
func decodeAll(t *testing.T, data []byte) *tlswire.Flight {
	t.Helper()
	var d tlswire.Decoder
	d.Write(data)
	return d.Flight()
}

func TestDecoderStaysDone(t *testing.T) {
	var d tlswire.Decoder
	require.False(t, d.Done())
	require.Equal(t, &tlswire.Flight{}, d.Flight())
	n, err := d.Write(nil)
	require.NoError(t, err)
	require.Zero(t, n)
	alert := []byte{21, 3, 1, 0, 2, 2, 40}
	_, err = d.Write(alert)
	require.NoError(t, err)
	require.True(t, d.Done())
	n, err = d.Write([]byte("HTTP"))
	require.NoError(t, err)
	require.Equal(t, 4, n)
	require.True(t, d.Done())
	require.Equal(t, []tlswire.Alert{{Level: 2, Description: 40}}, d.Flight().Alerts)

	_, allocated, err := feed(&d, make([]byte, endless), 4096)
	require.NoError(t, err)
	require.Less(t, allocated, uint64(1<<16), "keeps what comes behind the end")
}

func TestDecoderEndsWithinARecord(t *testing.T) {
	hello := serverHello(0x0303, 0x2f)
	data := record(22, slices.Concat(hello, handshake(14), hello, handshake(99)))
	f := decodeAll(t, data)
	require.True(t, f.HelloDone)
	require.Equal(t, []uint8{2, 14}, f.Messages)
	requireSplits(t, data)
}

func TestDecoderRecordVersionIsOfTheFirst(t *testing.T) {
	data := tlswire.AppendRecords(nil, 21, 0x0300, []byte{1, 90}, 0)
	data = tlswire.AppendRecords(data, 22, 0x0303, serverHello(0x0303, 0x2f), 0)
	require.Equal(t, uint16(0x0300), decodeAll(t, data).RecordVersion)
}

func TestDecoderErrorStays(t *testing.T) {
	var d tlswire.Decoder
	_, first := d.Write([]byte("H"))
	var formatErr *tlswire.FormatError
	require.ErrorAs(t, first, &formatErr)
	n, again := d.Write([]byte{21, 3, 1, 0, 2, 2, 40})
	require.Zero(t, n)
	require.Same(t, first, again)
	require.False(t, d.Done())
	require.Empty(t, d.Flight().Alerts)
}

func TestDecoderErrors(t *testing.T) {
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"content type", []byte{24}, "tlswire: record at byte 0: unknown content type"},
		{"record version", []byte{22, 2}, "tlswire: record at byte 1: unknown version"},
		{"record length", []byte{22, 3, 3, 0x48, 0x01}, "tlswire: record at byte 3: oversized"},
		{"second record", append(record(22, nil), 'x'), "tlswire: record at byte 5: unknown content type"},
		{"top bit set later", append(record(22, nil), 0x80), "tlswire: record at byte 5: unknown content type"},
		{"message length", record(22, []byte{11, 0x04, 0, 1}), "tlswire: handshake message at byte 1: oversized"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { requireFormatError(t, tt.data, tt.want) })
	}
}

// requireFormatError requires that data, in any split, is an error as soon as
// its last byte is there and not before.
func requireFormatError(t *testing.T, data []byte, want string) {
	t.Helper()
	var d tlswire.Decoder
	_, err := d.Write(data[:len(data)-1])
	require.NoError(t, err)
	_, err = d.Write(data[len(data)-1:])
	require.EqualError(t, err, want)
	require.IsType(t, &tlswire.FormatError{}, err)
	require.False(t, d.Done())
	requireSplits(t, data)
}

func TestDecoderLongestRecord(t *testing.T) {
	// TLSCiphertext may hold 2,048 bytes more than TLSPlaintext.
	_, err := new(tlswire.Decoder).Write([]byte{22, 3, 3, 0x48, 0x00})
	require.NoError(t, err)
}
