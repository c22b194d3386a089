package capture

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// ErrFormat is wrapped by the errors of [Read] for files that are neither pcap
// nor pcapng, or that are damaged.
var ErrFormat = errors.New("capture: not a capture file")

// maxPacket bounds what a packet may have in a file: libpcap writes no more.
const maxPacket = 1 << 18

// A packet is one packet of a file.
type packet struct {
	at   time.Time
	link uint32 // LINKTYPE_ value
	data []byte // valid until the next packet is read
	cut  int    // how many bytes more it had on the wire
}

// A source is a file that packets are read from. At its end next returns
// io.EOF, in the midst of a packet io.ErrUnexpectedEOF.
type source interface{ next() (packet, error) }

// open tells by the first bytes which kind of file it is.
func open(r io.Reader) (source, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := b.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFormat, err)
		}
		b = bufio.NewReaderSize(unzipped{z}, 1<<16)
	}
	magic, err := b.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(magic) < 4 {
		return nil, fmt.Errorf("%w: %d bytes", ErrFormat, len(magic))
	}
	if binary.BigEndian.Uint32(magic) == blockSection {
		return &ngFile{r: b}, nil
	}
	return openPcap(b)
}

// An unzipped is what is inside a gzip file.
type unzipped struct{ z *gzip.Reader }

func (u unzipped) Read(b []byte) (int, error) {
	n, err := u.z.Read(b)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("%w: gzip: %w", ErrFormat, err)
	}
	return n, err
}

// inside says that the end of the file came within something.
func inside(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
