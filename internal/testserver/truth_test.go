package testserver_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// A support is what is accepted in one version: how many suites, the first and
// the last of them.
type support struct {
	version     uint16
	suites      int
	first, last uint32
}

// TestAccepts compares every profile with Microsoft's pages on the cipher suites
// of each Windows version.
func TestAccepts(t *testing.T) {
	ecdsa10 := []support{{tls10, 2, 0xc00a, 0xc009}}
	ecdsa12 := append(slices.Clone(ecdsa10), support{tls11, 2, 0xc00a, 0xc009}, support{tls12, 6, 0xc02c, 0xc009})
	ecdsa13 := append(slices.Clone(ecdsa12), support{tls13, 2, 0x1302, 0x1301})
	tests := []struct {
		os         string
		rsa, ecdsa []support
	}{
		{"2008 R2", []support{{ssl20, 2, 0x010080, 0x0700c0}, {ssl30, 2, 0x0005, 0x0004}, {tls10, 9, 0xc014, 0x0004}}, append([]support{{ssl20, 2, 0x010080, 0x0700c0}}, ecdsa10...)},
		{"2012", []support{{ssl30, 2, 0x0005, 0x0004}, {tls10, 7, 0xc014, 0x0004}, {tls11, 7, 0xc014, 0x0004}, {tls12, 15, 0xc028, 0x0004}}, ecdsa12},
		{"2012 R2", []support{{ssl30, 2, 0x0005, 0x0004}, {tls10, 9, 0xc014, 0x0004}, {tls11, 9, 0xc014, 0x0004}, {tls12, 17, 0xc028, 0x0004}}, ecdsa12},
		{"2016", []support{{tls10, 9, 0xc014, 0x0004}, {tls11, 9, 0xc014, 0x0004}, {tls12, 19, 0xc030, 0x0004}}, ecdsa12},
		{"2019", []support{{tls10, 5, 0xc014, 0x000a}, {tls11, 5, 0xc014, 0x000a}, {tls12, 15, 0xc030, 0x000a}}, ecdsa12},
		{"2022", []support{{tls10, 5, 0xc014, 0x000a}, {tls11, 5, 0xc014, 0x000a}, {tls12, 15, 0xc030, 0x000a}, {tls13, 2, 0x1302, 0x1301}}, ecdsa13},
		{"2025", []support{{tls10, 4, 0xc014, 0x002f}, {tls11, 4, 0xc014, 0x002f}, {tls12, 12, 0xc030, 0x002f}, {tls13, 2, 0x1302, 0x1301}}, ecdsa13},
	}
	require.Len(t, tests, len(schannel.Servers()))
	for _, tt := range tests {
		for key, want := range map[string][]support{"RSA": tt.rsa, "ECDSA": tt.ecdsa} {
			config := testserver.Config{OS: tt.os}
			if key == "ECDSA" {
				config = ecdsaConfig(tt.os)
			}
			t.Run(tt.os+" "+key, func(t *testing.T) {
				without := func(version uint16) []support {
					return slices.DeleteFunc(slices.Clone(want), func(s support) bool { return s.version == version })
				}
				require.Equal(t, without(tls13), accepts(t, config, false), "TDS 7")
				require.Equal(t, without(ssl20), accepts(t, config, true), "strict")
				config.Plain = true
				require.Equal(t, want, accepts(t, config, true), "plain")
			})
		}
	}
}

func accepts(t *testing.T, config testserver.Config, strict bool) []support {
	t.Helper()
	server, err := testserver.New(config)
	require.NoError(t, err)
	var all []support
	for _, v := range server.Accepts(strict) {
		all = append(all, support{v.Version, len(v.Suites), v.Suites[0], v.Suites[len(v.Suites)-1]})
	}
	return all
}

// everySuite has all numbers among which cipher suites are.
func everySuite(version uint16) []uint16 {
	ranges := [][2]uint16{{0x0001, 0x00c5}, {0xc001, 0xc0af}, {0xcca8, 0xccae}}
	if version == tls13 {
		ranges = [][2]uint16{{0x1301, 0x1307}}
	}
	var all []uint16
	for _, r := range ranges {
		for id := r[0]; id <= r[1]; id++ {
			all = append(all, id)
		}
	}
	return all
}

// enumerate offers everything in a version, then all that was not chosen yet,
// and so on to the end.
func enumerate(t *testing.T, server *testserver.Server, m mode, version uint16) []uint32 {
	t.Helper()
	var chosen []uint32
	for offer := everySuite(version); ; {
		h := clientHello{
			version: min(version, tls12), suites: offer, groups: everyGroup,
			schemes: []uint16{0x0804, 0x0401, 0x0403, 0x0201, 0x0203},
		}
		if version == tls13 {
			h.versions, h.shares = []uint16{tls13}, [][]byte{}
		}
		conn := reach(t, server, m)
		_, err := conn.Write(h.record())
		require.NoError(t, err)
		_, _, content, err := readRecord(conn)
		if err != nil {
			require.Equal(t, fin, endOf(err))
			return chosen
		}
		r := &reader{content}
		require.Equal(t, 2, r.number(1), "ServerHello")
		answer := parseServerHello(t, r.vector(3))
		if answer.version != h.version {
			return chosen // an older one
		}
		require.Contains(t, offer, answer.suite)
		chosen = append(chosen, uint32(answer.suite))
		offer = slices.DeleteFunc(offer, func(id uint16) bool { return id == answer.suite })
		require.NoError(t, conn.Close())
	}
}

// TestAcceptsIsTrue enumerates every profile on the wire.
func TestAcceptsIsTrue(t *testing.T) {
	for _, os := range schannel.Servers() {
		for key, config := range map[string]testserver.Config{"RSA": {OS: os}, "ECDSA": ecdsaConfig(os)} {
			for _, m := range []mode{tds7, strict} {
				t.Run(fmt.Sprintf("%s %s %s", os, key, m), func(t *testing.T) {
					server := start(t, config)
					want := map[uint16][]uint32{}
					for _, v := range server.Accepts(m == strict) {
						want[v.Version] = v.Suites
					}
					for _, version := range []uint16{ssl30, tls10, tls11, tls12, tls13} {
						require.Equal(t, want[version], enumerate(t, server, m, version), "%04x", version)
					}
				})
			}
		}
	}
}

// TestClientPreference has servers that leave the choice to the client.
func TestClientPreference(t *testing.T) {
	for _, client := range []bool{false, true} {
		t.Run(fmt.Sprint(client), func(t *testing.T) {
			server := start(t, testserver.Config{TLS: &testserver.TLS{
				Versions: []uint16{tls12}, Suites: suites("2019", 0x009d, 0x009c, 0x003c), SignatureSchemes: []uint16{0x0401}, ClientPreference: client,
			}})
			conn := reach(t, server, tds7)
			_, err := conn.Write(clientHello{version: tls12, suites: []uint16{0x1234, 0x003c, 0x009c, 0x009d}, schemes: []uint16{0x0401}}.record())
			require.NoError(t, err)
			want := map[bool]uint16{false: 0x009d, true: 0x003c}[client]
			require.Equal(t, want, readFlight(t, conn).suite)
		})
	}
}
