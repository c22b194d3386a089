package fuzz

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// An idList is a list of ids in a hello.
type idList struct {
	name  string
	cites string
	get   func(*tlswire.ClientHello) ([]uint16, bool) // not ok if it is not there
	set   func(*tlswire.ClientHello, []uint16) bool   // false if so many have no room
	// unknown is an id that nobody has.
	unknown uint16
	// room is how many ids there can be.
	room int
}

// idLists are all lists of ids of two bytes.
var idLists = []idList{
	{"suites", rfcHello, func(h *tlswire.ClientHello) ([]uint16, bool) { return h.CipherSuites, true },
		func(h *tlswire.ClientHello, ids []uint16) bool {
			h.CipherSuites = ids
			return true
		}, 0xfe42, 32766},
	extensionList("supported_groups", probe.ExtensionSupportedGroups, "RFC 8446, section 4.2.7", 0x7f42),
	extensionList("signature_algorithms", probe.ExtensionSignatureAlgorithms, "RFC 8446, section 4.2.3", 0x7f42),
	{"supported_versions", "RFC 8446, section 4.2.1", func(h *tlswire.ClientHello) ([]uint16, bool) {
		if at := find(h, probe.ExtensionSupportedVersions); at >= 0 {
			return tlswire.SupportedVersions(h.Extensions[at].Data)
		}
		return nil, false
	}, func(h *tlswire.ClientHello, ids []uint16) bool {
		return len(ids) <= 127 && set(h, probe.ExtensionSupportedVersions, vector8(list16(ids)))
	}, 0x0399, 127},
}

// extensionList is a list that is all that an extension holds.
func extensionList(name string, id uint16, cites string, unknown uint16) idList {
	return idList{name, cites, func(h *tlswire.ClientHello) ([]uint16, bool) {
		if at := find(h, id); at >= 0 {
			return tlswire.Uint16List(h.Extensions[at].Data)
		}
		return nil, false
	}, func(h *tlswire.ClientHello, ids []uint16) bool { return set(h, id, vector16(list16(ids))) }, unknown, 32766}
}

// A listForm is a way to change any list of ids.
type listForm struct {
	name   string
	class  Class
	cites  string // if empty, what the list does
	change func(ids []uint16, l idList, rng *rand.Rand) []uint16
	least  int // of ids that it makes
}

var listForms = []listForm{
	{"empty", Malformed, "", func([]uint16, idList, *rand.Rand) []uint16 { return []uint16{} }, 0},
	{"one of them", WellFormed, "", func(ids []uint16, _ idList, rng *rand.Rand) []uint16 {
		if len(ids) < 2 {
			return ids
		}
		at := rng.IntN(len(ids))
		return ids[at : at+1]
	}, 0},
	{"one less", WellFormed, "", func(ids []uint16, _ idList, rng *rand.Rand) []uint16 {
		if len(ids) < 2 {
			return ids
		}
		at := rng.IntN(len(ids))
		return slices.Delete(ids, at, at+1)
	}, 0},
	{"half of them", WellFormed, "", func(ids []uint16, _ idList, rng *rand.Rand) []uint16 {
		if len(ids) < 2 {
			return ids
		}
		at := rng.IntN(len(ids)/2 + 1)
		return ids[at : at+(len(ids)+1)/2]
	}, 0},
	{"in reverse", Unusual, "", func(ids []uint16, _ idList, _ *rand.Rand) []uint16 {
		slices.Reverse(ids)
		return ids
	}, 0},
	{"shuffled", WellFormed, "", func(ids []uint16, _ idList, rng *rand.Rand) []uint16 {
		shuffle(rng, ids)
		return ids
	}, 0},
	{"one of them doubled", Unusual, "", func(ids []uint16, _ idList, rng *rand.Rand) []uint16 {
		if len(ids) == 0 {
			return ids
		}
		return append(ids, ids[rng.IntN(len(ids))])
	}, 0},
	{"all of them doubled", Unusual, "", func(ids []uint16, _ idList, _ *rand.Rand) []uint16 { return append(ids, ids...) }, 0},
	{"an unknown one first", Unusual, "", func(ids []uint16, l idList, _ *rand.Rand) []uint16 { return slices.Insert(ids, 0, l.unknown) }, 0},
	{"an unknown one last", Unusual, "", func(ids []uint16, l idList, _ *rand.Rand) []uint16 { return append(ids, l.unknown) }, 0},
	{"only an unknown one", Unusual, "", func(_ []uint16, l idList, _ *rand.Rand) []uint16 { return []uint16{l.unknown} }, 0},
	{"zero among them", Unusual, "", func(ids []uint16, _ idList, _ *rand.Rand) []uint16 { return append(ids, 0) }, 0},
	{"0xffff among them", Unusual, "", func(ids []uint16, _ idList, _ *rand.Rand) []uint16 { return append(ids, 0xffff) }, 0},
	{"GREASE first", WellFormed, rfcGREASE, func(ids []uint16, _ idList, rng *rand.Rand) []uint16 { return slices.Insert(ids, 0, grease(rng)) }, 0},
	{"GREASE last", WellFormed, rfcGREASE, func(ids []uint16, _ idList, rng *rand.Rand) []uint16 { return append(ids, grease(rng)) }, 0},
	{"only GREASE", Unusual, rfcGREASE, func(_ []uint16, _ idList, rng *rand.Rand) []uint16 { return []uint16{grease(rng)} }, 0},
	{"127 of them", Unusual, "", many(127), 127},
	{"1,000 of them", Unusual, "", many(1000), 1000},
	{"16,000 of them", Unusual, "", many(16000), 16000},
}

// many fills a list up with ids that nobody has.
func many(n int) func([]uint16, idList, *rand.Rand) []uint16 {
	return func(ids []uint16, l idList, _ *rand.Rand) []uint16 {
		for i := 0; len(ids) < n; i++ {
			ids = append(ids, l.unknown+uint16(i%64))
		}
		return ids
	}
}

func listMutations() []Mutation {
	var rows []helloRow
	for _, l := range idLists {
		for _, f := range listForms {
			if f.least > l.room {
				continue
			}
			cites := f.cites
			if cites == "" {
				cites = l.cites
			}
			rows = append(rows, helloRow{fmt.Sprintf("%s, %s", l.name, f.name), f.class, cites, l.changed(f)})
		}
	}
	return helloTable("hello: ", slices.Concat(rows, signallingRows(), offerRows))
}

// changed makes a form of a list that is there.
func (l idList) changed(f listForm) func(*tlswire.ClientHello, *rand.Rand) bool {
	return func(h *tlswire.ClientHello, rng *rand.Rand) bool {
		ids, ok := l.get(h)
		return ok && l.set(h, f.change(slices.Clone(ids), l, rng))
	}
}

// Signalling values among the suites, and where they are defined.
var signals = []struct {
	name  string
	cites string
	id    uint16
}{
	{"EMPTY_RENEGOTIATION_INFO_SCSV", "RFC 5746, section 3.3", 0x00ff},
	{"FALLBACK_SCSV", "RFC 7507, section 2", 0x5600},
}

// signallingRows have signalling values present, absent, first, doubled and alone.
func signallingRows() []helloRow {
	var rows []helloRow
	for _, s := range signals {
		row := func(form string, class Class, change func(ids []uint16, without []uint16) []uint16) {
			rows = append(rows, helloRow{s.name + " " + form, class, s.cites, func(h *tlswire.ClientHello, _ *rand.Rand) bool {
				without := slices.DeleteFunc(slices.Clone(h.CipherSuites), func(id uint16) bool { return id == s.id })
				h.CipherSuites = change(h.CipherSuites, without)
				return len(h.CipherSuites) > 0
			}})
		}
		row("last", WellFormed, func(_, without []uint16) []uint16 { return append(without, s.id) })
		row("first", WellFormed, func(_, without []uint16) []uint16 { return slices.Insert(without, 0, s.id) })
		row("absent", WellFormed, func(_, without []uint16) []uint16 { return without })
		row("twice", Unusual, func(_, without []uint16) []uint16 { return append(slices.Insert(without, 0, s.id), s.id) })
		row("alone", Unusual, func(_, _ []uint16) []uint16 { return []uint16{s.id} })
	}
	return rows
}

// offer sets suites or supported_versions to given values. TLS 1.3 is for hellos
// with key shares.
func offer(list int, ids ...uint16) func(*tlswire.ClientHello, *rand.Rand) bool {
	return func(h *tlswire.ClientHello, _ *rand.Rand) bool {
		if slices.Contains(ids, uint16(probe.TLS13)) && find(h, probe.ExtensionKeyShare) < 0 {
			return false
		}
		return idLists[list].set(h, slices.Clone(ids))
	}
}

// Indexes of idLists.
const (
	suites   = 0
	groups   = 1
	versions = 3
)

// offerRows offer given values, whatever was offered before.
var offerRows = []helloRow{
	{"suites of TLS 1.3 alone", WellFormed, "RFC 8446, appendix B.4", offer(suites, 0x1301, 0x1302, 0x1303)},
	{"suites without encryption", Unusual, "RFC 5246, appendix A.5", offer(suites, 0x003b, 0x0002, 0x0001)},
	{"suites without certificate", Unusual, "RFC 5246, appendix A.5", offer(suites, 0xc018, 0x0034, 0x006c)},
	{"suites of export strength", Unusual, "RFC 2246, appendix A.5", offer(suites, 0x0003, 0x0006, 0x0008)},
	{"suites NULL_WITH_NULL_NULL", Malformed, "RFC 5246, appendix A.5", offer(suites, 0)},
	{"suites with RC4", Unusual, "RFC 7465, section 2", offer(suites, 0x0005, 0x0004)},
	{"suites with GOST", Unusual, "RFC 9189, section 4", offer(suites, 0xc100, 0xc101, 0xc102)},
	{"suites with SM4", Unusual, "RFC 8998, section 2", offer(suites, 0x00c6, 0x00c7)},
	{"supported_versions TLS 1.2", WellFormed, "RFC 8446, section 4.2.1", offer(versions, 0x0303)},
	{"supported_versions TLS 1.2 to 1.0", WellFormed, "RFC 8446, section 4.2.1", offer(versions, 0x0303, 0x0302, 0x0301)},
	{"supported_versions TLS 1.3 and 1.2", WellFormed, "RFC 8446, section 4.2.1", offer(versions, 0x0304, 0x0303)},
	{"supported_versions TLS 1.2 before 1.3", Unusual, "RFC 8446, section 4.2.1", offer(versions, 0x0303, 0x0304)},
	{"supported_versions TLS 1.3 alone", WellFormed, "RFC 8446, section 4.2.1", offer(versions, 0x0304)},
	{"supported_versions of a draft", Unusual, "RFC 8446, section 4.2.1", offer(versions, 0x7f1c, 0x0303)},
	{"supported_versions SSL 3.0", Unusual, "RFC 7568, section 3", offer(versions, 0x0300)},
	{"supported_versions SSL 2.0", Unusual, "RFC 6176, section 3", offer(versions, 0x0002)},
	{"supported_versions TLS 1.4", Unusual, "RFC 8446, section 4.2.1", offer(versions, 0x0305, 0x0304, 0x0303)},
	{"supported_versions of DTLS", Unusual, "RFC 9147, section 5.3", offer(versions, 0xfefc, 0xfefd)},
}
