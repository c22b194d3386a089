package testserver_test

import (
	"bytes"
	"slices"
	"strings"
)

// parcel is a packet of the type of PRELOGIN and TLS.
func parcel(status, id byte, payload []byte) []byte {
	p := packet(0x12, payload)
	p[1], p[6] = status, id
	return p
}

var traceOption = append([]byte{5}, make([]byte, 36)...)

// usualPrelogin has VERSION, ENCRYPTION and some more options.
func usualPrelogin(encryption byte, more ...[]byte) []byte {
	return parcel(1, 1, body(append([][]byte{versionOption, {1, encryption}}, more...)...))
}

// A crafted hello has its extensions in this order.
type crafted struct {
	version    uint16
	suites     []uint16
	extensions [][]byte
}

func (h crafted) message() []byte {
	return append([]byte{1}, vector(3, be(h.version), clientRandom, []byte{0}, vector(2, be(h.suites...)),
		[]byte{1, 0}, vector(2, h.extensions...))...)
}

// packet is the hello in one record and one packet.
func (h crafted) packet() []byte { return parcel(1, 1, record(22, 0x0301, h.message())) }

// padded is h with padding as its last extension, n bytes long.
func (h crafted) padded(n int) crafted {
	return h.with(extension(21, make([]byte, n-len(h.message())-4)))
}

func (h crafted) with(extensions ...[]byte) crafted {
	h.extensions = slices.Concat(h.extensions, extensions)
	return h
}

func (h crafted) offers(suites ...uint16) crafted {
	h.suites = suites
	return h
}

func (h crafted) of(version uint16) crafted {
	h.version = version
	return h
}

func schemes(ids ...uint16) []byte { return extension(13, vector(2, be(ids...))) }

// usualHello is in no way odd.
func usualHello() crafted {
	return crafted{tls12, []uint16{0xc028, 0xc014}, [][]byte{extension(10, vector(2, be(everyGroup...))), schemes(0x0401, 0x0501, 0x0201)}}
}

func usualSpeech() speech {
	return speech{usualPrelogin(1, []byte{2, 0}, []byte{3, 0, 0, 0, 1}, []byte{4, 0}, traceOption), usualHello().packet()}
}

// An oddityTest has what meets an oddity, and what lacks each of its needs, in
// their order, or more.
type oddityTest struct {
	name   string
	want   string
	hit    speech
	misses []speech
}

func oddityTests() []oddityTest {
	return slices.Concat(preloginOddityTests(), packetOddityTests(), recordOddityTests(), helloOddityTests(), extensionOddityTests())
}

// greeting is a usual PRELOGIN before this hello.
func greeting(hello []byte) speech { return speech{usualSpeech().prelogin, hello} }

func greetings(hellos ...[]byte) (all []speech) {
	for _, h := range hellos {
		all = append(all, greeting(h))
	}
	return all
}

func preloginOddityTests() []oddityTest {
	hello := usualHello().packet()
	asks := func(encryption byte, more ...[]byte) speech { return speech{usualPrelogin(encryption, more...), hello} }
	options := func(options ...[]byte) speech { return speech{parcel(1, 1, body(options...)), hello} }
	instance := func(n int) []byte { return append(append([]byte{2}, bytes.Repeat([]byte{'A'}, n-1)...), 0) }
	unknown, encryption := []byte{8, 1}, []byte{1, 1}
	return []oddityTest{
		{"ENCRYPTION 0x20", "RST to PRELOGIN", asks(0x20), []speech{asks(0x21), asks(0xa0)}},
		{"long INSTOPT", "FIN to PRELOGIN", asks(1, instance(33)), []speech{asks(1, instance(32))}},
		{"TRACEID twice", "RST to PRELOGIN", asks(1, traceOption, []byte{4, 0}, traceOption), []speech{asks(1, traceOption, []byte{4, 0}, []byte{4, 0})}},
		{"unknown token before ENCRYPTION", "ERROR token", options(versionOption, unknown, encryption), []speech{
			options(versionOption, []byte{7, 1}, encryption), options(versionOption, unknown), options(versionOption, encryption, unknown),
		}},
	}
}

func packetOddityTests() []oddityTest {
	usual := usualSpeech()
	question, hello := usual.prelogin[8:], usual.hello[8:]
	two := func(id byte, payload []byte) []byte {
		return append(parcel(0, id, payload[:20]), parcel(1, id+1, payload[20:])...)
	}
	skipTran := speech{parcel(0x11, 1, question), parcel(0x11, 1, hello)}
	return []oddityTest{
		{"PRELOGIN in packets", "FIN to PRELOGIN", speech{two(1, question), usual.hello}, greetings(two(1, hello))},
		{"empty packet", "RST to the hello", greeting(append(parcel(0, 1, nil), parcel(1, 2, hello)...)), greetings(
			append(parcel(0, 1, hello[:1]), parcel(1, 2, hello[1:])...),
			append(parcel(0, 1, hello), parcel(1, 2, nil)...),
		)},
		{"RESETCONNECTION", "FIN to PRELOGIN", speech{parcel(0x09, 1, question), usual.hello}, []speech{skipTran}},
		{"RESETCONNECTION", "FIN to the hello", greeting(append(parcel(0x08, 1, hello[:20]), parcel(1, 2, hello[20:])...)), []speech{skipTran}},
		{"packets from 0", "RST to the hello", greeting(two(0, hello)), greetings(parcel(1, 0, hello), two(1, hello))},
	}
}

func recordOddityTests() []oddityTest {
	usual, old := usualHello(), usualHello().of(tls10)
	in := func(version uint16, message []byte) []byte { return parcel(1, 1, record(22, version, message)) }
	cut := func(sizes ...int) []byte { // the last record has the rest; the first is of SSL 3.0
		message, out := usual.message(), []byte(nil)
		for i, n := range append(sizes, len(usual.message())) {
			n = min(n, len(message))
			out = append(out, record(22, 0x0300+uint16(min(i, 1)), message[:n])...)
			message = message[n:]
		}
		return out
	}
	newer := func(records []byte) []byte { return parcel(1, 1, append([]byte{22, 3, 1}, records[3:]...)) }
	return []oddityTest{
		{"old hello in new record", "alert 70", greeting(in(tls12, old.message())), greetings(
			in(tls10, old.message()), in(tls12, usual.of(tls11).message()), in(tls12, usual.message()),
		)},
		{"three records", "RST to the hello", greeting(newer(cut(30, 30))), greetings(newer(cut(30)))},
		{"records of SSL 3.0", "FIN to the hello", greeting(parcel(1, 1, cut(30))), greetings(parcel(1, 1, cut()), newer(cut(30)))},
	}
}

func helloOddityTests() []oddityTest {
	usual := usualHello()
	many := make([]uint16, 101)
	for i := range many {
		many[i] = 0xc028 + uint16(i)
	}
	return []oddityTest{
		{"512 bytes", "FIN to the hello", greeting(usual.padded(512).packet()), greetings(usual.padded(511).packet(), usual.padded(513).packet())},
		{"late GREASE", "alert 47", greeting(usual.offers(0xc028, 0x1a1a).packet()), greetings(
			usual.offers(0xc028, 0x1a2a).packet(), usual.offers(0x1a1a, 0xc028).packet(), usual.offers(0x1a1a, 0xc028, 0x2a2a).packet(),
		)},
		{"many suites", "RST to the hello", greeting(usual.offers(many...).packet()), greetings(usual.offers(many[:100]...).packet())},
	}
}

func extensionOddityTests() []oddityTest {
	usual := usualHello()
	with := func(extensions ...[]byte) []byte { return usual.with(extensions...).packet() }
	empty := func(kind uint16) []byte { return extension(kind, nil) }
	name := func(s string) []byte { return with(extension(0, vector(2, []byte{0}, vector(2, []byte(s))))) }
	versions := func(ids ...uint16) []byte { return with(extension(43, vector(1, be(ids...)))) }
	signs := func(ids ...uint16) []byte {
		return crafted{tls12, usual.suites, [][]byte{usual.extensions[0], schemes(ids...)}}.packet()
	}
	address := "silence until the deadline to the hello"
	return []oddityTest{
		{"ticket beside unknown extension", "RST to the hello", greeting(with(empty(35), empty(0xfe00))), greetings(
			with(empty(36), empty(0xfe00)), with(empty(35), empty(22), empty(63), empty(0xfe0d), empty(0x3374), extension(0xff01, []byte{0})),
		)},
		{"long server_name", "RST to the hello", greeting(name(strings.Repeat("x", 64))), greetings(name(strings.Repeat("x", 63)))},
		{"address as server_name", address, greeting(name("192.0.2.1")), greetings(name("192.0.2.1.example"))},
		{"address as server_name", address, greeting(name("2001:db8::1")), greetings(name("2001.example"))},
		{"TLS 1.3 before GREASE", "half a flight", greeting(versions(tls13, 0x2a2a, tls12)), greetings(
			versions(tls12, 0x2a2a), versions(tls13, tls12), versions(0x2a2a, tls13, tls12),
		)},
		{"padding not last", "RST to the hello", greeting(with(empty(21), empty(23))), greetings(with(empty(23)), with(empty(23), empty(21)))},
		{"few schemes", "alert 40", greeting(signs(0x0401, 0x0201)), greetings(signs(0x0401, 0x0501, 0x0201))},
	}
}
