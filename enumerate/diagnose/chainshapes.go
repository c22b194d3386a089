package diagnose

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A shape is a tolerance and the hellos that are like it.
type shape struct {
	tolerance, accepts, client string
	has                        func(judge) bool
	mend                       func(*probe.Hello)
}

var shapes = []shape{
	{"no renegotiation SCSV", "the renegotiation SCSV", "send TLS_EMPTY_RENEGOTIATION_INFO_SCSV", func(j judge) bool {
		return !slices.Contains(j.hello.CipherSuites, probe.EmptyRenegotiationInfoSCSV) && !j.sends(probe.ExtensionRenegotiationInfo)
	}, func(h *probe.Hello) {
		h.CipherSuites = append(slices.Clone(h.CipherSuites), probe.EmptyRenegotiationInfoSCSV)
	}},
	lacks("no server_name", "server_name", probe.ExtensionServerName),
	lacks("no ec_point_formats", "ec_point_formats", probe.ExtensionECPointFormats),
	lacks("no extended_master_secret", "extended_master_secret", probe.ExtensionExtendedMasterSecret),
	lacks("no session_ticket", "session_ticket", probe.ExtensionSessionTicket),
	{"GREASE", "no GREASE", "leave out the reserved values of RFC 8701", judge.greases, withoutGREASE},
	{"TLS records of 64 bytes", "one TLS record", "send the hello in one TLS record", func(j judge) bool {
		return j.records() > 1
	}, func(h *probe.Hello) { h.Framing.RecordSize = 0 }},
	{"TCP segments of 100 bytes", "one TCP segment", "send the hello in one piece", func(j judge) bool {
		return j.hello.Framing.SegmentSize > 0
	}, func(h *probe.Hello) { h.Framing.SegmentSize = 0 }},
	{"TDS packets of 128 bytes", "one TDS packet", "send the hello in one TDS packet", func(j judge) bool {
		return j.hello.Framing.PacketSize > 0
	}, func(h *probe.Hello) { h.Framing.PacketSize = 0 }},
	{"TDS packet ids from 0", "TDS packet ids from 1", "number TDS packets from 1", func(j judge) bool {
		return j.hello.Framing.ZeroPacketID
	}, func(h *probe.Hello) { h.Framing.ZeroPacketID = false }},
}

// lacks is the shape of hellos without an extension.
func lacks(tolerance, name string, extension uint16) shape {
	return shape{tolerance, name, "send " + name,
		func(j judge) bool { return !j.sends(extension) },
		func(h *probe.Hello) { include(h, extension) },
	}
}

// records counts the TLS records of the hello.
func (j judge) records() int {
	const header = 5
	n := 0
	for b := j.raw; len(b) >= header; n++ {
		b = b[min(len(b), header+int(b[3])<<8+int(b[4])):]
	}
	return n
}

// isGREASE reports whether a value is of RFC 8701, section 2.
func isGREASE(v uint16) bool { return v&0x0f0f == 0x0a0a && v>>8 == v&0xff }

func (j judge) greases() bool {
	h := j.hello
	return slices.ContainsFunc(h.CipherSuites, func(v probe.CipherSuite) bool { return isGREASE(uint16(v)) }) ||
		slices.ContainsFunc(h.Groups, func(v probe.Group) bool { return isGREASE(uint16(v)) }) ||
		slices.ContainsFunc(h.SignatureSchemes, func(v probe.SignatureScheme) bool { return isGREASE(uint16(v)) }) ||
		slices.ContainsFunc(h.Extensions, func(e probe.Extension) bool { return isGREASE(e.Type) })
}

func withoutGREASE(h *probe.Hello) {
	h.CipherSuites = slices.DeleteFunc(slices.Clone(h.CipherSuites), func(v probe.CipherSuite) bool { return isGREASE(uint16(v)) })
	h.Groups = slices.DeleteFunc(slices.Clone(h.Groups), func(v probe.Group) bool { return isGREASE(uint16(v)) })
	h.SignatureSchemes = slices.DeleteFunc(slices.Clone(h.SignatureSchemes), func(v probe.SignatureScheme) bool { return isGREASE(uint16(v)) })
	h.Extensions = slices.DeleteFunc(slices.Clone(h.Extensions), func(e probe.Extension) bool { return isGREASE(e.Type) })
	h.KeyShares = slices.DeleteFunc(slices.Clone(h.KeyShares), func(v probe.Group) bool { return isGREASE(uint16(v)) })
	if len(h.Groups) == 0 { // an empty list is none: RFC 8422, section 5.1.1
		h.Omit = append(slices.Clone(h.Omit), probe.ExtensionSupportedGroups)
	}
	if len(h.SignatureSchemes) == 0 {
		h.Omit = append(slices.Clone(h.Omit), probe.ExtensionSignatureAlgorithms)
	}
}
