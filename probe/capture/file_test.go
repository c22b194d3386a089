package capture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe/capture"
)

func errorsIsAny(err error, targets ...error) bool {
	return slices.ContainsFunc(targets, func(target error) bool { return errors.Is(err, target) })
}

// TestReadFormat has files that are none, or damaged.
func TestReadFormat(t *testing.T) {
	header := func(words ...uint32) string {
		var b []byte
		for _, w := range words {
			b = binary.LittleEndian.AppendUint32(b, w)
		}
		return string(b)
	}
	pcap := header(0xa1b2c3d4, 0x00040002, 0, 0, 1<<18, 1)
	section := header(0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffffffff, 0xffffffff, 28)
	tests := []struct{ name, file, want string }{
		{"nothing", "", "0 bytes"},
		{"text", "no capture file at all", "begins with"},
		{"half a header", pcap[:20], "unexpected EOF"},
		{"huge packet", pcap + header(0, 0, 0xffffffff, 0xffffffff), "a packet of 4294967295 bytes"},
		{"byte order", header(0x0a0d0d0a, 28, 0), "byte order"},
		{"short block", section + header(6, 8), "a block of 8 bytes"},
		{"odd block", section + header(6, 35), "a block of 35 bytes"},
		{"huge block", section + header(6, 0xfffffff0), "a block of 4294967280 bytes"},
		{"huge unknown block", section + header(0xbad, 0xfffffff0), "unexpected EOF"},
		{"packet without an interface", section + header(6, 36, 0, 0, 0, 0, 0, 0, 36), "on interface 0"},
		{"packet larger than its block", section + header(1, 20, 1, 0, 20, 6, 36, 0, 0, 0, 100, 100, 0, 36), "a packet of 100 bytes"},
		{"short interface", section + header(1, 16, 1, 16), "interface 0"},
		{"simple packet without an interface", section + header(3, 16, 0, 16), "simple packet"},
		{"damaged gzip", "\x1f\x8b\x08 damaged, this", "gzip"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all, err := capture.Read(strings.NewReader(tt.file))
			require.Empty(t, all)
			require.ErrorContains(t, err, tt.want)
			require.True(t, errorsIsAny(err, capture.ErrFormat, io.ErrUnexpectedEOF))
		})
	}
}

// TestReadByteOrder turns every number of a file round.
func TestReadByteOrder(t *testing.T) {
	c := closed(t)
	file := network{}.pcap(t, network{}.frames(t, c))
	turn := func(b []byte) { slices.Reverse(b) }
	for i, n := range []int{4, 2, 2, 4, 4, 4, 4} {
		turn(file[[]int{0, 4, 6, 8, 12, 16, 20}[i]:][:n])
	}
	for rest := file[24:]; len(rest) > 0; {
		n := int(binary.LittleEndian.Uint32(rest[8:]))
		for i := range 4 {
			turn(rest[4*i:][:4])
		}
		rest = rest[16+n:]
	}
	got := read(t, file, 1)[0]
	requireSame(t, c, got)
	require.True(t, c.begin.Equal(got.Start))
}

// TestReadBigEndian reads a pcapng file of the other byte order with obsolete
// and simple packet blocks, another resolution of time, and blocks of no
// interest.
func TestReadBigEndian(t *testing.T) {
	c := closed(t)
	frames := network{}.frames(t, c)
	var out bytes.Buffer
	block := func(kind uint32, body []byte) {
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
		size := binary.BigEndian.AppendUint32(nil, uint32(len(body)+12))
		out.Write(binary.BigEndian.AppendUint32(nil, kind))
		out.Write(size)
		out.Write(body)
		out.Write(size)
	}
	words := func(list ...uint32) (b []byte) {
		for _, w := range list {
			b = binary.BigEndian.AppendUint32(b, w)
		}
		return b
	}
	block(0x0a0d0d0a, words(0x1a2b3c4d, 1<<16, 0xffffffff, 0xffffffff))
	block(0xbad, []byte("unknown"))
	// if_tsresol: 2^-20 seconds; if_tsoffset: 1,000,000,000 seconds
	block(1, append(words(1<<16, 0), 0, 9, 0, 1, 0x80|20, 0, 0, 0, 0, 14, 0, 8, 0, 0, 0, 0, 0x3b, 0x9a, 0xca, 0, 0, 0, 0, 0))
	for i, f := range frames {
		if i == 2 {
			block(3, append(words(uint32(len(f.data))), f.data...)) // an ACK, without a time
			continue
		}
		stamp := uint64(f.at.Unix()-1_000_000_000)<<20 | uint64(f.at.Nanosecond())<<20/1_000_000_000
		block(2, append(words(0, uint32(stamp>>32), uint32(stamp), uint32(len(f.data)), uint32(f.size)), f.data...))
	}
	got := read(t, out.Bytes(), 1)[0]
	requireSame(t, c, got)
	require.WithinDuration(t, c.begin, got.Start, 2000)
}
