package clients_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// host is the server name of the captures.
const host = "sql.example.test"

// find returns a client that has to be there.
func find(t testing.TB, id string) clients.Client {
	t.Helper()
	c, err := clients.Find(id)
	require.NoError(t, err)
	return c
}

// attempt returns what a client sends to a server.
func attempt(t testing.TB, c clients.Client, name string) probe.Attempt {
	t.Helper()
	a, err := c.Attempt(name)
	require.NoError(t, err)
	return a
}

// A part is a piece of a record, by its first byte and its size.
type part struct{ at, size int }

// A layout is where in a ClientHello of one record things are.
type layout struct {
	random, session part
	extensions      map[uint16]part
	shares          []part // keys
	groups          []probe.Group
}

// locate finds the parts of a hello. It knows nothing of the package's own
// reading: RFC 8446, section 4.1.2.
func locate(t testing.TB, record []byte) layout {
	t.Helper()
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(record[at:])) }
	require.Equal(t, byte(22), record[0])
	require.Equal(t, len(record)-5, u16(3), "more than one record")
	require.Equal(t, len(record)-9, u16(7), "more than one message")
	l := layout{random: part{11, 32}, session: part{44, int(record[43])}, extensions: map[uint16]part{}}
	at := 44 + l.session.size
	at += 2 + u16(at)         // suites
	at += 1 + int(record[at]) // compression
	require.Equal(t, len(record)-at-2, u16(at))
	for at += 2; at < len(record); {
		kind, data := uint16(u16(at)), part{at + 4, u16(at + 2)}
		require.NotContains(t, l.extensions, kind)
		l.extensions[kind] = data
		at = data.at + data.size
	}
	require.Len(t, record, at)
	if shares, ok := l.extensions[51]; ok {
		for at := shares.at + 2; at < shares.at+shares.size; at += 4 + u16(at+2) {
			l.groups = append(l.groups, probe.Group(u16(at)))
			l.shares = append(l.shares, part{at + 4, u16(at + 2)})
		}
	}
	return l
}

// drawn returns the parts that a client draws anew for each connection.
func (l layout) drawn() []part { return append([]part{l.random, l.session}, l.shares...) }

// masked returns a hello with zeros for what is drawn anew.
func masked(t testing.TB, record []byte) []byte {
	t.Helper()
	out := append([]byte{}, record...)
	for _, p := range locate(t, record).drawn() {
		clear(out[p.at : p.at+p.size])
	}
	return out
}

// name returns the host in server_name, empty if there is none.
func (l layout) name(record []byte) string {
	p := l.extensions[0]
	if p.size < 5 {
		return ""
	}
	return string(record[p.at+5 : p.at+p.size])
}
