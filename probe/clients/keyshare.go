package clients

import (
	"crypto/ecdh"
	"crypto/mlkem"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A keyMaker returns a fresh public key as it stands in a key share. The private
// key is forgotten.
type keyMaker func() ([]byte, error)

// shareMakers are the parts of a share by group: RFC 8446, section 4.2.8.2, and
// draft-ietf-tls-ecdhe-mlkem. A share of the older X25519Kyber768Draft00 has the
// form of a Kyber key, which that of an ML-KEM key is: 1,184 bytes with all
// coefficients in range.
var shareMakers = map[probe.Group][]keyMaker{
	probe.X25519:    {onCurve(ecdh.X25519())},
	probe.SECP256R1: {onCurve(ecdh.P256())},
	probe.SECP384R1: {onCurve(ecdh.P384())},
	probe.SECP521R1: {onCurve(ecdh.P521())},
	0x0201:          {mlkem768},
	0x0202:          {mlkem1024},
	0x11eb:          {onCurve(ecdh.P256()), mlkem768},   // SecP256r1MLKEM768
	0x11ec:          {mlkem768, onCurve(ecdh.X25519())}, // X25519MLKEM768
	0x11ed:          {onCurve(ecdh.P384()), mlkem1024},  // SecP384r1MLKEM1024
	0x6399:          {onCurve(ecdh.X25519()), mlkem768}, // X25519Kyber768Draft00
}

func onCurve(curve ecdh.Curve) keyMaker {
	return func() ([]byte, error) {
		key, err := curve.GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		return key.PublicKey().Bytes(), nil
	}
}

func mlkem768() ([]byte, error) {
	key, err := mlkem.GenerateKey768()
	if err != nil {
		return nil, err
	}
	return key.EncapsulationKey().Bytes(), nil
}

func mlkem1024() ([]byte, error) {
	key, err := mlkem.GenerateKey1024()
	if err != nil {
		return nil, err
	}
	return key.EncapsulationKey().Bytes(), nil
}

// newShare returns a share with fresh keys.
func newShare(g probe.Group) ([]byte, error) {
	makers, ok := shareMakers[g]
	if !ok {
		return nil, fmt.Errorf("clients: no key can be made for %v", g)
	}
	var share []byte
	for _, key := range makers {
		part, err := key()
		if err != nil {
			return nil, fmt.Errorf("clients: %v: %w", g, err)
		}
		share = append(share, part...)
	}
	return share, nil
}

// freshShares returns the data of a key_share with fresh keys of the same groups.
// Groups that no key can be made for keep their share.
func freshShares(data []byte) ([]byte, error) {
	if len(data) < 2 {
		return nil, errKeyShare
	}
	fresh := make([]byte, 0, len(data))
	for rest := data[2:]; len(rest) > 0; {
		if len(rest) < 4 {
			return nil, errKeyShare
		}
		group, size := binary.BigEndian.Uint16(rest), int(binary.BigEndian.Uint16(rest[2:]))
		if rest = rest[4:]; len(rest) < size {
			return nil, errKeyShare
		}
		share := rest[:size]
		if _, ok := shareMakers[probe.Group(group)]; ok {
			var err error
			if share, err = newShare(probe.Group(group)); err != nil {
				return nil, err
			}
		}
		fresh = binary.BigEndian.AppendUint16(fresh, group)
		fresh = append(fresh, sized16(share)...)
		rest = rest[size:]
	}
	return sized16(fresh), nil
}

var errKeyShare = errors.New("clients: key_share cut short")
