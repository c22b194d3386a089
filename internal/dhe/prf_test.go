package dhe

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"testing"

	"github.com/stretchr/testify/require"
)

func unhex(t testing.TB, digits string) []byte {
	t.Helper()
	b, err := hex.DecodeString(digits)
	require.NoError(t, err)
	return b
}

// TestPRF has the vectors that went over the IETF's list on TLS in 2009, and the
// one with which Go's crypto tests itself at start.
func TestPRF(t *testing.T) {
	tests := []struct {
		name                string
		hash                func() hash.Hash
		secret, label, seed string
		want                string
	}{
		{"SHA-256", sha256.New, "9bbe436ba940f017b17652849a71db35", "test label", "a0ba9f936cda311827a6f796ffd5198c",
			"e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af" +
				"0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66"},
		{"SHA-384", sha512.New384, "b80b733d6ceefcdc71566ea48e5567df", "test label", "cd665cf6a8447dd6ff8b27555edb7465",
			"7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cde9ca0faa60be9fe34f82b1233c9146a0" +
				"e534cb400fed2700884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3d416d473ebc2c5fd4abfdad05d918425" +
				"9b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236a3e52655c9e9aee691c8f3a26854308d5eaa3be85e099070" +
				"3d73e56f"},
		{"extended master secret", sha256.New, "0102030405060708090a0b0c0d0e0f10", "extended master secret",
			"1112131415161718191a1b1c1d1e1f20",
			"8c3eeda71c1b4cc0a0449075a88ebc7c5e1c4b1e4fe3c106ebdcc05dc0c8ecf3e2b9d1035eb2605d12684f49dfa99dcc"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := unhex(t, tt.want)
			got := prf(tt.hash, unhex(t, tt.secret), tt.label, unhex(t, tt.seed), len(want))
			require.Equal(t, want, got)
		})
	}
}

// TestKeys derives what "openssl kdf TLS1-PRF" of OpenSSL 3.0 derives from the
// same labels and seeds.
func TestKeys(t *testing.T) {
	tests := []struct {
		name                            string
		hash                            func() hash.Hash
		master, extended, block, verify string
	}{
		{"SHA-256", sha256.New,
			"9c470b24926fee2197599da9d8a2449f2be9b36871f3816ad02b0797ec947aa851d3f589cfc1c784660df87610fe8bb4",
			"c6596504691d6820159d9d85da54f13a295032517e11195d72d71db8191e1ef7a413d351e65813d6757c9a86e1d7b3e0",
			"13e72b5af6cb6d28478a7d204dfc4303908a6c068c9a1268291e0ca020c8cf7e413049bd3d45167d9b9a46acc24e5a44" +
				"aef33d64477a1d6b7840407bd083e092b46ab91d57cf978ac40d47bad1c4a1d4ecc9122418c8e4981461c878297d3fc3" +
				"dbf94d78f84c0b721483eded5ef0da6f83853a287948094196a06292909d3b5449e05d0801507558",
			"68008634f268d6395d9c22e1"},
		{"SHA-384", sha512.New384,
			"e9ae609b34da71b1a7f1b1455ded9defa4ac488128de2e12082b220bc836919e71af1da8f28ad1e0752ffb66edd9ca7c",
			"58095eeb37be35a9f4c5b6a4e1e418a6e2e5ca329d0168920b5937f914f88eb85d63387cb40f7028bb9e4c32df6e9c9b",
			"8747dddc4810c355811b957df75e340a578f5b7457b1fd2c16f4c9faafd919e5232c2453716ceb66aa5540eacd725b8e" +
				"5252c7da4c9ae827e7ba28dd2e3b324dce1a6025a72eb301f825b4abd7b92489ca3bcc80280bc8237d10d5a0c2e313e4" +
				"8e4ccd3ff742043af366c5a6c847c56af85a73050d8e690a1b4a2c0a8460435605c9d1de0290cb5c",
			"26608b23b607e43bdede5425"},
	}
	premaster := make([]byte, 96)
	for i := range premaster {
		premaster[i] = byte(7*i + 1)
	}
	messages := []byte("messages up to ClientKeyExchange")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := suite{hash: tt.hash, keySize: 32, mac: sha256.New}
			h := &Handshake{
				ClientRandom: bytes.Repeat([]byte{0xc1}, 32), ServerRandom: bytes.Repeat([]byte{0x5e}, 32),
				Share: &Share{Premaster: premaster},
			}
			master := h.master(s, messages)
			require.Equal(t, tt.master, hex.EncodeToString(master))
			session := &Session{suite: s, master: master, transcript: messages}
			require.Equal(t, tt.verify, hex.EncodeToString(session.verify("client finished")))
			h.ExtendedMasterSecret = true
			require.Equal(t, tt.extended, hex.EncodeToString(h.master(s, messages)))

			block := unhex(t, tt.block)
			requireKeys(t, h, s, master, [][]byte{block[:32], block[32:64]}, [][]byte{block[64:96], block[96:128]}, [][]byte{nil, nil})
			s.mac = nil
			requireKeys(t, h, s, master, [][]byte{nil, nil}, [][]byte{block[:32], block[32:64]}, [][]byte{block[64:68], block[68:72]})
		})
	}
}

// requireKeys checks that each side's records are protected with the given keys:
// what they seal opens.
func requireKeys(t *testing.T, h *Handshake, s suite, master []byte, macs, keys, ivs [][]byte) {
	t.Helper()
	client, server, err := h.keys(s, master)
	require.NoError(t, err)
	for i, side := range []*half{client, server} {
		want, err := newHalf(s, macs[i], keys[i], ivs[i])
		require.NoError(t, err)
		sealed := side.record(recordHandshake, []byte("content"))
		content, ok := want.open(recordHandshake, sealed[recordHeader:])
		require.True(t, ok)
		require.Equal(t, "content", string(content))
	}
}
