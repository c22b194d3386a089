package capture

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A form is a way to write bytes as text.
type form struct {
	name   string
	decode func(text string) ([]byte, error)
}

var forms = []form{
	{"hex dump", decodeDump},
	{"hexadecimal", decodeHex},
	{"base64", decodeBase64},
}

// ParseHello finds out how a ClientHello is written down, and decodes it. It
// takes raw bytes; hexadecimal, with blanks, colons, commas, quotes, 0x or \x
// between or not; a hex dump with offsets and perhaps a column of text, as
// Wireshark, tcpdump -x, xxd and hexdump make them; and base64 of either
// alphabet, padded or not.
//
// The bytes are what [probe.ParseHello] takes, TLS records, a bare handshake
// message or an SSL 2.0 message, or these in TDS packets of type PRELOGIN, with
// a PRELOGIN message before them or not, or an Ethernet or IP packet around all
// that. What follows the hello is left out.
//
// The error says for every form that was tried where it failed. It wraps
// [probe.ErrNotHello].
func ParseHello(text []byte) (probe.Hello, error) {
	if !printable(text) {
		h, err := fromBytes(text)
		if err != nil {
			return probe.Hello{}, failed(fmt.Errorf("as raw bytes: %w", err))
		}
		return h, nil
	}
	var tried []error
	for _, f := range forms {
		b, err := f.decode(string(text))
		if err == nil {
			var h probe.Hello
			if h, err = fromBytes(b); err == nil {
				return h, nil
			}
			err = fmt.Errorf("%d bytes: %w", len(b), err)
		}
		tried = append(tried, fmt.Errorf("as %s: %w", f.name, err))
	}
	return probe.Hello{}, failed(tried...)
}

// A textError says what was tried.
type textError struct{ tried []error }

func failed(tried ...error) error { return &textError{tried} }

func (e *textError) Error() string {
	lines := make([]string, len(e.tried))
	for i, err := range e.tried {
		lines[i] = err.Error()
	}
	return "capture: no ClientHello: " + strings.Join(lines, "; ")
}

func (e *textError) Unwrap() error { return probe.ErrNotHello }

// printable reports whether b is text, and not the bytes of a hello.
func printable(b []byte) bool {
	for _, c := range b {
		if c >= 0x7f || c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}

// separators are what may stand between and around bytes in hexadecimal.
var separators = strings.NewReplacer(`\x`, "", "0x", "", "0X", "", " ", "", "\t", "", "\r", "", "\n", "",
	":", "", ",", "", ";", "", "-", "", `"`, "", "'", "", `\`, "", "{", "", "}", "")

func decodeHex(text string) ([]byte, error) {
	digits := separators.Replace(text)
	b, err := hex.DecodeString(digits)
	var odd hex.InvalidByteError
	if errors.As(err, &odd) {
		return nil, fmt.Errorf("%q, after %d bytes, is no digit", rune(odd), len(b))
	}
	if err != nil {
		return nil, fmt.Errorf("%d digits are an odd number", len(digits))
	}
	return b, nil
}

// alphabet makes base64 of the URL alphabet into standard one, without padding.
var alphabet = strings.NewReplacer("-", "+", "_", "/", "=", "", " ", "", "\t", "", "\r", "", "\n", "", `"`, "")

func decodeBase64(text string) ([]byte, error) {
	return base64.RawStdEncoding.DecodeString(alphabet.Replace(text))
}

// fromBytes finds a hello in bytes.
func fromBytes(b []byte) (probe.Hello, error) {
	h, err := fromStream(b)
	if err == nil {
		return h, nil
	}
	for _, decoder := range []gopacket.Decoder{layers.LayerTypeEthernet, layers.LinkTypeRaw} {
		if s, ok := decodeAs(b, decoder); ok && len(s.data) > 0 {
			h, inner := fromStream(s.data)
			if inner != nil {
				return probe.Hello{}, fmt.Errorf("in a packet from %v to %v: %w", s.from, s.to, inner)
			}
			return h, nil
		}
	}
	return probe.Hello{}, err
}

// errOnlyPrelogin says that PRELOGIN is all there is.
var errOnlyPrelogin = errors.New("a PRELOGIN message, and no ClientHello behind it")

// fromStream finds a hello at the begin of what a client sends.
func fromStream(b []byte) (probe.Hello, error) {
	var framing probe.Framing
	if len(b) > packetHeader && b[0] == packetPrelogin {
		h := split(stream{data: b}, true)
		if len(h.tls) == 0 {
			return probe.Hello{}, errOnlyPrelogin
		}
		framing = probe.Framing{PacketSize: h.packet, ZeroPacketID: h.zeroID}
		b = h.tls
	}
	if n := helloSize(b); n > 0 {
		b = b[:n]
	}
	h, err := probe.ParseHello(bytes.Clone(b))
	if err != nil {
		return probe.Hello{}, errors.New(strings.TrimPrefix(err.Error(), probe.ErrNotHello.Error()+": "))
	}
	h.Framing = framing
	return h, nil
}
