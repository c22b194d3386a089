package dhe

import (
	"crypto/hmac"
	"hash"
	"slices"
)

// prf is the pseudorandom function of RFC 5246, section 5.
func prf(h func() hash.Hash, secret []byte, label string, seed []byte, size int) []byte {
	mac := hmac.New(h, secret)
	sum := func(parts ...[]byte) []byte {
		mac.Reset()
		for _, part := range parts {
			mac.Write(part)
		}
		return mac.Sum(nil)
	}
	seed = append([]byte(label), seed...)
	var out []byte
	for a := sum(seed); len(out) < size; a = sum(a) {
		out = append(out, sum(a, seed)...)
	}
	return out[:size]
}

// digest is the hash of handshake messages.
func digest(h func() hash.Hash, messages []byte) []byte {
	d := h()
	d.Write(messages)
	return d.Sum(nil)
}

const (
	masterSize = 48
	verifySize = 12
)

// master derives the master secret: RFC 5246, section 8.1, or RFC 7627, section
// 4, from the messages up to ClientKeyExchange.
func (h *Handshake) master(s suite, messages []byte) []byte {
	if h.ExtendedMasterSecret {
		return prf(s.hash, h.Share.Premaster, "extended master secret", digest(s.hash, messages), masterSize)
	}
	return prf(s.hash, h.Share.Premaster, "master secret", slices.Concat(h.ClientRandom, h.ServerRandom), masterSize)
}

// keys derives how either side protects its records: RFC 5246, section 6.3.
func (h *Handshake) keys(s suite, master []byte) (client, server *half, err error) {
	macSize, ivSize := 0, saltSize
	if s.mac != nil {
		macSize, ivSize = s.mac().Size(), 0 // the IV goes with every record
	}
	block := prf(s.hash, master, "key expansion", slices.Concat(h.ServerRandom, h.ClientRandom), 2*(macSize+s.keySize+ivSize))
	take := func(n int) (part []byte) {
		part, block = block[:n], block[n:]
		return part
	}
	clientMAC, serverMAC := take(macSize), take(macSize)
	clientKey, serverKey := take(s.keySize), take(s.keySize)
	clientIV, serverIV := take(ivSize), take(ivSize)
	if client, err = newHalf(s, clientMAC, clientKey, clientIV); err != nil {
		return nil, nil, err
	}
	server, err = newHalf(s, serverMAC, serverKey, serverIV)
	return client, server, err
}
