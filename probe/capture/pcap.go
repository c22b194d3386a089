package capture

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// Sizes of the headers of a pcap file.
const (
	pcapHeader   = 24
	pcapPacket   = 16
	linkTypeMask = 1<<28 - 1 // above it is the length of the frame check sequence
)

// A pcapFile is a file of draft-ietf-opsawg-pcap.
type pcapFile struct {
	r      io.Reader
	order  binary.ByteOrder
	tick   time.Duration // of time stamps: a microsecond or a nanosecond
	link   uint32
	buffer []byte
}

// openPcap reads the header of the file.
func openPcap(r io.Reader) (*pcapFile, error) {
	var header [pcapHeader]byte
	if _, err := io.ReadFull(r, header[:4]); err != nil {
		return nil, err
	}
	f := &pcapFile{r: r, order: binary.LittleEndian, tick: time.Microsecond}
	magic := binary.LittleEndian.Uint32(header[:])
	if magic == 0xd4c3b2a1 || magic == 0x4d3cb2a1 {
		f.order = binary.BigEndian
		magic = binary.BigEndian.Uint32(header[:])
	}
	switch magic {
	case 0xa1b2c3d4:
	case 0xa1b23c4d:
		f.tick = time.Nanosecond
	default:
		return nil, fmt.Errorf("%w: it begins with % x", ErrFormat, header[:4])
	}
	if _, err := io.ReadFull(r, header[4:]); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, inside(err))
	}
	f.link = f.order.Uint32(header[20:]) & linkTypeMask
	return f, nil
}

func (f *pcapFile) next() (packet, error) {
	var header [pcapPacket]byte
	if _, err := io.ReadFull(f.r, header[:]); err != nil {
		return packet{}, err
	}
	size, wire := f.order.Uint32(header[8:]), f.order.Uint32(header[12:])
	if size > maxPacket {
		return packet{}, fmt.Errorf("%w: a packet of %d bytes", ErrFormat, size)
	}
	f.buffer = append(f.buffer[:0], make([]byte, size)...)
	if _, err := io.ReadFull(f.r, f.buffer); err != nil {
		return packet{}, inside(err)
	}
	seconds, ticks := f.order.Uint32(header[:]), f.order.Uint32(header[4:])
	return packet{
		at:   time.Unix(int64(seconds), int64(ticks)*int64(f.tick)).UTC(),
		link: f.link,
		data: f.buffer,
		cut:  cutOff(size, wire),
	}, nil
}

// cutOff returns how many bytes a packet lacks: it had wire bytes, and size of
// them are in the file.
func cutOff(size, wire uint32) int {
	if wire <= size {
		return 0
	}
	return int(min(wire-size, maxPacket))
}
