package enumerate_test

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A recorder dials and keeps the first thing that is written on each
// connection.
type recorder struct {
	mu    sync.Mutex
	first [][]byte
}

type recordedConn struct {
	net.Conn
	recorder *recorder
	once     sync.Once
}

func (r *recorder) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &recordedConn{Conn: conn, recorder: r}, nil
}

func (c *recordedConn) Write(b []byte) (int, error) {
	c.once.Do(func() {
		c.recorder.mu.Lock()
		defer c.recorder.mu.Unlock()
		c.recorder.first = append(c.recorder.first, slices.Clone(b))
	})
	return c.Conn.Write(b)
}

// offers returns, for each version, the hello with the most suites that offers
// that version alone, from the scan of a server that knows but SSL 2.0: no pick
// makes a hello shorter.
func offers(t *testing.T) map[probe.Version]probe.Hello {
	t.Helper()
	server := start(t, testserver.Config{Plain: true, Refusal: testserver.RefuseAlert, TLS: &testserver.TLS{
		Versions: []uint16{uint16(probe.SSL20)}, CipherKinds: []uint32{0x010080},
	}})
	wire := &recorder{}
	options := fast()
	options.Prober.DialContext = wire.dial
	report := scan(t, server.Addr(), probe.ModeTLS, options)
	require.Len(t, wire.first, report.Connections)
	hellos := map[probe.Version]probe.Hello{}
	for _, bytes := range wire.first {
		hello, err := probe.ParseHello(bytes)
		require.NoError(t, err)
		most := hellos[hello.MaxVersion]
		if len(hello.SupportedVersions) <= 1 && len(hello.CipherSuites) >= len(most.CipherSuites) {
			hellos[hello.MaxVersion] = hello
		}
	}
	return hellos
}

// registered returns the ids and names of a table of the registry file.
func registered(t *testing.T, table string) map[probe.CipherSuite]string {
	t.Helper()
	data, err := os.ReadFile("../internal/iana/registry.json")
	require.NoError(t, err)
	var file map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(data, &file))
	var rows []struct{ ID, Name string }
	require.NoError(t, json.Unmarshal(file[table], &rows))
	suites := map[probe.CipherSuite]string{}
	for _, row := range rows {
		id, err := strconv.ParseUint(row.ID, 0, 16)
		require.NoError(t, err)
		suites[probe.CipherSuite(id)] = row.Name
	}
	require.Greater(t, len(suites), 300)
	return suites
}

// TestScanOffers reads the hellos of a scan from the wire: every registered
// suite is offered in every version that it fits, and in at least one.
func TestScanOffers(t *testing.T) {
	hellos := offers(t)
	suites := registered(t, "cipher_suites")
	for _, signal := range []probe.CipherSuite{0x0000, 0x00ff, 0x5600} { // no suite, two signalling values
		require.Contains(t, suites, signal)
		delete(suites, signal)
	}
	offered := map[probe.CipherSuite]bool{}
	for _, version := range probe.Versions()[1:] {
		t.Run(version.String(), func(t *testing.T) {
			hello := hellos[version]
			requireHello(t, version, hello)
			for _, suite := range hello.CipherSuites {
				offered[suite] = true
			}
			for suite, name := range suites {
				require.Equal(t, suite.Fits(version), slices.Contains(hello.CipherSuites, suite), name)
			}
			for _, os := range schannel.Servers() {
				system, _ := schannel.Server(os)
				for _, s := range system.Suites {
					if slices.Contains(s.Versions, schannel.ID(version)) {
						require.Contains(t, hello.CipherSuites, probe.CipherSuite(s.ID), "%s has %s", os, s.Name)
					}
				}
			}
		})
	}
	for suite, name := range suites {
		require.True(t, offered[suite], "%s is offered in no version", name)
	}
	require.Equal(t, probe.CipherKinds(), hellos[probe.SSL20].CipherKinds)
}

// requireHello checks that a hello leaves no other reason to refuse it.
func requireHello(t *testing.T, version probe.Version, h probe.Hello) {
	t.Helper()
	require.Equal(t, version < probe.TLS13, slices.Contains(h.CipherSuites, probe.EmptyRenegotiationInfoSCSV))
	suites := slices.DeleteFunc(slices.Clone(h.CipherSuites), func(s probe.CipherSuite) bool {
		return s == probe.EmptyRenegotiationInfoSCSV
	})
	require.True(t, slices.IsSorted(suites))
	require.Len(t, slices.Compact(slices.Clone(suites)), len(suites))
	if version >= probe.TLS10 {
		require.NotContains(t, h.Omit, uint16(11), "ec_point_formats")
		for _, g := range probe.Groups() {
			explicit := g == 0xff01 || g == 0xff02
			require.Equal(t, !explicit, slices.Contains(h.Groups, g), g.String())
		}
	}
	if version >= probe.TLS12 {
		require.ElementsMatch(t, probe.SignatureSchemes(), h.SignatureSchemes)
	}
	if version == probe.TLS13 {
		require.Equal(t, []probe.Version{probe.TLS13}, h.SupportedVersions)
		require.NotEmpty(t, h.KeyShares)
	}
}
