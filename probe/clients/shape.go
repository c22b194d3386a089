package clients

import (
	"encoding/binary"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// Shape returns what tells the hellos of clients apart: all that is in it but what
// is drawn anew for each connection, nil if it cannot be read. It is for
// comparison and is no hello itself: of key shares it has groups and size.
func (c Client) Shape() []byte {
	hello, err := parse(c.Hello)
	if err != nil {
		return nil
	}
	clear(hello.Random[:])
	clear(hello.SessionID)
	for i, e := range hello.Extensions {
		if e.Type == probe.ExtensionKeyShare {
			groups, _ := tlswire.KeyShareGroups(e.Data)
			hello.Extensions[i].Data, _ = binary.Append(nil, binary.BigEndian, append(groups, uint16(len(e.Data))))
		}
	}
	message, err := hello.Append(nil)
	if err != nil {
		return nil
	}
	return tlswire.AppendRecords(nil, recordHandshake, uint16(recordVersion(c.Hello)), message, 0)
}

// String names the client with what runs it and how it is set.
func (c Client) String() string {
	name := c.Name
	for _, part := range []struct{ word, text string }{{" on ", c.Runtime}, {" on ", c.OS}, {", ", c.Settings}} {
		if part.text != "" {
			name += part.word + part.text
		}
	}
	return name
}
