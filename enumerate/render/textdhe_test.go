package render_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

func TestLeadingZeros(t *testing.T) {
	tests := []struct {
		name string
		test *enumerate.ZerosTest
		want string // the lines after the first
	}{
		{"not asked", nil, ""},
		{"correct", &enumerate.ZerosTest{
			Suite: "S", Secret: enumerate.VerdictCorrect, SecretExtended: enumerate.VerdictCorrect, Public: enumerate.VerdictCorrect,
		}, "  numbers with leading zeros, as one in 256 has them, asked with S:\n" +
			"    shared secret: the zeros are stripped, which conforms to RFC 5246, section 8.1.2\n" +
			"    shared secret, with extended_master_secret: the zeros are stripped, which conforms to RFC 5246, section 8.1.2\n" +
			"    public value of the client: accepted, whether the client strips the zeros or keeps them\n"},
		{"kept", &enumerate.ZerosTest{Suite: "S", Secret: enumerate.VerdictKeepsZeros, Public: enumerate.VerdictStrippedRefused},
			"  numbers with leading zeros, as one in 256 has them, asked with S:\n" +
				"    shared secret: the zeros are kept: one in 256 handshakes fails with clients that conform to RFC 5246, section 8.1.2\n" +
				"    public value of the client: refused where the client strips the zeros\n"},
		{"open", &enumerate.ZerosTest{Suite: "S", Secret: enumerate.VerdictInconclusive, Public: enumerate.VerdictInconclusive},
			"  numbers with leading zeros, as one in 256 has them, asked with S:\n" +
				"    shared secret: ?  inconclusive\n    public value of the client: ?  inconclusive\n"},
		{"a verdict of another time", &enumerate.ZerosTest{Suite: "S", Secret: "odd\x1b"},
			"  numbers with leading zeros, as one in 256 has them, asked with S:\n    shared secret: odd\ufffd\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := sample()
			r.DHE = &enumerate.DHE{Bits: 1024, Group: "Oakley Group 2", LeadingZeros: tt.test}
			text := strings.Join(lines(t, r), "\n")
			require.Contains(t, text, "\nDHE: 1024 bits, Oakley Group 2\n"+tt.want+"\nCertificates\n")
		})
	}
}
