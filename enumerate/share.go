package enumerate

import (
	"encoding/binary"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/dhgroup"
	"github.com/tdsprobe/tdsprobe/probe"
)

// wantedShare returns the group that a server of TLS 1.3 asked a key share for
// and that is none of those which shares can be made for; 0 if there is none.
func wantedShare(results []probe.Result) probe.Group {
	for _, r := range results {
		if retries(r) && !slices.Contains(probe.ShareGroups(), r.Flight.Group) {
			return r.Flight.Group
		}
	}
	return 0
}

// retries reports whether r is a HelloRetryRequest.
func retries(r probe.Result) bool { return accepts(r, probe.TLS13) && r.Flight.Retry }

// publicKey returns a key that a server finds nothing wrong with and whose
// secret nobody needs, since no handshake is completed with it; nil if none is
// known. It is 2 squared in a group of RFC 7919, and the base point of x448.
func publicKey(g probe.Group) []byte {
	const x448 = 30
	if g == x448 {
		key := make([]byte, 56) // RFC 7748, section 5: little-endian
		key[0] = 5
		return key
	}
	for _, known := range dhgroup.Groups() {
		if g.FiniteField() && known.Name == g.String() {
			key := make([]byte, len(known.P)) // RFC 8446, section 4.2.8.1: as long as the prime
			key[len(key)-1] = 4
			return key
		}
	}
	return nil
}

// keyShare returns a key_share extension with one share: RFC 8446, section
// 4.2.8.
func keyShare(g probe.Group, key []byte) probe.Extension {
	var data []byte
	for _, n := range []int{4 + len(key), int(g), len(key)} {
		data = binary.BigEndian.AppendUint16(data, uint16(n))
	}
	return probe.Extension{Type: probe.ExtensionKeyShare, Data: append(data, key...)}
}
