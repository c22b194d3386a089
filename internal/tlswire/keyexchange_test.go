package tlswire_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/iana"
	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// Bodies of ServerKeyExchange messages and what they hold, Raw apart.
var (
	signature   = []byte{0x30, 1, 2}
	ecdhParams  = slices.Concat([]byte{3}, u16(23), vec(1, []byte{4, 5, 6}))
	dhParams    = slices.Concat(vec(2, []byte{0, 0xfb}), vec(2, []byte{2}), vec(2, []byte{0, 0, 7}))
	signed10    = vec(2, signature)
	signed12    = append(u16(0x0401), vec(2, signature)...)
	ecdh        = tlswire.ServerKeyExchange{Group: 23, Point: []byte{4, 5, 6}}
	dh          = tlswire.ServerKeyExchange{P: []byte{0, 0xfb}, G: []byte{2}, Ys: []byte{0, 0, 7}}
	nothingElse = tlswire.ServerKeyExchange{}
)

func signedBy(k tlswire.ServerKeyExchange, scheme uint16) tlswire.ServerKeyExchange {
	k.SignatureScheme, k.Signature = scheme, signature
	return k
}

func TestServerKeyExchange(t *testing.T) {
	pskECDH := append(vec(2, []byte("hint")), ecdhParams...)
	tests := []struct {
		name           string
		version, suite uint16
		body           []byte
		want           tlswire.ServerKeyExchange
	}{
		{"ECDHE_RSA", 0x0303, 0xc030, append(ecdhParams, signed12...), signedBy(ecdh, 0x0401)},
		{"ECDHE_RSA of TLS 1.0", 0x0301, 0xc013, append(ecdhParams, signed10...), signedBy(ecdh, 0)},
		{"ECDHE_ECDSA", 0x0303, 0xc02b, append(ecdhParams, signed12...), signedBy(ecdh, 0x0401)},
		{"ECDHE_ECDSA of TLS 1.1", 0x0302, 0xc00a, append(ecdhParams, signed10...), signedBy(ecdh, 0)},
		{"ECDH_anon", 0x0303, 0xc018, ecdhParams, ecdh},
		{"DHE_RSA", 0x0303, 0x009f, append(dhParams, signed12...), signedBy(dh, 0x0401)},
		{"DHE_RSA of SSL 3.0", 0x0300, 0x0033, append(dhParams, signed10...), signedBy(dh, 0)},
		{"DHE_DSS", 0x0303, 0x0040, append(dhParams, signed12...), signedBy(dh, 0x0401)},
		{"DH_anon", 0x0303, 0x006c, dhParams, dh},
		{"DHE_RSA_EXPORT", 0x0300, 0x0014, append(dhParams, signed10...), signedBy(dh, 0)},
		{"DHE_DSS_EXPORT", 0x0301, 0x0011, append(dhParams, signed10...), signedBy(dh, 0)},
		{"DHE_DSS_EXPORT1024", 0x0301, 0x0063, append(dhParams, signed10...), signedBy(dh, 0)},
		{"DH_anon_EXPORT", 0x0300, 0x0019, dhParams, dh},
		{"bytes behind", 0x0303, 0xc018, append(ecdhParams, 0xff), ecdh},
		{"explicit curve", 0x0303, 0xc030, []byte{1, 0, 1, 7}, nothingElse},
		{"RSA_EXPORT", 0x0300, 0x0003, append(vec(2, []byte{1}), vec(2, []byte{3})...), nothingElse},
		{"RSA_EXPORT1024", 0x0301, 0x0062, append(vec(2, []byte{1}), vec(2, []byte{3})...), nothingElse},
		{"PSK", 0x0303, 0x00ae, vec(2, []byte("hint")), nothingElse},
		{"RSA_PSK", 0x0303, 0x00b6, vec(2, []byte("hint")), nothingElse},
		{"DHE_PSK", 0x0303, 0x00b2, append(vec(2, []byte("hint")), dhParams...), nothingElse},
		{"ECDHE_PSK", 0x0303, 0xc037, pskECDH, nothingElse},
		{"SRP_SHA", 0x0303, 0xc01d, dhParams, nothingElse},
		{"SRP_SHA_RSA", 0x0303, 0xc01e, append(dhParams, signed12...), nothingElse},
		{"KRB5", 0x0301, 0x001f, dhParams, nothingElse},
		{"static RSA", 0x0303, 0x009d, dhParams, nothingElse},
		{"static DH_RSA", 0x0303, 0x00a1, dhParams, nothingElse},
		{"static ECDH_RSA", 0x0303, 0xc032, ecdhParams, nothingElse},
		{"unknown suite", 0x0303, 0xfafa, dhParams, nothingElse},
		{"empty", 0x0303, 0xfafa, nil, nothingElse},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.Raw = append([]byte{}, tt.body...)
			got, err := keyExchange(tt.version, tt.suite, tt.body)
			require.NoError(t, err)
			require.Equal(t, &tt.want, got)
		})
	}
}

// keyExchange decodes the body of a ServerKeyExchange behind a ServerHello.
func keyExchange(version, suite uint16, body []byte) (*tlswire.ServerKeyExchange, error) {
	var d tlswire.Decoder
	_, err := d.Write(record(22, append(serverHello(version, suite), handshake(12, body)...)))
	return d.Flight().KeyExchange, err
}

// TestServerKeyExchangeOfEverySuite decides by the form of a suite's name which
// parameters a server sends with it.
func TestServerKeyExchangeOfEverySuite(t *testing.T) {
	ephemeral := regexp.MustCompile(`^TLS_(EC)?DH(?:E_RSA|E_DSS|E_ECDSA|_anon)_(?:EXPORT(?:1024)?_)?WITH_`)
	found := map[string]int{}
	for _, suite := range iana.CipherSuites() {
		name := iana.CipherSuiteName(suite)
		form, body := "none", slices.Concat(dhParams, signed12)
		if match := ephemeral.FindStringSubmatch(name); match != nil {
			form = match[1] + "DH"
		}
		if form == "ECDH" {
			body = slices.Concat(ecdhParams, signed12)
		}
		found[form]++
		got, err := keyExchange(0x0303, suite, body)
		require.NoError(t, err, name)
		require.Equal(t, form == "ECDH", got.Group == 23 && got.Point != nil, name)
		require.Equal(t, form == "DH", got.P != nil && got.G != nil && got.Ys != nil, name)
		signed := form != "none" && !regexp.MustCompile("_anon_").MatchString(name)
		require.Equal(t, signed, got.Signature != nil, name)
	}
	for _, form := range []string{"none", "DH", "ECDH"} {
		require.Greater(t, found[form], 40, form)
	}
}

func TestServerKeyExchangeMalformed(t *testing.T) {
	requireMalformed(t, 12, 0xc013, []malformed{
		{"empty", nil, "tlswire: ServerKeyExchange at byte 0: cut short"},
		{"curve", []byte{3, 0}, "tlswire: ServerKeyExchange at byte 1: cut short"},
		{"point", []byte{3, 0, 23, 65, 4}, "tlswire: ServerKeyExchange at byte 4: cut short"},
		{"scheme", []byte{3, 0, 23, 1, 4, 8}, "tlswire: ServerKeyExchange at byte 5: cut short"},
		{"signature", []byte{3, 0, 23, 1, 4, 8, 4, 0, 9}, "tlswire: ServerKeyExchange at byte 9: cut short"},
	})
	requireMalformed(t, 12, 0x009f, []malformed{
		{"no p", nil, "tlswire: ServerKeyExchange at byte 0: cut short"},
		{"p", []byte{0, 2, 7}, "tlswire: ServerKeyExchange at byte 2: cut short"},
		{"g", []byte{0, 1, 7, 0, 1}, "tlswire: ServerKeyExchange at byte 5: cut short"},
		{"ys", []byte{0, 1, 7, 0, 1, 2, 0, 4, 1}, "tlswire: ServerKeyExchange at byte 8: cut short"},
	})
}
