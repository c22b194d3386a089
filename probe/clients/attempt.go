package clients

import (
	"crypto/rand"
	"fmt"
	"net/netip"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// Attempt returns what c sends to a server, for a target of c.Mode. The hello has
// fresh random bytes, session id and keys, names serverName where c names the
// server, and is as captured in all else. An empty name, or an IP address unless
// c.IPName, leaves server_name out. It fails if c.Hello is not one that can be
// read.
func (c Client) Attempt(serverName string) (probe.Attempt, error) {
	record, err := c.fresh(serverName)
	if err != nil {
		return probe.Attempt{}, fmt.Errorf("clients: %s: %w", c.ID, err)
	}
	return probe.Attempt{
		Name:     c.ID,
		Prelogin: c.freshPrelogin(),
		Hello:    probe.Hello{Raw: record, Framing: c.Framing},
	}, nil
}

// freshPrelogin returns the PRELOGIN of one connection.
func (c Client) freshPrelogin() prelogin.Raw {
	raw := c.Prelogin
	raw.Table, raw.Data = slices.Clone(raw.Table), slices.Clone(raw.Data)
	id := option(raw, prelogin.TokenTraceID)
	rand.Read(id[:min(max(c.Drawn, 0), len(id))])
	return raw
}

// fresh returns the hello of one connection.
func (c Client) fresh(name string) ([]byte, error) {
	hello, err := parse(c.Hello)
	if err != nil {
		return nil, err
	}
	captured, err := hello.Append(nil)
	if err != nil {
		return nil, err
	}
	rand.Read(hello.Random[:])
	rand.Read(hello.SessionID)
	if _, err := netip.ParseAddr(name); err == nil && !c.IPName {
		name = ""
	}
	setServerName(hello, name)
	for i, e := range hello.Extensions {
		if e.Type == probe.ExtensionKeyShare {
			if hello.Extensions[i].Data, err = freshShares(e.Data); err != nil {
				return nil, err
			}
		}
	}
	message, err := padded(hello, len(captured))
	if err != nil {
		return nil, err
	}
	return tlswire.AppendRecords(nil, recordHandshake, uint16(recordVersion(c.Hello)), message, 0), nil
}

// setServerName changes the name in a hello that has one.
func setServerName(hello *tlswire.ClientHello, name string) {
	i := slices.IndexFunc(hello.Extensions, func(e tlswire.Extension) bool { return e.Type == probe.ExtensionServerName })
	switch {
	case i < 0:
	case name == "":
		hello.Extensions = slices.Delete(hello.Extensions, i, i+1)
	default:
		hello.Extensions[i].Data = serverName(name)
	}
}

// padded returns the message. A hello that was padded to a size is brought to
// that size again, if without padding it is in the range that clients pad: RFC
// 7685, section 4.
func padded(hello *tlswire.ClientHello, size int) ([]byte, error) {
	i := slices.IndexFunc(hello.Extensions, func(e tlswire.Extension) bool { return e.Type == probe.ExtensionPadding })
	if i < 0 {
		return hello.Append(nil)
	}
	const smallest, header = 256, 4
	bare := *hello
	bare.Extensions = slices.Delete(slices.Clone(hello.Extensions), i, i+1)
	message, err := bare.Append(nil)
	if err != nil || len(message) < smallest || len(message) >= size {
		return message, err
	}
	hello.Extensions[i].Data = make([]byte, max(0, size-len(message)-header))
	return hello.Append(nil)
}
