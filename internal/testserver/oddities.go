package testserver

import (
	"net"
	"slices"
)

// Oddities returns the planted ones, of the kinds that real servers and the boxes
// before them have, spread over all layers. Each needs one to three things.
// Clients of SQL Server as they are meet none, but FreeTDS with GnuTLS, whose
// hello is padded to 512 bytes.
func Oddities() []Oddity {
	return slices.Concat(preloginOddities(), packetOddities(), recordOddities(), helloOddities())
}

// asks is a need of PRELOGIN, of which nothing is left beside a hello.
func asks(words string, met func(question) bool) need {
	return need{words, func(s sent) bool { return met(s.question) }}
}

// says is a need of a hello.
func says(words string, met func(*hello) bool) need {
	return need{words, func(s sent) bool { return s.hello != nil && met(s.hello) }}
}

// comes is a need of how a hello comes.
func comes(words string, met func(carriage) bool) need {
	return need{words, func(s sent) bool { return s.hello != nil && met(s.arrival.by) }}
}

// preloginOddities are about the options: [MS-TDS], section 2.2.6.5.
func preloginOddities() []Oddity {
	unknown := func(token byte) bool { return token > optNonce }
	return []Oddity{
		{Name: "ENCRYPTION 0x20", Layer: LayerPrelogin, Refusal: RefuseRST, needs: []need{
			asks("ENCRYPTION is 0x20", func(q question) bool { return string(q.options[optEncryption]) == "\x20" }),
		}},
		{Name: "long INSTOPT", Layer: LayerPrelogin, Refusal: RefuseFIN, needs: []need{
			asks("INSTOPT is longer than 32 bytes, its end included", func(q question) bool { return len(q.options[optInstance]) > 32 }),
		}},
		{Name: "TRACEID twice", Layer: LayerPrelogin, Refusal: RefuseRST, needs: []need{
			asks("TRACEID comes twice or more", func(q question) bool {
				first := slices.Index(q.tokens, optTrace)
				return first >= 0 && slices.Contains(q.tokens[first+1:], optTrace)
			}),
		}},
		{Name: "unknown token before ENCRYPTION", Layer: LayerPrelogin, Fault: ErrorToken, needs: []need{
			asks("a token above 7 comes", func(q question) bool { return slices.ContainsFunc(q.tokens, unknown) }),
			asks("ENCRYPTION comes", func(q question) bool { return slices.Contains(q.tokens, optEncryption) }),
			asks("no ENCRYPTION comes before the first such token", func(q question) bool {
				return !slices.Contains(q.tokens[:max(slices.IndexFunc(q.tokens, unknown), 0)], optEncryption)
			}),
		}},
	}
}

// packetOddities are about TDS packets: [MS-TDS], section 2.2.3.
func packetOddities() []Oddity {
	several := func(by carriage) bool { return by.packets > 1 }
	return []Oddity{
		{Name: "PRELOGIN in packets", Layer: LayerPackets, Refusal: RefuseFIN, needs: []need{
			asks("PRELOGIN comes in two packets or more", func(q question) bool { return several(q.by) }),
		}},
		{Name: "empty packet", Layer: LayerPackets, Refusal: RefuseRST, needs: []need{
			comes("a packet without payload comes before the end of the hello", func(by carriage) bool { return by.empty > 0 }),
		}},
		{Name: "RESETCONNECTION", Layer: LayerPackets, Refusal: RefuseFIN, needs: []need{
			{"the status of a packet, of PRELOGIN or of the hello, has bit 0x08", func(s sent) bool {
				return (s.question.by.status|s.arrival.by.status)&statusReset != 0
			}},
		}},
		{Name: "packets from 0", Layer: LayerPackets, Refusal: RefuseRST, needs: []need{
			comes("the hello comes in two packets or more", several),
			comes("the first packet of the hello has the id 0", func(by carriage) bool { return by.packets > 0 && by.firstID == 0 }),
		}},
	}
}

// recordOddities are about TLS records: RFC 5246, section 6.2.1.
func recordOddities() []Oddity {
	return []Oddity{
		{Name: "old hello in new record", Layer: LayerRecords, Refusal: RefuseAlert, Alert: alertProtocolVersion, needs: []need{
			says("the first record has version 3.3", func(h *hello) bool { return h.recordVersion() == tls12 }),
			says("the hello has version 3.1", func(h *hello) bool { return h.version == 0x0301 }),
		}},
		{Name: "three records", Layer: LayerRecords, Refusal: RefuseRST, needs: []need{
			says("the hello comes in three records or more", func(h *hello) bool { return h.records > 2 }),
		}},
		{Name: "records of SSL 3.0", Layer: LayerRecords, Refusal: RefuseFIN, needs: []need{
			says("the hello comes in two records or more", func(h *hello) bool { return h.records > 1 }),
			says("the first record has version 3.0", func(h *hello) bool { return h.recordVersion() == ssl30 }),
		}},
	}
}

// helloOddities are about the hello itself: RFC 8446, section 4.1.2.
func helloOddities() []Oddity {
	return slices.Concat(extensionOddities(), []Oddity{
		{Name: "512 bytes", Layer: LayerHello, Refusal: RefuseFIN, needs: []need{
			says("the handshake message has 512 bytes, its header included", func(h *hello) bool { return len(h.message) == 512 }),
		}},
		{Name: "late GREASE", Layer: LayerHello, Refusal: RefuseAlert, Alert: alertIllegalParameter, needs: []need{
			says("a suite is a value of RFC 8701", func(h *hello) bool { return slices.ContainsFunc(h.suites, isGREASE) }),
			says("the first suite is no such value", func(h *hello) bool { return len(h.suites) > 0 && !isGREASE(h.suites[0]) }),
		}},
		{Name: "many suites", Layer: LayerHello, Refusal: RefuseRST, needs: []need{
			says("there are more than 100 suites", func(h *hello) bool { return len(h.suites) > 100 }),
		}},
	})
}

// extensionOddities are about the extensions of the hello.
func extensionOddities() []Oddity {
	has := func(kind uint16) func(*hello) bool {
		return func(h *hello) bool { return slices.Contains(h.order, kind) }
	}
	return []Oddity{
		{Name: "ticket beside unknown extension", Layer: LayerHello, Refusal: RefuseRST, needs: []need{
			says("session_ticket comes", has(extTicket)),
			says("an extension that no specification defines comes, one of RFC 8701 for instance", func(h *hello) bool {
				return slices.ContainsFunc(h.order, undefined)
			}),
		}},
		{Name: "long server_name", Layer: LayerHello, Refusal: RefuseRST, needs: []need{
			says("the name in server_name is longer than 63 bytes", func(h *hello) bool { return len(h.serverName()) > 63 }),
		}},
		{Name: "address as server_name", Layer: LayerHello, Refusal: RefuseSilence, needs: []need{
			says("the name in server_name is an IP address", func(h *hello) bool { return net.ParseIP(h.serverName()) != nil }),
		}},
		{Name: "TLS 1.3 before GREASE", Layer: LayerHello, Fault: HalfFlight, needs: []need{
			says("supported_versions has TLS 1.3", func(h *hello) bool { return h.versionAt(is13) >= 0 }),
			says("supported_versions has a value of RFC 8701", func(h *hello) bool { return h.versionAt(isGREASE) >= 0 }),
			says("no such value comes before TLS 1.3", func(h *hello) bool {
				versions, _ := h.versions()
				return !slices.ContainsFunc(versions[:max(h.versionAt(is13), 0)], isGREASE)
			}),
		}},
		{Name: "padding not last", Layer: LayerHello, Refusal: RefuseRST, needs: []need{
			says("padding comes", has(extPadding)),
			says("padding is not the last extension", func(h *hello) bool {
				return len(h.order) > 0 && h.order[len(h.order)-1] != extPadding
			}),
		}},
		{Name: "few schemes", Layer: LayerHello, Refusal: RefuseAlert, Alert: alertHandshakeFailure, needs: []need{
			says("signature_algorithms comes with fewer than 3 schemes", func(h *hello) bool {
				schemes, ok := h.list(extSchemes)
				return ok && len(schemes) < 3
			}),
		}},
	}
}

func is13(version uint16) bool { return version == tls13 }

// versionAt returns where in supported_versions the first such version is, or
// -1.
func (h *hello) versionAt(such func(uint16) bool) int {
	versions, _ := h.versions()
	return slices.IndexFunc(versions, such)
}

// undefined reports whether an extension is none of those that IANA has, from 0
// to 63 and three above, nor one that never got there but is sent.
func undefined(kind uint16) bool {
	const (
		extNPN      = 0x3374 // next_protocol_negotiation: Node.js 0.12
		extECHOuter = 0xfd00 // ech_outer_extensions
		extECH      = 0xfe0d // encrypted_client_hello
	)
	return kind > 63 && !slices.Contains([]uint16{extNPN, extECHOuter, extECH, extRenegotiation}, kind)
}
