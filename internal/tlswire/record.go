package tlswire

import (
	"encoding/binary"
	"fmt"
)

// Content types: RFC 8446, section 5.1.
const (
	recordChangeCipherSpec = 20
	recordAlert            = 21
	recordHandshake        = 22
	recordApplicationData  = 23
)

// Handshake types: RFC 8446, section 4, and RFC 5246, section 7.4.
const (
	typeHelloRequest       = 0
	typeClientHello        = 1
	typeServerHello        = 2
	typeCertificate        = 11
	typeServerKeyExchange  = 12
	typeCertificateRequest = 13
	typeServerHelloDone    = 14
	typeCertificateStatus  = 22
)

const (
	recordHeader    = 5
	maxPlaintext    = 1 << 14
	maxRecord       = maxPlaintext + 2048 // TLSCiphertext of RFC 5246, section 6.2.3
	handshakeHeader = 4
	maxHandshake    = 1 << 18
	maxFlight       = 1 << 20 // keeps a server that never ends from filling the memory
)

// A FormatError says that bytes are not what they should be.
type FormatError struct {
	What   string // the structure: "record", "ServerHello", ...
	Offset int    // in that structure, where reading ended; for records in the stream
	Reason string
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("tlswire: %s at byte %d: %s", e.What, e.Offset, e.Reason)
}

// AppendRecords appends payload in records of at most size bytes of content
// (0: 16,384, which is also the most) of one content type. An empty payload
// makes one empty record.
func AppendRecords(b []byte, contentType uint8, version uint16, payload []byte, size int) []byte {
	if size <= 0 || size > maxPlaintext {
		size = maxPlaintext
	}
	for {
		n := min(size, len(payload))
		b = append(b, contentType, byte(version>>8), byte(version), byte(n>>8), byte(n))
		b = append(b, payload[:n]...)
		if payload = payload[n:]; len(payload) == 0 {
			return b
		}
	}
}

// HandshakeMessage returns the first handshake message in TLS records, header
// included. The error is a [*FormatError].
func HandshakeMessage(records []byte) ([]byte, error) {
	var message []byte
	for at := 0; ; {
		if n := messageSize(message); n > 0 && len(message) >= n {
			return message[:n], nil
		}
		rest := records[at:]
		if len(rest) < recordHeader {
			return nil, &FormatError{"record", at, "cut short"}
		}
		n := int(binary.BigEndian.Uint16(rest[3:]))
		if rest[0] != recordHandshake || n > maxRecord || len(rest) < recordHeader+n {
			return nil, &FormatError{"record", at, "not a whole handshake record"}
		}
		message = append(message, rest[recordHeader:recordHeader+n]...)
		at += recordHeader + n
	}
}

// messageSize returns the size of the handshake message that starts b, header
// included, or 0 while that cannot be told.
func messageSize(b []byte) int {
	if len(b) < handshakeHeader {
		return 0
	}
	return handshakeHeader + int(b[1])<<16 + int(b[2])<<8 + int(b[3])
}
