package fuzz

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// odd makes forms of one extension: added, or in the place of what is there.
func odd(id uint16, name, cites string, forms []extensionForm) []helloRow {
	var rows []helloRow
	for _, f := range forms {
		rows = append(rows, helloRow{fmt.Sprintf("%s %s", name, f.name), f.class, cites,
			func(h *tlswire.ClientHello, rng *rand.Rand) bool { return set(h, id, f.data(rng)) }})
	}
	return rows
}

// An extensionForm is data that an extension can have.
type extensionForm struct {
	name  string
	class Class
	data  func(*rand.Rand) []byte
}

// serverName encodes server_name with names of one type: RFC 6066, section 3.
func serverName(kind byte, names ...string) []byte {
	var list []byte
	for _, name := range names {
		list = append(append(list, kind), vector16([]byte(name))...)
	}
	return vector16(list)
}

// named is a server name that has no choice in it.
func named(kind byte, names ...string) func(*rand.Rand) []byte {
	return these(serverName(kind, names...)...)
}

// long is a name of n letters, in labels of at most 63 as DNS has them.
func long(n int) func(*rand.Rand) []byte {
	return func(rng *rand.Rand) []byte {
		name := letters(rng, n)
		for at := 63; at < n-1; at += 64 {
			name[at] = '.'
		}
		return serverName(0, string(name))
	}
}

// nameForms are server names: RFC 6066, section 3.
var nameForms = []extensionForm{
	{"some host", WellFormed, func(rng *rand.Rand) []byte { return serverName(0, string(letters(rng, 1+rng.IntN(20)))+".example") }},
	{"one letter", WellFormed, named(0, "a")},
	{"in capitals", Unusual, named(0, "SQL.EXAMPLE.TEST")},
	{"of 63 letters", WellFormed, long(63)},
	{"of 64 letters, a label of one among them", WellFormed, long(64 + 1)},
	{"of a label of 64 letters", Unusual, func(rng *rand.Rand) []byte { return serverName(0, string(letters(rng, 64))) }},
	{"of 128 letters", WellFormed, long(128)},
	{"of 253 letters", WellFormed, long(253)},
	{"of 255 letters", Unusual, long(255)},
	{"of 256 letters", Unusual, long(256)},
	{"of 4,096 letters", Unusual, long(4096)},
	{"an IPv4 address", Unusual, named(0, "127.0.0.1")},
	{"an IPv6 address", Unusual, named(0, "::1")},
	{"with a trailing dot", Malformed, named(0, "sql.example.test.")},
	{"with a port", Unusual, named(0, "sql.example.test:1433")},
	{"with an instance", Unusual, named(0, `sql.example.test\MSSQLSERVER`)},
	{"with an underscore", Unusual, named(0, "sql_1.example.test")},
	{"with a space", Unusual, named(0, "sql example test")},
	{"with NUL", Unusual, named(0, "sql.example\x00.test")},
	{"with a wildcard", Unusual, named(0, "*.example.test")},
	{"with bytes beyond ASCII", Malformed, named(0, "sql\u00fc.example.test")},
	{"with bytes that are no text", Malformed, named(0, "\xff\xfe\x80")},
	{"in punycode", WellFormed, named(0, "xn--sql-hoa.example.test")},
	{"localhost", WellFormed, named(0, "localhost")},
	{"of an empty name", Malformed, named(0, "")},
	{"without name", Malformed, named(0)},
	{"of two names", Malformed, named(0, "sql.example.test", "sql2.example.test")},
	{"of the same name twice", Malformed, named(0, "sql.example.test", "sql.example.test")},
	{"of an unknown type", Unusual, named(7, "sql.example.test")},
	{"with a name one byte longer than the list", Malformed, these(0, 6, 0, 0, 4, 'a', 'b', 'c')},
	{"with a list longer than the extension", Malformed, these(0, 7, 0, 0, 3, 'a', 'b', 'c')},
}

// protocols encodes application_layer_protocol_negotiation: RFC 7301, section 3.1.
func protocols(names ...string) []byte {
	var list []byte
	for _, name := range names {
		list = append(list, vector8([]byte(name))...)
	}
	return vector16(list)
}

// spoken is a list of protocols that has no choice in it.
func spoken(names ...string) func(*rand.Rand) []byte { return these(protocols(names...)...) }

// protocolForms are lists of protocols.
var protocolForms = []extensionForm{
	{"tds/8.0", WellFormed, spoken(probe.ALPNTDS8)},
	{"tds/8.0 twice", Unusual, spoken(probe.ALPNTDS8, probe.ALPNTDS8)},
	{"TDS/8.0 in capitals", Unusual, spoken("TDS/8.0")},
	{"tds/8.1", Unusual, spoken("tds/8.1")},
	{"tds/8.0 behind others", Unusual, spoken("h2", "http/1.1", probe.ALPNTDS8)},
	{"h2 and http/1.1", WellFormed, spoken("h2", "http/1.1")},
	{"an unknown protocol", Unusual, func(rng *rand.Rand) []byte { return protocols(string(letters(rng, 1+rng.IntN(12)))) }},
	{"GREASE before tds/8.0", WellFormed, func(rng *rand.Rand) []byte {
		return protocols(string(append16(nil, grease(rng))), probe.ALPNTDS8)
	}},
	{"a protocol of 255 bytes", Unusual, spoken(strings.Repeat("a", 255))},
	{"200 protocols", Unusual, spoken(slices.Repeat([]string{"abc"}, 200)...)},
	{"no protocol", Malformed, spoken()},
	{"an empty protocol", Malformed, spoken("")},
	{"an empty protocol behind tds/8.0", Malformed, spoken(probe.ALPNTDS8, "")},
	{"a protocol longer than the list", Malformed, these(0, 4, 4, 't', 'd', 's')},
	{"a list longer than the extension", Malformed, these(0, 5, 3, 't', 'd', 's')},
}

// otherForms are odd contents of other extensions.
var otherForms = []struct {
	id    uint16
	name  string
	cites string
	forms []extensionForm
}{
	{probe.ExtensionECPointFormats, "ec_point_formats", "RFC 8422, section 5.1.2", []extensionForm{
		{"of all three", WellFormed, these(3, 0, 1, 2)},
		{"uncompressed twice", Unusual, these(2, 0, 0)},
		{"uncompressed last", Unusual, these(3, 2, 1, 0)},
		{"without uncompressed", Malformed, these(1, 1)},
		{"of none", Malformed, these(0)},
	}},
	{1, "max_fragment_length", "RFC 6066, section 4", []extensionForm{
		{"512", WellFormed, these(1)}, {"0", Malformed, these(0)}, {"255", Malformed, these(255)},
	}},
	{28, "record_size_limit", "RFC 8449, section 4", []extensionForm{
		{"64", Unusual, these(0, 64)}, {"63", Malformed, these(0, 63)}, {"65,535", Unusual, these(0xff, 0xff)},
	}},
	{35, "session_ticket", "RFC 5077, section 3.2", []extensionForm{
		{"of 32 random bytes", Unusual, some(32)}, {"of 208 random bytes", WellFormed, some(208)}, {"of 8,192 random bytes", Unusual, some(8192)},
	}},
	{5, "status_request", "RFC 6066, section 8", []extensionForm{{"of an unknown type", Unusual, these(9, 0, 0, 0, 0)}}},
	{45, "psk_key_exchange_modes", "RFC 8446, section 4.2.9", []extensionForm{
		{"psk_ke", Unusual, these(1, 0)}, {"of both", WellFormed, these(2, 0, 1)}, {"unknown", Unusual, these(1, 9)}, {"of none", Malformed, these(0)},
	}},
	{0xff01, "renegotiation_info", "RFC 5746, section 3.4", []extensionForm{
		{"of a handshake before", Unusual, func(rng *rand.Rand) []byte { return vector8(randomBytes(rng, 12)) }},
		{"longer than the extension", Malformed, these(4, 0)},
	}},
	{probe.ExtensionSignatureAlgorithms, "signature_algorithms", "RFC 8446, section 4.2.3", []extensionForm{
		{"SHA-1 alone", Unusual, these(0, 4, 2, 1, 2, 3)}, {"MD5 alone", Unusual, these(0, 2, 1, 1)}, {"of DSA", Unusual, these(0, 4, 4, 2, 2, 2)},
		{"rsa_pss alone", WellFormed, these(0, 6, 8, 4, 8, 5, 8, 6)}, {"ed25519 alone", Unusual, these(0, 2, 8, 7)},
		{"of an odd length", Malformed, these(0, 3, 4, 1, 4)}, {"longer than the extension", Malformed, these(0, 8, 4, 1, 4, 3)},
	}},
	{probe.ExtensionSupportedGroups, "supported_groups", "RFC 8446, section 4.2.7", []extensionForm{
		{"secp256r1 alone", WellFormed, these(0, 2, 0, 23)}, {"x25519 alone", WellFormed, these(0, 2, 0, 29)}, {"sect163k1 alone", Unusual, these(0, 2, 0, 1)},
		{"ffdhe2048 alone", Unusual, these(0, 2, 1, 0)}, {"arbitrary curves", Unusual, these(0, 4, 0xff, 1, 0xff, 2)},
		{"of an odd length", Malformed, these(0, 3, 0, 23, 0)}, {"longer than the extension", Malformed, these(0, 8, 0, 23, 0, 24)},
	}},
	{probe.ExtensionSupportedVersions, "supported_versions", "RFC 8446, section 4.2.1", []extensionForm{
		{"of an odd length", Malformed, these(3, 3, 4, 3)}, {"longer than the extension", Malformed, these(6, 3, 4, 3, 3)},
		{"in the server's form", Malformed, these(3, 4)},
	}},
	{44, "cookie", "RFC 8446, section 4.2.2", []extensionForm{{"of some bytes", Unusual, func(rng *rand.Rand) []byte { return vector16(randomBytes(rng, 32)) }}}},
	{probe.ExtensionPreSharedKey, "pre_shared_key", "RFC 8446, section 4.2.11", []extensionForm{{"of an unknown ticket", Unusual, func(rng *rand.Rand) []byte {
		identity := append(vector16(randomBytes(rng, 32)), randomBytes(rng, 4)...) // and its age
		return append(vector16(identity), vector16(vector8(randomBytes(rng, 32)))...)
	}}}},
	{0xfe0d, "encrypted_client_hello", "draft-ietf-tls-esni-22, section 6.2", []extensionForm{
		{"of GREASE", WellFormed, func(rng *rand.Rand) []byte {
			b := append([]byte{0, 0, 1, 0, 1}, randomBytes(rng, 1)...) // outer, HKDF-SHA256, AES-128-GCM, config id
			return append(append(b, vector16(randomBytes(rng, 32))...), vector16(randomBytes(rng, 144))...)
		}},
	}},
}

// formMutations are odd contents of extensions.
func formMutations() []Mutation {
	rows := slices.Concat(odd(probe.ExtensionServerName, "server_name", "RFC 6066, section 3", nameForms),
		odd(probe.ExtensionALPN, "alpn", "RFC 7301, section 3.1", protocolForms))
	for _, o := range otherForms {
		rows = append(rows, odd(o.id, o.name, o.cites, o.forms)...)
	}
	return helloTable("extension: ", rows)
}
