package enumerate

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// explicitGroups describe a curve in the ServerKeyExchange itself (RFC 8422
// deprecates them): a hello that offers them may be answered in a form that
// names no group.
var explicitGroups = []probe.Group{0xff01, 0xff02}

// groups returns all groups, so that no suite is refused for want of one.
func groups() []probe.Group { return without(probe.Groups(), explicitGroups) }

// wideHello returns a hello that offers all suites that fit any version from
// lowest to highest, every group and every signature scheme.
func wideHello(lowest, highest probe.Version) probe.Hello {
	var versions []probe.Version
	for v := lowest; v <= highest; v++ {
		versions = append(versions, v)
	}
	return versionHello(highest, lowest, probe.CipherSuites(versions...))
}

// pinnedHello returns a hello that offers version v alone, and in it suites.
func pinnedHello(v probe.Version, suites []probe.CipherSuite) probe.Hello {
	return versionHello(v, v, suites)
}

func versionHello(highest, lowest probe.Version, suites []probe.CipherSuite) probe.Hello {
	h := probe.Hello{
		MaxVersion: highest, MinVersion: lowest,
		CipherSuites: slices.Clone(suites),
		Groups:       groups(),
	}
	if lowest < probe.TLS13 {
		h.CipherSuites = append(h.CipherSuites, probe.EmptyRenegotiationInfoSCSV)
	}
	if highest >= probe.TLS12 {
		h.SignatureSchemes = probe.SignatureSchemes()
	}
	return h
}

// ladder returns hellos that ask ever less of a server, or of a box before it,
// in lists that are in the order of the loops or in none:
// the first one that is answered is the baseline and the control of a scan. The
// later one of TLS 1.2 alone offers everything again: it is for a server that
// has TLS 1.3, but only groups or schemes that are of no use in it.
func ladder() []probe.Attempt {
	return []probe.Attempt{
		{Name: "baseline: TLS 1.0 to 1.3, every suite", Hello: wideHello(probe.TLS10, probe.TLS13)},
		{Name: "baseline: TLS 1.2, common suites"},
		{Name: "baseline: TLS 1.2, a hello of less than 256 bytes", Hello: probe.Hello{
			CipherSuites:     []probe.CipherSuite{0x002f, 0x009d, 0x009f, 0xc014, 0xc028, 0xc02f, 0xc030, probe.EmptyRenegotiationInfoSCSV},
			Groups:           []probe.Group{probe.SECP256R1, probe.SECP384R1},
			SignatureSchemes: []probe.SignatureScheme{0x0401, 0x0403, 0x0804, 0x0201, 0x0203},
			Omit:             []uint16{probe.ExtensionServerName, probe.ExtensionExtendedMasterSecret, probe.ExtensionSessionTicket},
		}},
		{Name: "baseline: TLS 1.2, every suite", Hello: wideHello(probe.TLS12, probe.TLS12)},
		{Name: "baseline: TLS 1.0, every suite", Hello: wideHello(probe.TLS10, probe.TLS10)},
		{Name: "baseline: TLS 1.0, common suites, no extensions", Hello: probe.Hello{
			MaxVersion: probe.TLS10,
			Omit:       []uint16{probe.ExtensionServerName, probe.ExtensionSupportedGroups, probe.ExtensionECPointFormats, probe.ExtensionExtendedMasterSecret, probe.ExtensionSessionTicket},
		}},
		{Name: "baseline: SSL 3.0", Hello: pinnedHello(probe.SSL30, probe.CipherSuites(probe.SSL30))},
		{Name: "baseline: SSL 2.0", Hello: probe.Hello{MaxVersion: probe.SSL20}},
	}
}

// A climb is the strategy that tries the rungs of a ladder one by one until
// one is accepted. It gives up when the server does no TLS at all, and when two
// rungs met silence or ended before their hello.
type climb []probe.Attempt

// Plan returns the next rung.
func (c climb) Plan(seen []probe.Result) []probe.Attempt {
	vain := 0
	for _, r := range seen {
		switch {
		case r.Outcome == probe.Accepted, r.Outcome == probe.NotOffered, r.Outcome == probe.TDSError:
			return nil
		case r.Outcome == probe.TimedOut, r.Stage < probe.StageClientHello:
			vain++
		}
	}
	if len(seen) == len(c) || vain == 2 {
		return nil
	}
	return c[len(seen) : len(seen)+1]
}
