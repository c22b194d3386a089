package testserver

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// halves12 returns two ends of one direction of a suite.
func halves12(suite suite12) (client, server protection) {
	master, randoms := make([]byte, 48), make([]byte, 64)
	_, out := suite.halves(master, randoms)
	_, in := suite.halves(master, randoms)
	return out, in
}

// TestSeal12 opens what is sealed, in order only, and nothing that was changed.
func TestSeal12(t *testing.T) {
	for id, suite := range suites12 {
		client, server := halves12(suite)
		content := bytes.Repeat([]byte("TDS"), 100)
		sealed := client.seal(recordData, content, 128)
		var got []byte
		for i, r := range splitRecords(sealed) {
			require.LessOrEqual(t, len(r), 5+128+16+32+16)
			kind, part, err := server.open(r[:5], r[5:])
			require.NoError(t, err, "%04x, record %d", id, i)
			require.Equal(t, byte(recordData), kind)
			got = append(got, part...)
		}
		require.Equal(t, content, got)

		record := splitRecords(sealed)[0]
		for i := range record[5:] {
			_, server := halves12(suite)
			changed := slices.Clone(record)
			changed[5+i] ^= 1
			_, _, err := server.open(changed[:5], changed[5:])
			require.Error(t, err, "%04x, byte %d", id, i)
		}
		for n := range record[5:] {
			_, server := halves12(suite)
			_, _, err := server.open(record[:5], record[5:5+n])
			require.Error(t, err, "%04x, %d bytes", id, n)
		}
		_, again := halves12(suite)
		_, _, err := again.open(splitRecords(sealed)[1][:5], splitRecords(sealed)[1][5:])
		require.Error(t, err, "another number")
		_, again = halves12(suite)
		_, _, err = again.open([]byte{recordHandshake, 3, 3, 0, 0}, record[5:])
		require.Error(t, err, "another type")
	}
}

// TestPadding has every padding of a record that a client can make.
func TestPadding(t *testing.T) {
	tests := []struct {
		name   string
		change func(padding []byte)
		ok     bool
	}{
		{"right", func([]byte) {}, true},
		{"first byte wrong", func(padding []byte) { padding[0]++ }, false},
		{"last but one wrong", func(padding []byte) { padding[len(padding)-2]++ }, false},
		{"shorter than it says", func(padding []byte) { fill(padding, padding[0]+16) }, false},
		{"longer than all", func(padding []byte) { fill(padding, 255) }, false},
		{"longer than it says", func(padding []byte) { fill(padding, padding[0]-16) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			key, macKey := make([]byte, 16), make([]byte, 20)
			client, server := newCBC(key, sha1.New, macKey), newCBC(key, sha1.New, macKey)
			content := []byte("TDS")
			inner := append(slices.Clone(content), client.sum(recordData, content)...)
			padding := make([]byte, 16+9) // a block more than has to be
			fill(padding, byte(len(padding)-1))
			tt.change(padding)
			inner = append(inner, padding...)
			iv := make([]byte, aes.BlockSize)
			cipher.NewCBCEncrypter(client.block, iv).CryptBlocks(inner, inner)
			_, got, err := server.open([]byte{recordData, 3, 3, 0, 0}, append(iv, inner...))
			require.Equal(t, tt.ok, err == nil)
			if tt.ok {
				require.Equal(t, content, got)
			}
		})
	}
}

func fill(b []byte, with byte) {
	for i := range b {
		b[i] = with
	}
}
