package capture

import (
	"bytes"
	"errors"
	"math"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// An examination is a flow while it is being judged.
type examination struct {
	*Connection
	flow           *flow
	client, server half
	asked          mark // when the client had said what it waits for an answer to
	decided        mark // when the outcome was decided
	end            mark // of the connection, or of the file
	hello          int  // size of the client's hello in the bytes of TLS
	hellos         int  // size of both hellos, after a HelloRetryRequest
	sealed         bool // the server's alert is encrypted
}

// examine judges a flow. It is not ok if the flow has nothing to do with SQL
// Server.
func examine(f *flow, last mark) (c Connection, ok bool) {
	if f.client < 0 || f.other {
		return Connection{}, false
	}
	x := &examination{Connection: &c, flow: f, end: last}
	c.Client, c.Server = f.ends[f.client], f.ends[1-f.client]
	c.Start, c.SYNs = f.first.at, f.syns
	c.Midway = f.syn == nil && f.answer == nil
	c.Result.Address = c.Server.String()
	said, heard := f.sides[f.client].stream(), f.sides[1-f.client].stream()
	x.setEnd()
	switch {
	case len(said.data) > 0:
		x.listen(said, heard)
		x.judge()
	case f.syn != nil && f.answer == nil && len(heard.data) == 0 && !said.gap:
		x.unreachable()
	default:
		return Connection{}, false
	}
	x.setTimes()
	c.Verdict = x.say()
	return c, true
}

// setEnd finds out who ended the connection first, and when.
func (x *examination) setEnd() {
	c, how := x.flow.sides[x.flow.client].ended()
	if c != nil {
		x.EndedBy, x.End, x.end = Client, how, *c
	}
	s, how := x.flow.sides[1-x.flow.client].ended()
	if s != nil && (c == nil || s.n < c.n) {
		x.EndedBy, x.End, x.end = Server, how, *s
	}
}

// unreachable is the end of a SYN that was refused, or not answered.
func (x *examination) unreachable() {
	x.Result.Stage, x.Result.Outcome = probe.StageDial, probe.Unreachable
	x.Result.Err = errors.New("capture: no connection")
	x.Result.Address = ""
	x.asked, x.decided = *x.flow.syn, x.end
}

// listen takes what both sides said apart.
func (x *examination) listen(said, heard stream) {
	tds := said.data[0] == packetPrelogin
	x.client, x.server = split(said, tds), split(heard, tds)
	x.Incomplete = said.gap || heard.gap
	x.Result.BytesOut, x.Result.BytesIn = len(said.data), len(heard.data)
	if x.client.prelogin != nil {
		x.Prelogin, _ = prelogin.Parse(x.client.prelogin) // malformed ones are in Result all the same
	}
	x.Result.Attempt = probe.Attempt{Name: "captured", Prelogin: literal(x.client.prelogin)}
	if len(x.client.tls) > 0 {
		x.setHello()
	}
	switch {
	case tds:
		x.Mode = probe.ModeTDS7
	case bytes.Contains(x.Result.Hello.Raw, []byte("\x07"+probe.ALPNTDS8)): // which works for a part, too
		x.Mode = probe.ModeTDS8
	default:
		x.Mode = probe.ModeTLS
	}
}

// setHello takes the client's hello as it was sent. One that cannot be parsed is
// a hello all the same.
func (x *examination) setHello() {
	x.hello = helloSize(x.client.tls)
	raw := bytes.Clone(x.client.tls)
	if x.hello > 0 {
		raw = raw[:x.hello]
	}
	hello, err := probe.ParseHello(raw)
	if err != nil {
		hello = probe.Hello{Raw: raw}
	}
	hello.Framing = probe.Framing{PacketSize: x.client.packet, ZeroPacketID: x.client.zeroID}
	x.Result.Hello = hello
	x.ServerName = serverName(raw)
	x.hellos = x.hello
}

// serverName returns the name in server_name: RFC 6066, section 3.
func serverName(records []byte) string {
	message, err := tlswire.HandshakeMessage(records)
	if err != nil {
		return ""
	}
	hello, err := tlswire.ParseClientHello(message)
	if err != nil {
		return ""
	}
	for _, e := range hello.Extensions {
		const before = 5 // length of the list, type and length of the name
		if e.Type == 0 && len(e.Data) > before && e.Data[2] == 0 {
			return string(e.Data[before:])
		}
	}
	return ""
}

// literal returns a PRELOGIN body taken literally, whatever it is.
func literal(body []byte) prelogin.Raw {
	const size = 5 // of an entry
	var raw prelogin.Raw
	for rest := body; len(rest) > 0; rest = rest[size:] {
		if prelogin.Token(rest[0]) == prelogin.TokenTerminator {
			raw.Data = bytes.Clone(rest[1:])
			return raw
		}
		if len(rest) < size {
			break
		}
		raw.Table = append(raw.Table, prelogin.Entry{
			Token:  prelogin.Token(rest[0]),
			Offset: uint16(rest[1])<<8 | uint16(rest[2]),
			Length: uint16(rest[3])<<8 | uint16(rest[4]),
		})
	}
	if body == nil {
		return prelogin.Raw{}
	}
	return prelogin.Raw{NoTerminator: true, Data: bytes.Clone(body)}
}

// setTimes measures the steps of the connection.
func (x *examination) setTimes() {
	t := &x.Result.Timing
	if x.flow.syn != nil && x.flow.answer != nil {
		t.Dial = since(*x.flow.syn, *x.flow.answer)
	}
	if x.server.prelogin != nil {
		t.Prelogin = since(x.client.raw.when(x.client.skipped), x.server.raw.when(x.server.skipped))
	}
	if len(x.client.tls) > 0 && x.hello > 0 {
		until := x.decided
		if rest := x.client.records(x.hello); len(rest) > 0 {
			if answer, ok := x.server.raw.last(rest[0].n); ok {
				until = answer
			}
		}
		t.Handshake = since(x.client.when(x.hello), until)
	}
	begin := x.asked
	if x.Result.Outcome == probe.Aborted || begin.n == 0 {
		other := x.client.raw
		if x.Result.Outcome == probe.Aborted {
			other = x.server.raw
		}
		begin, _ = other.last(max(x.decided.n, 1))
	}
	if begin.n > 0 {
		x.After = since(begin, x.decided)
	}
}

// lastWord returns when the server said the last thing that is in the file.
func (x *examination) lastWord() mark {
	if word, ok := x.server.raw.last(math.MaxInt); ok {
		return word
	}
	return x.end
}
