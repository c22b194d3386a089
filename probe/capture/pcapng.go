package capture

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"time"
)

// Block types of draft-ietf-opsawg-pcapng, section 4.
const (
	blockSection   = 0x0a0d0d0a
	blockInterface = 1
	blockObsolete  = 2 // Packet Block
	blockSimple    = 3
	blockEnhanced  = 6
)

// Options of the Interface Description Block: section 4.2.
const (
	optionEnd        = 0
	optionResolution = 9
	optionOffset     = 14
)

// maxInterfaces bounds the interfaces of a section.
const maxInterfaces = 1 << 12

// An ngFile is a file of draft-ietf-opsawg-pcapng.
type ngFile struct {
	r          io.Reader
	order      binary.ByteOrder
	interfaces []ngInterface
	buffer     []byte
}

// An ngInterface is where packets of a section were captured.
type ngInterface struct {
	link    uint32
	snaplen uint32
	units   uint64 // of time stamps, per second
	offset  int64  // seconds
}

func (f *ngFile) next() (packet, error) {
	for {
		kind, body, err := f.block()
		if err != nil {
			return packet{}, err
		}
		switch kind {
		case blockInterface:
			err = f.addInterface(body)
		case blockEnhanced, blockObsolete:
			return f.enhanced(kind, body)
		case blockSimple:
			return f.simple(body)
		}
		if err != nil {
			return packet{}, err
		}
	}
}

// block reads one block. Of the types that are not known it returns no body.
func (f *ngFile) block() (kind uint32, body []byte, err error) {
	var header [8]byte
	if _, err := io.ReadFull(f.r, header[:]); err != nil {
		return 0, nil, err
	}
	const around = 12 // type, and length before and behind
	read := uint32(len(header))
	if binary.BigEndian.Uint32(header[:]) == blockSection { // reads the same in both orders
		if err := f.section(); err != nil {
			return 0, nil, err
		}
		read += 4
	}
	if f.order == nil {
		return 0, nil, fmt.Errorf("%w: a block before the first section", ErrFormat)
	}
	kind = f.order.Uint32(header[:])
	size := f.order.Uint32(header[4:])
	if size < max(around, read+4) || size%4 != 0 {
		return 0, nil, fmt.Errorf("%w: a block of %d bytes", ErrFormat, size)
	}
	switch kind {
	case blockInterface, blockObsolete, blockSimple, blockEnhanced:
	default:
		_, err := io.CopyN(io.Discard, f.r, int64(size-read))
		return kind, nil, inside(err)
	}
	if size > maxPacket+1<<16 {
		return 0, nil, fmt.Errorf("%w: a block of %d bytes", ErrFormat, size)
	}
	f.buffer = append(f.buffer[:0], make([]byte, size-read)...)
	if _, err := io.ReadFull(f.r, f.buffer); err != nil {
		return 0, nil, inside(err)
	}
	return kind, f.buffer[:size-around], nil
}

// section begins a section, which may have another byte order: section 4.1.
func (f *ngFile) section() error {
	var magic [4]byte
	if _, err := io.ReadFull(f.r, magic[:]); err != nil {
		return inside(err)
	}
	switch binary.BigEndian.Uint32(magic[:]) {
	case 0x1a2b3c4d:
		f.order = binary.BigEndian
	case 0x4d3c2b1a:
		f.order = binary.LittleEndian
	default:
		return fmt.Errorf("%w: a section of unknown byte order", ErrFormat)
	}
	f.interfaces = f.interfaces[:0]
	return nil
}

func (f *ngFile) addInterface(body []byte) error {
	if len(body) < 8 || len(f.interfaces) == maxInterfaces {
		return fmt.Errorf("%w: interface %d", ErrFormat, len(f.interfaces))
	}
	i := ngInterface{link: uint32(f.order.Uint16(body)), snaplen: f.order.Uint32(body[4:]), units: 1e6}
	for rest := body[8:]; len(rest) >= 4; {
		code, n := f.order.Uint16(rest), int(f.order.Uint16(rest[2:]))
		rest = rest[4:]
		if code == optionEnd || n > len(rest) {
			break
		}
		switch {
		case code == optionResolution && n == 1:
			i.units = resolution(rest[0])
		case code == optionOffset && n == 8:
			i.offset = int64(f.order.Uint64(rest))
		}
		rest = rest[min((n+3)&^3, len(rest)):]
	}
	f.interfaces = append(f.interfaces, i)
	return nil
}

// resolution returns the units per second that if_tsresol says: a negative
// power of 10 or, with the highest bit, of 2. Impossible ones are microseconds.
func resolution(option byte) uint64 {
	exponent := option & 0x7f
	switch {
	case option&0x80 != 0 && exponent < 64:
		return 1 << exponent
	case option&0x80 != 0 || exponent > 19:
		return 1e6
	}
	units := uint64(1)
	for range exponent {
		units *= 10
	}
	return units
}

// lastSecond is the end of the year 9999: later times have no text.
const lastSecond = 253402300799

// time returns the time of a stamp, zero if that is out of all reason.
func (i ngInterface) time(stamp uint64) time.Time {
	high, low := bits.Mul64(stamp%i.units, 1e9)
	nanoseconds, _ := bits.Div64(high, low, i.units)
	seconds := int64(stamp/i.units) + i.offset
	if seconds < 0 || seconds > lastSecond {
		return time.Time{}
	}
	return time.Unix(seconds, int64(nanoseconds)).UTC()
}

// enhanced reads an Enhanced Packet Block, section 4.3, or the obsolete Packet
// Block, which differs in the first four bytes.
func (f *ngFile) enhanced(kind uint32, body []byte) (packet, error) {
	const header = 20
	if len(body) < header {
		return packet{}, fmt.Errorf("%w: a packet block of %d bytes", ErrFormat, len(body))
	}
	id := f.order.Uint32(body)
	if kind == blockObsolete {
		id = uint32(f.order.Uint16(body))
	}
	size, wire := f.order.Uint32(body[12:]), f.order.Uint32(body[16:])
	if id >= uint32(len(f.interfaces)) || size > uint32(len(body)-header) {
		return packet{}, fmt.Errorf("%w: a packet of %d bytes on interface %d", ErrFormat, size, id)
	}
	i := f.interfaces[id]
	stamp := uint64(f.order.Uint32(body[4:]))<<32 | uint64(f.order.Uint32(body[8:]))
	return packet{at: i.time(stamp), link: i.link, data: body[header : header+size], cut: cutOff(size, wire)}, nil
}

// simple reads a Simple Packet Block, section 4.4, which has no time.
func (f *ngFile) simple(body []byte) (packet, error) {
	if len(body) < 4 || len(f.interfaces) == 0 {
		return packet{}, fmt.Errorf("%w: a simple packet block of %d bytes", ErrFormat, len(body))
	}
	i := f.interfaces[0]
	wire := f.order.Uint32(body)
	size := min(wire, uint32(len(body)-4))
	if i.snaplen > 0 {
		size = min(size, i.snaplen)
	}
	return packet{link: i.link, data: body[4 : 4+size], cut: cutOff(size, wire)}, nil
}
