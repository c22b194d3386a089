package tlswire_test

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// What tests make messages of, and take them apart with, apart from the code
// under test.

func record(contentType uint8, content []byte) []byte {
	return tlswire.AppendRecords(nil, contentType, 0x0303, content, 0)
}

func handshake(kind uint8, body ...[]byte) []byte {
	return slices.Concat([]byte{kind}, vec(3, body...))
}

// vec returns its content behind a length of size bytes.
func vec(size int, content ...[]byte) []byte {
	body := slices.Concat(content...)
	n := len(body)
	length := []byte{byte(n >> 16), byte(n >> 8), byte(n)}
	return append(length[3-size:], body...)
}

func u16(values ...uint16) []byte {
	var b []byte
	for _, v := range values {
		b = append(b, byte(v>>8), byte(v))
	}
	return b
}

// serverHello returns a ServerHello message without extensions.
func serverHello(version, suite uint16) []byte {
	return handshake(2, u16(version), make([]byte, 32), []byte{0}, u16(suite), []byte{0})
}

// handshakeStream returns what the handshake records of data hold together,
// and the version of the first one. It ends where encryption begins, and at what
// is not a whole TLS record.
func handshakeStream(data []byte) (stream []byte, version uint16) {
	for len(data) >= 5 && data[1] == 3 && data[0] >= 20 && data[0] <= 23 {
		n := 5 + int(data[3])<<8 + int(data[4])
		if len(data) < n || data[0] == 20 && len(messages(stream)) > 0 {
			break
		}
		if data[0] == 22 && version == 0 {
			version = uint16(data[1])<<8 | uint16(data[2])
		}
		if data[0] == 22 {
			stream = append(stream, data[5:n]...)
		}
		data = data[n:]
	}
	return stream, version
}

// messages splits a stream of handshake messages.
func messages(stream []byte) [][]byte {
	var list [][]byte
	for len(stream) >= 4 {
		n := 4 + int(stream[1])<<16 + int(stream[2])<<8 + int(stream[3])
		if len(stream) < n {
			break
		}
		list = append(list, stream[:n])
		stream = stream[n:]
	}
	return list
}
