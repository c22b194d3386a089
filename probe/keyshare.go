package probe

import (
	"crypto/ecdh"
	"crypto/rand"
	"fmt"

	tls "github.com/refraction-networking/utls"
)

// Hybrid groups of an elliptic curve and ML-KEM, or Kyber as it was before.
const (
	x25519MLKEM768 Group = 0x11ec
	x25519Kyber768 Group = 0x6399
)

// generatable are the groups that a key share can be made for.
var generatable = []Group{X25519, SECP256R1, SECP384R1, SECP521R1, x25519MLKEM768, x25519Kyber768}

var curves = map[Group]ecdh.Curve{
	X25519: ecdh.X25519(), SECP256R1: ecdh.P256(), SECP384R1: ecdh.P384(), SECP521R1: ecdh.P521(),
}

// shareKeys are the private keys behind the key shares of a hello.
type shareKeys map[Group]*ecdh.PrivateKey

// newShareKeys gives the key shares on elliptic curves keys of our own: utls
// makes one for each, but forgets all except the first.
func newShareKeys(client *tls.UConn) (shareKeys, error) {
	keys := shareKeys{}
	for _, e := range client.Extensions {
		shares, ok := e.(*tls.KeyShareExtension)
		if !ok {
			continue
		}
		for i, share := range shares.KeyShares {
			curve, ok := curves[Group(share.Group)]
			if !ok {
				continue
			}
			key, err := curve.GenerateKey(rand.Reader)
			if err != nil {
				return nil, fmt.Errorf("probe: hello: %w", err)
			}
			shares.KeyShares[i].Data = key.PublicKey().Bytes()
			keys[Group(share.Group)] = key
		}
	}
	state := client.HandshakeState.State13.KeyShareKeys
	for _, hybrid := range []Group{x25519MLKEM768, x25519Kyber768} {
		keys[hybrid] = state.MlkemEcdhe
	}
	if state.Ecdhe == nil {
		state.Ecdhe = state.MlkemEcdhe // utls insists on one, even to answer a HelloRetryRequest
	}
	return keys, nil
}

// choose makes client use the key of the group that the server chose. utls has
// room for one.
func (k shareKeys) choose(client *tls.UConn, g Group) {
	if key := k[g]; key != nil {
		client.HandshakeState.State13.KeyShareKeys.Ecdhe = key
	}
}
