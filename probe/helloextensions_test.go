package probe_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

func TestHelloOmit(t *testing.T) {
	for _, id := range append(slices.Clone(standard13), extALPN) {
		hello := wire(t, probe.Hello{MaxVersion: probe.TLS13, ALPN: []string{"h2"}, Omit: []uint16{id}})
		require.NotContains(t, types(hello), id)
		require.Len(t, hello.Extensions, len(standard13))
	}
	hello := wire(t, probe.Hello{MaxVersion: probe.TLS13, Omit: standard13})
	require.Nil(t, hello.Extensions)
	require.Len(t, hello.SessionID, 32)
}

func TestHelloExtensions(t *testing.T) {
	tests := []struct {
		name       string
		omit       []uint16
		extensions []probe.Extension
		want       []tlswire.Extension // ends the hello, behind what is not replaced
		types      []uint16
	}{
		{
			"appended", nil, []probe.Extension{{Type: 0x3374, Data: []byte{}}, {Type: 5, Data: []byte{1, 0, 0, 0, 0}}},
			[]tlswire.Extension{{Type: 0x3374, Data: []byte{}}, {Type: 5, Data: []byte{1, 0, 0, 0, 0}}},
			append(slices.Clone(standard12), 0x3374, 5),
		},
		{
			"appended without data", nil, []probe.Extension{{Type: 0xff01}},
			[]tlswire.Extension{{Type: 0xff01, Data: []byte{}}},
			append(slices.Clone(standard12), 0xff01),
		},
		{
			"replaced in its place", nil, []probe.Extension{{Type: extSupportedGroups, Data: []byte{0, 2, 0, 23}}},
			[]tlswire.Extension{{Type: extSupportedGroups, Data: []byte{0, 2, 0, 23}}},
			standard12,
		},
		{
			"replaced although left out", []uint16{extSupportedGroups}, []probe.Extension{{Type: extSupportedGroups, Data: []byte{9}}},
			[]tlswire.Extension{{Type: extSupportedGroups, Data: []byte{9}}},
			standard12,
		},
		{
			"doubled unknown", nil, []probe.Extension{{Type: 77, Data: []byte{1}}, {Type: 77, Data: []byte{2}}},
			[]tlswire.Extension{{Type: 77, Data: []byte{1}}, {Type: 77, Data: []byte{2}}},
			append(slices.Clone(standard12), 77, 77),
		},
		{
			"doubled standard", nil,
			[]probe.Extension{{Type: extSessionTicket, Data: []byte{1}}, {Type: 77}, {Type: extSessionTicket, Data: []byte{2}}},
			[]tlswire.Extension{{Type: extSessionTicket, Data: []byte{1}}, {Type: 77, Data: []byte{}}, {Type: extSessionTicket, Data: []byte{2}}},
			append(slices.Clone(standard12), 77, extSessionTicket),
		},
		{
			"a tripled one", nil, []probe.Extension{{Type: extECPointFormats}, {Type: extECPointFormats}, {Type: extECPointFormats}},
			[]tlswire.Extension{{Type: extECPointFormats, Data: []byte{}}, {Type: extECPointFormats, Data: []byte{}}, {Type: extECPointFormats, Data: []byte{}}},
			append(slices.Clone(standard12), extECPointFormats, extECPointFormats),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			hello := wire(t, probe.Hello{Omit: tt.omit, Extensions: tt.extensions})
			require.Equal(t, tt.types, types(hello))
			var got []tlswire.Extension
			for _, e := range hello.Extensions {
				if slices.ContainsFunc(tt.extensions, func(raw probe.Extension) bool { return raw.Type == e.Type }) {
					got = append(got, e)
				}
			}
			require.Equal(t, tt.want, got)
		})
	}
}

// TestHelloExtensionsEverywhere sends extensions in versions that have none,
// and pre_shared_key not at the end.
func TestHelloExtensionsEverywhere(t *testing.T) {
	hello := wire(t, probe.Hello{MaxVersion: probe.SSL30, Extensions: []probe.Extension{{Type: 23}}})
	require.Equal(t, []uint16{23}, types(hello))
	require.EqualValues(t, 0x0300, hello.Version)

	hello = wire(t, probe.Hello{MaxVersion: probe.TLS13, Extensions: []probe.Extension{{Type: 41, Data: []byte{1}}, {Type: 77}}})
	require.Equal(t, append(slices.Clone(standard13), 41, 77), types(hello))
}
