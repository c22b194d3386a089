package fuzz

import (
	"math/rand/v2"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A knownExtension is an extension that mutations leave out, add and break.
type knownExtension struct {
	id    uint16
	name  string
	cites string
	// data is what a client may send in it, nil if it has no form that fits every
	// hello.
	data []byte
	// bare says that an empty one is right.
	bare bool
	// needed says that it may not be left out where it is sent. Others without
	// which there is no TLS 1.3 leave a hello of TLS 1.2.
	needed bool
	// sent says that clients of SQL Server do.
	sent bool
	// opaque says that any data is right.
	opaque bool
}

var empty = []byte{}

var knownExtensions = []knownExtension{
	{id: probe.ExtensionServerName, name: "server_name", cites: "RFC 6066, section 3", data: serverName(0, example), sent: true},
	{id: 1, name: "max_fragment_length", cites: "RFC 6066, section 4", data: []byte{4}},
	{id: 4, name: "truncated_hmac", cites: "RFC 6066, section 7", data: empty, bare: true},
	{id: 5, name: "status_request", cites: "RFC 6066, section 8", data: []byte{1, 0, 0, 0, 0}, sent: true},
	{id: probe.ExtensionSupportedGroups, name: "supported_groups", cites: "RFC 8446, section 4.2.7", data: []byte{0, 4, 0, 29, 0, 23}, sent: true},
	{id: probe.ExtensionECPointFormats, name: "ec_point_formats", cites: "RFC 8422, section 5.1.2", data: []byte{1, 0}, sent: true},
	{id: probe.ExtensionSignatureAlgorithms, name: "signature_algorithms", cites: "RFC 8446, section 4.2.3", data: []byte{0, 6, 4, 1, 4, 3, 8, 4}, sent: true},
	{id: 15, name: "heartbeat", cites: "RFC 6520, section 2", data: []byte{1}},
	{id: probe.ExtensionALPN, name: "application_layer_protocol_negotiation", cites: "RFC 7301, section 3.1", data: protocols("tds/8.0"), sent: true},
	{id: 17, name: "status_request_v2", cites: "RFC 6961, section 2.2", data: []byte{0, 7, 2, 0, 4, 0, 0, 0, 0}, sent: true},
	{id: 18, name: "signed_certificate_timestamp", cites: "RFC 6962, section 3.3.1", data: empty, bare: true, sent: true},
	{id: 19, name: "client_certificate_type", cites: "RFC 7250, section 3", data: []byte{1, 0}},
	{id: probe.ExtensionPadding, name: "padding", cites: rfcPadding, data: make([]byte, 16), bare: true, sent: true, opaque: true},
	{id: 22, name: "encrypt_then_mac", cites: "RFC 7366, section 2", data: empty, bare: true, sent: true},
	{id: 23, name: "extended_master_secret", cites: "RFC 7627, section 5.1", data: empty, bare: true, sent: true},
	{id: 27, name: "compress_certificate", cites: "RFC 8879, section 3", data: []byte{2, 0, 2}},
	{id: 28, name: "record_size_limit", cites: "RFC 8449, section 4", data: []byte{0x40, 0x01}},
	{id: 34, name: "delegated_credential", cites: "RFC 9345, section 4.1.1", data: []byte{0, 2, 4, 3}},
	{id: 35, name: "session_ticket", cites: "RFC 5077, section 3.2", data: empty, bare: true, sent: true, opaque: true},
	{id: probe.ExtensionPreSharedKey, name: "pre_shared_key", cites: "RFC 8446, section 4.2.11"},
	{id: 42, name: "early_data", cites: "RFC 8446, section 4.2.10"},
	{id: probe.ExtensionSupportedVersions, name: "supported_versions", cites: "RFC 8446, section 4.2.1", data: []byte{2, 3, 3}, sent: true},
	{id: 44, name: "cookie", cites: "RFC 8446, section 4.2.2"},
	{id: 45, name: "psk_key_exchange_modes", cites: "RFC 8446, section 4.2.9", data: []byte{1, 1}, sent: true},
	{id: 47, name: "certificate_authorities", cites: "RFC 8446, section 4.2.4", data: []byte{0, 4, 0, 2, 0x30, 0}},
	{id: 49, name: "post_handshake_auth", cites: "RFC 8446, section 4.2.6", data: empty, bare: true, sent: true},
	{id: 50, name: "signature_algorithms_cert", cites: "RFC 8446, section 4.2.3", data: []byte{0, 6, 4, 1, 4, 3, 8, 4}, sent: true},
	{id: probe.ExtensionKeyShare, name: "key_share", cites: "RFC 8446, section 4.2.8", data: []byte{0, 0}, needed: true, sent: true},
	{id: 0x3374, name: "next_protocol_negotiation", cites: "IANA, TLS ExtensionType Values", data: empty, bare: true},
	{id: 0xfe0d, name: "encrypted_client_hello", cites: "draft-ietf-tls-esni-22, section 5"},
	{id: 0xff01, name: "renegotiation_info", cites: "RFC 5746, section 3.2", data: []byte{0}, sent: true},
}

// extensionMutations are the forms of known extensions, those about unknown ones,
// and those about all extensions together.
func extensionMutations() []Mutation {
	rows := slices.Clone(unknownRows)
	for _, e := range knownExtensions {
		rows = append(rows, e.rows()...)
	}
	return helloTable("extension: ", append(rows, orderRows...))
}

// rows are the mutations of one extension. Those that add it are for hellos
// without it, the others for those with it.
func (e knownExtension) rows() []helloRow {
	row := func(form string, class Class, change func(h *tlswire.ClientHello, at int) bool) helloRow {
		return helloRow{e.name + " " + form, class, e.cites, func(h *tlswire.ClientHello, _ *rand.Rand) bool {
			return change(h, find(h, e.id))
		}}
	}
	absence, emptiness, presence := WellFormed, Malformed, Unusual
	if e.needed {
		absence = Malformed
	}
	if e.bare {
		emptiness = WellFormed
	}
	if e.sent {
		presence = WellFormed
	}
	rows := []helloRow{row("empty", emptiness, func(h *tlswire.ClientHello, _ int) bool { return set(h, e.id, []byte{}) })}
	if !e.opaque {
		rows = append(rows, row("of 300 zeros", Malformed, func(h *tlswire.ClientHello, _ int) bool { return set(h, e.id, make([]byte, 300)) }),
			row("with a byte too many", Malformed, e.lengthened))
	}
	if e.data == nil {
		return rows
	}
	return append(rows,
		row("present", presence, func(h *tlswire.ClientHello, at int) bool { return at < 0 && set(h, e.id, slices.Clone(e.data)) }),
		row("absent", absence, func(h *tlswire.ClientHello, at int) bool {
			h.Extensions = slices.DeleteFunc(h.Extensions, func(other tlswire.Extension) bool { return other.Type == e.id })
			return at >= 0
		}),
		row("doubled", Malformed, func(h *tlswire.ClientHello, at int) bool {
			if at >= 0 {
				add(h, e.id, slices.Clone(h.Extensions[at].Data))
			}
			return at >= 0
		}),
		row("first", WellFormed, moved(0)), row("last", WellFormed, moved(-1)))
}

// lengthened puts a byte behind what the extension holds or would hold.
func (e knownExtension) lengthened(h *tlswire.ClientHello, at int) bool {
	data := e.data
	if at >= 0 {
		data = h.Extensions[at].Data
	}
	return set(h, e.id, append(slices.Clone(data), 0))
}

// moved moves an extension to an index, counted from the end if that is negative.
// The last place may be taken.
func moved(to int) func(*tlswire.ClientHello, int) bool {
	return func(h *tlswire.ClientHello, at int) bool {
		if at < 0 || to < 0 && find(h, probe.ExtensionPreSharedKey) >= 0 {
			return false
		}
		e := h.Extensions[at]
		h.Extensions = slices.Delete(h.Extensions, at, at+1)
		index := to
		if to < 0 {
			index += len(h.Extensions) + 1
		}
		h.Extensions = slices.Insert(h.Extensions, index, e)
		return true
	}
}

// unknownRows add extensions that nobody knows.
var unknownRows = []helloRow{
	{"an unknown one, empty", Unusual, "RFC 8446, section 4.2", unknown(0)},
	{"an unknown one of 16 bytes", Unusual, "RFC 8446, section 4.2", unknown(16)},
	{"an unknown one of 1,024 bytes", Unusual, "RFC 8446, section 4.2", unknown(1024)},
	{"an unknown one of 16,384 bytes", Unusual, "RFC 8446, section 4.2", unknown(16384)},
	{"an unknown one of 40,000 bytes", Unusual, "RFC 8446, section 4.2", unknown(40000)},
	{"GREASE, empty", WellFormed, rfcGREASE, greased(0)},
	{"GREASE of one byte", WellFormed, rfcGREASE, greased(1)},
	{"GREASE of 256 bytes", Unusual, rfcGREASE, greased(256)},
	{"100 unknown ones", Unusual, "RFC 8446, section 4.2", func(h *tlswire.ClientHello, _ *rand.Rand) bool {
		for i := range 100 {
			add(h, 0x7f00+uint16(i), nil)
		}
		return true
	}},
}

// unknown adds an extension of a type that is not assigned.
func unknown(size int) func(*tlswire.ClientHello, *rand.Rand) bool {
	return func(h *tlswire.ClientHello, rng *rand.Rand) bool {
		id := 0x7000 + uint16(rng.IntN(0x0f00))
		return find(h, id) < 0 && set(h, id, randomBytes(rng, size))
	}
}

// greased adds a GREASE extension.
func greased(size int) func(*tlswire.ClientHello, *rand.Rand) bool {
	return func(h *tlswire.ClientHello, rng *rand.Rand) bool {
		id := grease(rng)
		return find(h, id) < 0 && set(h, id, make([]byte, size))
	}
}

// orderRows are about all extensions together.
var orderRows = []helloRow{
	{"all in reverse", WellFormed, "RFC 8446, section 4.2", func(h *tlswire.ClientHello, _ *rand.Rand) bool {
		slices.Reverse(h.Extensions)
		return find(h, probe.ExtensionPreSharedKey) < 0
	}},
	{"all shuffled", WellFormed, "RFC 8446, section 4.2", func(h *tlswire.ClientHello, rng *rand.Rand) bool {
		shuffle(rng, h.Extensions)
		return find(h, probe.ExtensionPreSharedKey) < 0
	}},
	{"all doubled", Malformed, "RFC 8446, section 4.2", func(h *tlswire.ClientHello, _ *rand.Rand) bool {
		h.Extensions = append(h.Extensions, h.Extensions...)
		return true
	}},
	{"none, in an empty block", Unusual, rfcHello12, func(h *tlswire.ClientHello, _ *rand.Rand) bool {
		h.Extensions = []tlswire.Extension{}
		return true
	}},
	{"no block", WellFormed, rfcHello12, func(h *tlswire.ClientHello, _ *rand.Rand) bool {
		h.Extensions = nil
		return true
	}},
}
