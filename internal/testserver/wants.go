package testserver

import (
	"net"
	"slices"
)

// Wants says which hellos of SSL 3.0 and later a server, or a box before it,
// takes at all: those that it does not take are refused. The zero value takes
// every one.
type Wants struct {
	// Renegotiation wants the renegotiation SCSV or extension: RFC 5746.
	Renegotiation bool
	// PointFormats wants ec_point_formats, and ServerName wants server_name.
	PointFormats, ServerName bool
	// MaxName bounds the bytes of server_name, and NoAddress refuses an IP address
	// there. If zero, there is no bound.
	MaxName   int
	NoAddress bool
	// Extensions wants these extensions too, and NoExtensions does not take these.
	Extensions, NoExtensions []uint16
	// MaxVersion bounds the version in the hello's own field, for servers that do
	// not know how to negotiate. If zero, there is no bound.
	MaxVersion uint16
	// RecordVersion is the only version that records may have. If zero, any.
	RecordVersion uint16
	// MaxSize bounds the handshake message, its header included. If zero, there
	// is no bound but that of Schannel.
	MaxSize int
	// OddSizes has first and last size of those that are not taken: 256 and 511
	// for the boxes that RFC 7685 pads against.
	OddSizes [2]int
	// MaxSuites bounds the number of cipher suites. If zero, there is no bound.
	MaxSuites int
	// NoGREASE refuses the reserved values of RFC 8701 among suites, groups and
	// signature schemes.
	NoGREASE bool
	// KnownExtensions refuses extensions that clients of SQL Server do not send.
	KnownExtensions bool
	// KnownALPN refuses hellos that offer protocols, but not tds/8.0.
	KnownALPN bool
	// OneRecord, OnePacket and OneSegment want the hello whole in one TLS
	// record, in one TDS packet, and in what one read from the socket brings.
	OneRecord, OnePacket, OneSegment bool
	// PacketIDs wants the TDS packets of the hello numbered from 1, and
	// PreloginIDs those of PRELOGIN in clear text, which is closed on otherwise.
	PacketIDs, PreloginIDs bool
	// Prelogin wants these options in a PRELOGIN message in clear text, and
	// NoPrelogin does not take these. It is closed on otherwise.
	Prelogin, NoPrelogin []byte
	// NoEncryption closes on PRELOGIN that asks for these values of ENCRYPTION.
	NoEncryption []byte
	// ThisInstance closes on PRELOGIN for another instance.
	ThisInstance bool
}

// An arrival is how a hello came.
type arrival struct {
	by    carriage // of TDS, zero without TDS
	reads int      // from the socket
}

// take reports whether a hello is taken.
func (w Wants) take(h *hello, a arrival) bool {
	size := len(h.message)
	switch {
	case w.Renegotiation && !h.renegotiates(),
		w.RecordVersion != 0 && h.recordVersion() != w.RecordVersion,
		w.MaxVersion > 0 && h.version > w.MaxVersion,
		w.MaxSize > 0 && size > w.MaxSize,
		w.OddSizes[1] > 0 && size >= w.OddSizes[0] && size <= w.OddSizes[1],
		w.MaxSuites > 0 && len(h.suites) > w.MaxSuites,
		w.NoGREASE && h.greases(),
		w.OneRecord && h.records > 1,
		w.OnePacket && a.by.packets > 1,
		w.PacketIDs && a.by.packets > 0 && a.by.firstID != 1,
		w.OneSegment && a.reads > 1:
		return false
	}
	return w.takesExtensions(h)
}

// Extensions that the server only looks for.
const (
	extServerName    = 0
	extPointFormats  = 11
	extPadding       = 21
	extExchangeModes = 45
)

// extensionsKnown are those of clients of SQL Server, and padding.
var extensionsKnown = []uint16{
	extServerName, extStatus, extGroups, extPointFormats, extSchemes, extALPN, extPadding,
	extMasterSecret, extTicket, extVersions, extExchangeModes, extKeyShare, extRenegotiation,
}

func (w Wants) takesExtensions(h *hello) bool {
	wanted := slices.Clone(w.Extensions)
	if w.PointFormats {
		wanted = append(wanted, extPointFormats)
	}
	if w.ServerName {
		wanted = append(wanted, extServerName)
	}
	for _, kind := range wanted {
		if _, ok := h.extensions[kind]; !ok {
			return false
		}
	}
	for kind := range h.extensions {
		if w.KnownExtensions && !slices.Contains(extensionsKnown, kind) || slices.Contains(w.NoExtensions, kind) {
			return false
		}
	}
	name := h.serverName()
	if w.MaxName > 0 && len(name) > w.MaxName || w.NoAddress && net.ParseIP(name) != nil {
		return false
	}
	_, offers := h.extensions[extALPN]
	return !w.KnownALPN || !offers || h.alpn(alpnTDS8)
}

// takesPrelogin reports whether the options of a PRELOGIN message are taken.
func (w Wants) takesPrelogin(options map[byte][]byte) bool {
	if asked := options[optEncryption]; len(asked) > 0 && slices.Contains(w.NoEncryption, asked[0]) {
		return false
	}
	has := func(token byte) bool { _, ok := options[token]; return ok }
	return !slices.ContainsFunc(w.NoPrelogin, has) && !slices.ContainsFunc(w.Prelogin, func(token byte) bool { return !has(token) })
}

// serverName returns the host_name of the hello: RFC 6066, section 3.
func (h *hello) serverName() string {
	c := &cursor{b: h.extensions[extServerName]}
	c.take(3)
	return string(c.vector16())
}

// greases reports whether a value of RFC 8701 is in a list of the hello.
func (h *hello) greases() bool {
	groups, _ := h.list(extGroups)
	schemes, _ := h.list(extSchemes)
	return slices.ContainsFunc(slices.Concat(h.suites, groups, schemes), isGREASE)
}

// isGREASE reports whether a value is one of those that RFC 8701 reserves.
func isGREASE(v uint16) bool { return v&0x0f0f == 0x0a0a && v>>8 == v&0xff }

func (h *hello) recordVersion() uint16 { return uint16(h.raw[1])<<8 | uint16(h.raw[2]) }
