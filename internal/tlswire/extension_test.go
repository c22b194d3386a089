package tlswire_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// A list row is the data of an extension; want is nil where it is not ok.
type list[T any] struct {
	name string
	data []byte
	want []T
}

func requireLists[T any](t *testing.T, decode func([]byte) ([]T, bool), tests []list[T]) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := decode(tt.data)
			require.Equal(t, tt.want, got)
			require.Equal(t, tt.want != nil, ok)
			if ok {
				for i := range tt.data {
					_, ok := decode(tt.data[:i])
					require.False(t, ok, "%d bytes", i)
				}
				_, ok := decode(append(tt.data, 0))
				require.False(t, ok, "a byte behind")
			}
		})
	}
}

func TestUint16List(t *testing.T) {
	requireLists(t, tlswire.Uint16List, []list[uint16]{
		{"one", []byte{0, 2, 0, 29}, []uint16{29}},
		{"three, one of them twice", []byte{0, 6, 0, 29, 0x11, 0xec, 0, 29}, []uint16{29, 0x11ec, 29}},
		{"the longest", vec(2, u16(make([]uint16, 32767)...)), make([]uint16, 32767)},
		{"nothing", nil, nil},
		{"empty", []byte{0, 0}, nil},
		{"odd", []byte{0, 3, 0, 29, 0}, nil},
		{"half an id", []byte{0, 1, 29}, nil},
		{"length of one byte", []byte{2, 0, 29}, nil},
		{"longer than its data", []byte{0, 4, 0, 29}, nil},
	})
}

func TestSupportedVersions(t *testing.T) {
	requireLists(t, tlswire.SupportedVersions, []list[uint16]{
		{"one", []byte{2, 3, 4}, []uint16{0x0304}},
		{"with GREASE", []byte{6, 0xfa, 0xfa, 3, 4, 3, 3}, []uint16{0xfafa, 0x0304, 0x0303}},
		{"the longest", vec(1, u16(make([]uint16, 127)...)), make([]uint16, 127)},
		{"nothing", nil, nil},
		{"empty", []byte{0}, nil},
		{"odd", []byte{3, 3, 4, 3}, nil},
		{"of a server", []byte{3, 4}, nil},
		{"length of two bytes", []byte{0, 2, 3, 4}, nil},
		{"longer than its data", []byte{4, 3, 4}, nil},
	})
}

func TestProtocolNames(t *testing.T) {
	requireLists(t, tlswire.ProtocolNames, []list[string]{
		{"tds/8.0", []byte("\x00\x08\x07tds/8.0"), []string{"tds/8.0"}},
		{"two", []byte("\x00\x0c\x02h2\x08http/1.1"), []string{"h2", "http/1.1"}},
		{"not of text", []byte{0, 3, 2, 0xfa, 0}, []string{"\xfa\x00"}},
		{"nothing", nil, nil},
		{"empty", []byte{0, 0}, nil},
		{"empty name", []byte{0, 1, 0}, nil},
		{"empty name behind another", []byte("\x00\x04\x02h2\x00"), nil},
		{"name longer than the list", []byte("\x00\x03\x03h2"), nil},
		{"longer than its data", []byte("\x00\x04\x02h2"), nil},
	})
}

func TestKeyShareGroups(t *testing.T) {
	requireLists(t, tlswire.KeyShareGroups, []list[uint16]{
		{"none", []byte{0, 0}, []uint16{}},
		{"one", []byte{0, 7, 0, 29, 0, 3, 7, 8, 9}, []uint16{29}},
		{"two, the first of GREASE", []byte{0, 12, 0xfa, 0xfa, 0, 1, 0, 0, 23, 0, 3, 4, 5, 6}, []uint16{0xfafa, 23}},
		{"nothing", nil, nil},
		{"empty key", []byte{0, 4, 0, 29, 0, 0}, nil},
		{"half a group", []byte{0, 1, 0}, nil},
		{"group alone", []byte{0, 2, 0, 29}, nil},
		{"half a length", []byte{0, 3, 0, 29, 0}, nil},
		{"key longer than the list", []byte{0, 5, 0, 29, 0, 2, 7}, nil},
		{"of a server", []byte{0, 29, 0, 1, 7}, nil},
		{"longer than its data", []byte{0, 6, 0, 29, 0, 1, 7}, nil},
	})
}
