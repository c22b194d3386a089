package probe_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// limitTests have hellos whose list is as long as can be said, and one longer.
var limitTests = []struct {
	name     string
	fits     probe.Hello
	exceeds  probe.Hello
	complain string
}{
	{"cipher suites",
		probe.Hello{CipherSuites: make([]probe.CipherSuite, 32767)},
		probe.Hello{CipherSuites: make([]probe.CipherSuite, 32768)}, "cipher suites"},
	{"session id",
		probe.Hello{SessionID: make([]byte, 255)},
		probe.Hello{SessionID: make([]byte, 256)}, "session id"},
	{"compression",
		probe.Hello{Compression: make([]uint8, 255)},
		probe.Hello{Compression: make([]uint8, 256)}, "compression"},
	{"versions",
		probe.Hello{SupportedVersions: make([]probe.Version, 127)},
		probe.Hello{SupportedVersions: make([]probe.Version, 128)}, "supported_versions"},
	{"groups",
		probe.Hello{MaxVersion: probe.TLS10, Omit: []uint16{0, 11, 23, 35}, Groups: make([]probe.Group, 32764)},
		probe.Hello{MaxVersion: probe.TLS10, Omit: []uint16{0, 11, 23, 35}, Groups: make([]probe.Group, 32767)}, "supported_groups"},
	{"schemes",
		probe.Hello{Omit: []uint16{0, 10, 11, 23, 35}, SignatureSchemes: make([]probe.SignatureScheme, 32764)},
		probe.Hello{Omit: []uint16{0, 10, 11, 23, 35}, SignatureSchemes: make([]probe.SignatureScheme, 32767)}, "signature_algorithms"},
	{"ALPN name",
		probe.Hello{ALPN: []string{strings.Repeat("x", 255)}},
		probe.Hello{ALPN: []string{strings.Repeat("x", 256)}}, "ALPN"},
	{"extension",
		probe.Hello{MaxVersion: probe.SSL30, Extensions: []probe.Extension{{Type: 77, Data: make([]byte, 65531)}}},
		probe.Hello{MaxVersion: probe.SSL30, Extensions: []probe.Extension{{Type: 77, Data: make([]byte, 65532)}}}, "extensions"},
	{"ALPN names together",
		probe.Hello{MaxVersion: probe.TLS10, Omit: []uint16{0, 10, 11, 23, 35}, ALPN: make([]string, 65529)},
		probe.Hello{MaxVersion: probe.TLS10, Omit: []uint16{0, 10, 11, 23, 35}, ALPN: make([]string, 65530)}, "extensions"},
	{"padding",
		probe.Hello{Pad: 65536},
		probe.Hello{Pad: 70000}, "extensions"},
}

func TestHelloLimits(t *testing.T) {
	for _, tt := range limitTests {
		t.Run(tt.name, func(t *testing.T) {
			hello := wire(t, tt.fits)
			again, err := hello.Append(nil)
			require.NoError(t, err)
			require.Equal(t, len(tt.fits.SessionID), len(hello.SessionID))
			require.NotEmpty(t, again)
			_, err = tt.exceeds.Bytes("sql.example.test")
			require.ErrorContains(t, err, tt.complain)
			require.ErrorContains(t, err, "probe: hello: ")
		})
	}
}

func TestHelloLimitsSSL2(t *testing.T) {
	bytes, err := probe.Hello{MaxVersion: probe.SSL20, CipherKinds: make([]probe.CipherKind, 10914)}.Bytes("")
	require.NoError(t, err)
	hello, err := tlswire.ParseSSL2ClientHello(bytes)
	require.NoError(t, err)
	require.Len(t, hello.CipherKinds, 10914)

	_, err = probe.Hello{MaxVersion: probe.SSL20, CipherKinds: make([]probe.CipherKind, 10915)}.Bytes("")
	require.EqualError(t, err, "probe: hello: tlswire: SSL 2.0 CLIENT-HELLO: 32770 bytes, more than 32767")
}

func TestHelloImpossible(t *testing.T) {
	tests := []struct {
		name     string
		hello    probe.Hello
		complain string
	}{
		{"version behind TLS 1.3", probe.Hello{MaxVersion: 0x0305}, "0x305"},
		{"version before SSL 3.0", probe.Hello{MaxVersion: 0x0200}, "0x0200"},
		{"any version", probe.Hello{MaxVersion: 0xffff}, "supported_versions"},
		{"key share of ffdhe2048", probe.Hello{MaxVersion: probe.TLS13, KeyShares: []probe.Group{probe.X25519, 0x0100}}, "ffdhe2048"},
		{"key share of x448", probe.Hello{MaxVersion: probe.TLS13, KeyShares: []probe.Group{30}}, "x448"},
		{"key share of GREASE", probe.Hello{MaxVersion: probe.TLS13, KeyShares: []probe.Group{0x2a2a}}, "0x2a2a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.hello.Bytes("")
			require.ErrorContains(t, err, tt.complain)
			_, err = tt.hello.Spec()
			if tt.hello.MaxVersion != 0x0305 { // utls judges that
				require.Error(t, err)
			}
		})
	}
}
