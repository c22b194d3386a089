package probe

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/dhe"
)

// Zeros is how a number of a DHE key exchange begins, when it is written in as
// many bytes as the prime has, and what is made of zero bytes there.
type Zeros uint8

const (
	// ZerosAvoided wants a number that does not begin with a zero byte.
	ZerosAvoided Zeros = iota
	// ZerosStripped wants one that does, and leaves leading zeros out.
	ZerosStripped
	// ZerosKept wants one that does, and pads it to the size of the prime.
	ZerosKept
)

var zerosNames = []string{"avoided", "stripped", "kept"}

func (z Zeros) String() string               { return enumName(zerosNames, z) }
func (z Zeros) MarshalText() ([]byte, error) { return []byte(z.String()), nil }
func (z *Zeros) UnmarshalText(text []byte) (err error) {
	*z, err = enumParse[Zeros](zerosNames, "zeros", text)
	return err
}

// A DHE says how the client's half of a DHE key exchange is chosen. The client
// knows the server's half by then, and looks for an exponent with which both
// numbers begin as asked for: some 256 tries if one of them is to begin with a
// zero byte (milliseconds with a prime of 2,048 bits), 65,536 if both are.
//
// RFC 5246, section 8.1.2, wants zeros stripped from the shared secret. A server
// that keeps them instead, as some versions of Windows do, comes to another key
// and refuses Finished; this happens by chance in one handshake of 256.
type DHE struct {
	// Secret is about the shared secret, as it goes into the premaster secret.
	Secret Zeros `json:"secret"`
	// Public is about the client's public value, as ClientKeyExchange has it.
	Public Zeros `json:"public"`
}

// DHESuites returns the cipher suites that an attempt with [Attempt.DHE] can
// complete, by ascending id: DHE_RSA with AES in CBC or GCM mode.
func DHESuites() []CipherSuite { return typed[CipherSuite](dhe.Suites()) }

// ErrDHE says that an attempt has a DHE and is not what that needs; see
// [Attempt] and [Prober.Probe].
var ErrDHE = errors.New("probe: an attempt with DHE needs a TLS 1.2 hello of suites in DHESuites, and DepthFinished")

// checkDHE reports what an attempt with a DHE must not ask for.
func (a Attempt) checkDHE() error {
	h, suites := a.Hello, DHESuites()
	switch {
	case a.Depth != DepthFinished:
		return fmt.Errorf("%w: depth is %v", ErrDHE, a.Depth)
	case h.Raw != nil:
		return fmt.Errorf("%w: the hello is literal", ErrDHE)
	case h.version() != TLS12:
		return fmt.Errorf("%w: the hello is for %v", ErrDHE, h.version())
	case h.offers13():
		return fmt.Errorf("%w: TLS 1.3 is offered", ErrDHE)
	case max(a.DHE.Secret, a.DHE.Public) > ZerosKept:
		return fmt.Errorf("%w: no such zeros", ErrDHE)
	}
	for _, suite := range h.cipherSuites() {
		if suite != EmptyRenegotiationInfoSCSV && suite != FallbackSCSV && !slices.Contains(suites, suite) {
			return fmt.Errorf("%w: %v is offered", ErrDHE, suite)
		}
	}
	return nil
}
