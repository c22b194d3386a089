package capture

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
)

// MaxConnections bounds what [Read] returns.
const MaxConnections = 10000

// ErrTooMany says that a file has more connections than [MaxConnections].
var ErrTooMany = errors.New("capture: too many connections")

// Read returns the connections to SQL Servers in a pcap or pcapng file, by the
// time of their start. A SYN that was refused or not answered is one, too:
// whom it was meant for cannot be told. Connections with TLS of other protocols
// are in it with [probe.ModeTLS].
//
// The error is not nil if the file could not be read to its end; what is
// returned then is what it has up to there. It wraps [ErrFormat] if the file is
// not one or is damaged, io.ErrUnexpectedEOF if it is cut short, [ErrTooMany],
// or is that of r.
func Read(r io.Reader) ([]Connection, error) {
	file, err := open(r)
	if err != nil {
		return nil, err
	}
	fs := flows{open: map[[2]netip.AddrPort]*flow{}}
	var p packet
	for n := 1; err == nil; n++ {
		if p, err = file.next(); err != nil {
			break
		}
		fs.last = mark{p.at, n}
		if seg, ok := decode(p); ok {
			seg.n = n
			fs.add(seg)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	} else {
		err = fmt.Errorf("capture: packet %d: %w", fs.last.n+1, err)
	}
	all := fs.all()
	if len(all) > MaxConnections {
		all, err = all[:MaxConnections], errors.Join(err, ErrTooMany)
	}
	return all, err
}
