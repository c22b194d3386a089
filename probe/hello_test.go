package probe_test

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// u16s encodes ids behind their length in a field of size bytes.
func u16s(size int, ids ...uint16) []byte {
	data := make([]byte, size)
	data[size-1] = byte(2 * len(ids))
	for _, id := range ids {
		data = binary.BigEndian.AppendUint16(data, id)
	}
	return data
}

var (
	standard10   = []uint16{extServerName, extMasterSecret, extSupportedGroups, extECPointFormats, extSessionTicket}
	standard12   = append(slices.Clone(standard10), extSignatureAlgorithms)
	standard13   = append(slices.Clone(standard12), extSupportedVersions, extPSKModes, extKeyShare)
	allSchemes   = u16s(2, 0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201)
	allGroups    = u16s(2, 29, 23, 24, 25)
	commonSuites = []uint16{
		0xc02c, 0xc02b, 0xc030, 0xc02f, 0xcca9, 0xcca8, 0x009f, 0x009e, 0xc024, 0xc023, 0xc028, 0xc027,
		0xc00a, 0xc009, 0xc014, 0xc013, 0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f, 0x000a, 0x00ff,
	}
	suites13 = []uint16{0x1301, 0x1302, 0x1303}
)

var defaultTests = []struct {
	name       string
	hello      probe.Hello
	record     uint16
	version    uint16
	session    int
	suites     []uint16
	extensions []uint16
	versions   []byte // of supported_versions
}{
	{"zero", probe.Hello{}, 0x0301, 0x0303, 0, commonSuites, standard12, nil},
	{"SSL 3.0", probe.Hello{MaxVersion: probe.SSL30}, 0x0300, 0x0300, 0, commonSuites, []uint16{}, nil},
	{"TLS 1.0", probe.Hello{MaxVersion: probe.TLS10}, 0x0301, 0x0301, 0, commonSuites, standard10, nil},
	{"TLS 1.1", probe.Hello{MaxVersion: probe.TLS11}, 0x0301, 0x0302, 0, commonSuites, standard10, nil},
	{"TLS 1.2", probe.Hello{MaxVersion: probe.TLS12}, 0x0301, 0x0303, 0, commonSuites, standard12, nil},
	{"TLS 1.2 and a lowest version, which it cannot say", probe.Hello{MaxVersion: probe.TLS12, MinVersion: probe.TLS10},
		0x0301, 0x0303, 0, commonSuites, standard12, nil},
	{"TLS 1.3", probe.Hello{MaxVersion: probe.TLS13}, 0x0301, 0x0303, 32, suites13, standard13, u16s(1, 0x0304)},
	{"TLS 1.2 to 1.3", probe.Hello{MaxVersion: probe.TLS13, MinVersion: probe.TLS12},
		0x0301, 0x0303, 32, slices.Concat(suites13, commonSuites), standard13, u16s(1, 0x0304, 0x0303)},
	{"SSL 3.0 to TLS 1.3", probe.Hello{MaxVersion: probe.TLS13, MinVersion: probe.SSL30},
		0x0301, 0x0303, 32, slices.Concat(suites13, commonSuites), standard13, u16s(1, 0x0304, 0x0303, 0x0302, 0x0301, 0x0300)},
}

func TestHelloDefaults(t *testing.T) {
	for _, tt := range defaultTests {
		t.Run(tt.name, func(t *testing.T) {
			records, err := tt.hello.Bytes("sql.example.test")
			require.NoError(t, err)
			require.Equal(t, byte(22), records[0])
			require.Equal(t, tt.record, binary.BigEndian.Uint16(records[1:]))
			hello := parse(t, records)
			require.Equal(t, tt.version, hello.Version)
			require.Len(t, hello.SessionID, tt.session)
			require.Equal(t, tt.suites, hello.CipherSuites)
			require.Equal(t, []uint8{0}, hello.Compression)
			require.Equal(t, tt.extensions, types(hello))
			if len(tt.extensions) == 0 {
				require.Nil(t, hello.Extensions, "an empty block")
				return
			}
			require.Equal(t, append([]byte{0, 19, 0, 0, 16}, "sql.example.test"...), extension(t, hello, extServerName))
			require.Equal(t, allGroups, extension(t, hello, extSupportedGroups))
			require.Equal(t, []byte{1, 0}, extension(t, hello, extECPointFormats))
			require.Empty(t, extension(t, hello, extMasterSecret))
			require.Empty(t, extension(t, hello, extSessionTicket))
			if tt.version == 0x0303 {
				require.Equal(t, allSchemes, extension(t, hello, extSignatureAlgorithms))
			}
			if tt.versions != nil {
				require.Equal(t, tt.versions, extension(t, hello, extSupportedVersions))
				require.Equal(t, []byte{1, 1}, extension(t, hello, extPSKModes))
			}
		})
	}
}

// TestHelloServerName checks that what must not stand in server_name does not:
// RFC 6066, section 3.
func TestHelloServerName(t *testing.T) {
	tests := []struct{ name, sent string }{
		{"sql.example.test", "sql.example.test"},
		{"sql.example.test.", "sql.example.test"},
		{"", ""},
		{"192.0.2.1", ""},
		{"2001:db8::1", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			records, err := probe.Hello{}.Bytes(tt.name)
			require.NoError(t, err)
			hello := parse(t, records)
			if tt.sent == "" {
				require.NotContains(t, types(hello), uint16(extServerName))
				return
			}
			require.Equal(t, tt.sent, string(extension(t, hello, extServerName)[5:]))
		})
	}
	records, err := probe.Hello{Omit: []uint16{10, 11, 13, 23, 35}}.Bytes("192.0.2.1")
	require.NoError(t, err)
	require.Nil(t, parse(t, records).Extensions, "an empty block")
}

func TestHelloSSL2(t *testing.T) {
	tests := []struct {
		name  string
		kinds []probe.CipherKind
		want  []uint32
	}{
		{"all", nil, []uint32{0x010080, 0x020080, 0x030080, 0x040080, 0x050080, 0x060040, 0x0700c0, 0x080080}},
		{"some", []probe.CipherKind{0x0700c0, 0x00002f}, []uint32{0x0700c0, 0x00002f}},
		{"none", []probe.CipherKind{}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bytes, err := probe.Hello{MaxVersion: probe.SSL20, CipherKinds: tt.kinds}.Bytes("sql.example.test")
			require.NoError(t, err)
			hello, err := tlswire.ParseSSL2ClientHello(bytes)
			require.NoError(t, err)
			require.EqualValues(t, probe.SSL20, hello.Version)
			require.Equal(t, tt.want, hello.CipherKinds)
			require.Empty(t, hello.SessionID)
			require.Len(t, hello.Challenge, 16)
		})
	}
}

// TestHelloFresh checks that no two hellos share what must be random.
func TestHelloFresh(t *testing.T) {
	for _, tt := range defaultTests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := wire(t, tt.hello), wire(t, tt.hello)
			require.NotEqual(t, a.Random, b.Random)
			require.NotZero(t, a.Random)
			if tt.session > 0 {
				require.NotEqual(t, a.SessionID, b.SessionID)
				require.NotEqual(t, extension(t, a, extKeyShare), extension(t, b, extKeyShare))
			}
		})
	}
	ssl2 := probe.Hello{MaxVersion: probe.SSL20}
	a, err := ssl2.Bytes("")
	require.NoError(t, err)
	b, err := ssl2.Bytes("")
	require.NoError(t, err)
	require.NotEqual(t, a, b)
}
