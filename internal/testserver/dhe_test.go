package testserver_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// dheSuites are those that can be completed, with the names that OpenSSL has for
// them, and GnuTLS for those that it offers by default.
var dheSuites = []struct {
	suite           schannel.Suite
	openssl, gnutls string
}{
	{only12(0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"), "DHE-RSA-AES128-SHA", "DHE_RSA_AES_128_CBC_SHA1"},
	{only12(0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"), "DHE-RSA-AES256-SHA", "DHE_RSA_AES_256_CBC_SHA1"},
	{only12(0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256"), "DHE-RSA-AES128-SHA256", ""},
	{only12(0x006b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256"), "DHE-RSA-AES256-SHA256", ""},
	{only12(0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"), "DHE-RSA-AES128-GCM-SHA256", "DHE_RSA_AES_128_GCM_SHA256"},
	{only12(0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"), "DHE-RSA-AES256-GCM-SHA384", "DHE_RSA_AES_256_GCM_SHA384"},
}

func only12(id schannel.ID, name string) schannel.Suite {
	return schannel.Suite{ID: id, Name: name, Versions: []schannel.ID{tls12}}
}

// dheConfig returns a server with all of dheSuites and a small prime, changed.
func dheConfig(bits int, change func(*testserver.Config)) testserver.Config {
	all := &testserver.TLS{Versions: []uint16{tls12}, SignatureSchemes: []uint16{0x0401}, DHEBits: bits, ClientPreference: true}
	for _, s := range dheSuites {
		all.Suites = append(all.Suites, s.suite)
	}
	config := testserver.Config{TLS: all}
	change(&config)
	return config
}

// TestDHE completes handshakes by hand, in every mode.
func TestDHE(t *testing.T) {
	masterSecret := extension(23, nil)
	for _, m := range []mode{tds7, strict, plain} {
		for name, change := range map[string]func(*testserver.Config){
			"all extensions": func(*testserver.Config) {},
			"no extensions":  func(c *testserver.Config) { c.TLS.NoExtensions = true },
			"small records":  func(c *testserver.Config) { c.RecordSize = 67 },
			"ids":            func(c *testserver.Config) { c.TLS.SessionIDs = testserver.ResumeAll },
		} {
			for _, more := range [][]byte{nil, masterSecret} {
				t.Run(fmt.Sprintf("%s, %s, %d bytes more", m, name, len(more)), func(t *testing.T) {
					config := dheConfig(1024, change)
					config.Plain = m == plain
					server := start(t, config)
					extended := more != nil && name != "no extensions"
					require.Equal(t, dheEnd{finished: true, extended: extended}, dheClient{mode: m, more: more}.connect(t, server))
					logins := map[mode]int{tds7: 1, strict: 1}[m]
					require.Equal(t, logins, server.Logins())
				})
			}
		}
	}
}

// TestDHESession asks for a session of DHE again, by its id.
func TestDHESession(t *testing.T) {
	for ids, want := range map[testserver.Resumption]byte{testserver.ResumeNone: 22, testserver.ResumeAll: 20} {
		server := start(t, dheConfig(1024, func(c *testserver.Config) { c.Plain, c.TLS.SessionIDs, c.TLS.Tickets = true, ids, testserver.ResumeAll }))
		var id []byte
		ticket := extension(35, nil)
		require.True(t, dheClient{mode: plain, more: ticket, session: &id}.connect(t, server).finished)
		message := clientHello{version: tls12, suites: []uint16{dheSuite}, schemes: []uint16{0x0401}, more: ticket}.message()
		body := slices.Concat(message[4:][:2+32], vector(1, id), message[4+2+32+1+3:])
		conn := reach(t, server, plain)
		_, err := conn.Write(record(22, tls12, append([]byte{1}, vector(3, body)...)))
		require.NoError(t, err)
		_, _, content, err := readRecord(conn)
		require.NoError(t, err)
		first := &reader{content[1:]}
		require.NotContains(t, parseServerHello(t, first.vector(3)).extensions, uint16(35))
		kind := byte(22)
		if len(first.b) == 0 { // no certificate in the same record
			kind, _, _, err = readRecord(conn)
			require.NoError(t, err)
		}
		require.Equal(t, want, kind)
	}
}

// TestDHESplit has ClientKeyExchange in several records.
func TestDHESplit(t *testing.T) {
	split := func(m []byte) []byte {
		return slices.Concat(record(22, tls12, m[:2]), record(22, tls12, m[2:50]), record(22, tls12, m[50:]))
	}
	server := start(t, dheConfig(1024, func(*testserver.Config) {}))
	require.True(t, dheClient{mode: tds7, frame: split}.connect(t, server).finished)
}

// TestDHEZeros has premaster secrets that begin with a zero byte.
func TestDHEZeros(t *testing.T) {
	type row struct {
		server        testserver.Zeros
		zeros, padded bool // of the client's secret
		want          bool
	}
	tests := []row{
		{testserver.StripZeros, true, false, true}, {testserver.StripZeros, true, true, false},
		{testserver.KeepZeros, true, false, false}, {testserver.KeepZeros, true, true, true},
		{testserver.FailZeros, true, false, false}, {testserver.FailZeros, true, true, false},
	}
	for _, server := range []testserver.Zeros{testserver.StripZeros, testserver.KeepZeros, testserver.FailZeros} {
		tests = append(tests, row{server, false, false, true}, row{server, false, true, true})
	}
	for _, tt := range tests {
		for _, more := range [][]byte{nil, extension(23, nil)} {
			t.Run(fmt.Sprintf("%+v, %d bytes more", tt, len(more)), func(t *testing.T) {
				server := start(t, dheConfig(1024, func(c *testserver.Config) { c.TLS.DHEZeros = tt.server }))
				got := dheClient{mode: tds7, more: more, zeros: tt.zeros, padded: tt.padded}.connect(t, server)
				want := dheEnd{finished: tt.want, extended: more != nil}
				if !tt.want {
					want.end = fin
				}
				require.Equal(t, want, got)
			})
		}
	}
}

// TestDHEUnpatched has the Windows Server that came with DHE keys of 2048 bits,
// as it was before KB4537806.
func TestDHEUnpatched(t *testing.T) {
	unpatched, err := testserver.Profile("2016")
	require.NoError(t, err)
	unpatched.DHEZeros = testserver.KeepZeros
	server := start(t, testserver.Config{OS: "2016", TLS: unpatched})
	for _, padded := range []bool{false, true} {
		require.Equal(t, padded, dheClient{mode: tds7, zeros: true, padded: padded}.connect(t, server).finished)
	}
}

// TestDHERefusal has what is refused at Finished and at ClientKeyExchange, in
// every way.
func TestDHERefusal(t *testing.T) {
	tests := []struct {
		name   string
		client dheClient
		alert  byte
	}{
		{"another secret", dheClient{zeros: true, padded: true}, 20},
		{"another transcript", dheClient{verify: make([]byte, 12)}, 51},
		{"no Finished", dheClient{verify: []byte{}}, 51},
		{"another message", dheClient{frame: func(m []byte) []byte { return record(22, tls12, append([]byte{15}, m[1:]...)) }}, 10},
		{"a message more in the record", dheClient{frame: func(m []byte) []byte { return record(22, tls12, append(m, 0, 0, 0, 0)) }}, 10},
		{"empty record", dheClient{frame: func(m []byte) []byte { return append(record(22, tls12, nil), record(22, tls12, m)...) }}, 10},
		{"application data", dheClient{frame: func(m []byte) []byte { return record(23, tls12, m) }}, 10},
		{"no key", dheClient{exchange: func(_, _ *big.Int) []byte { return nil }}, 50},
		{"empty key", dheClient{exchange: func(_, _ *big.Int) []byte { return []byte{0, 0} }}, 50},
		{"key and more", dheClient{exchange: func(_, yc *big.Int) []byte { return append(vector(2, yc.Bytes()), 0) }}, 50},
		{"0", dheClient{exchange: func(_, _ *big.Int) []byte { return vector(2, make([]byte, 128)) }}, 47},
		{"1", dheClient{exchange: func(_, _ *big.Int) []byte { return []byte{0, 1, 1} }}, 47},
		{"p-1", dheClient{exchange: func(p, _ *big.Int) []byte { return vector(2, new(big.Int).Sub(p, big.NewInt(1)).Bytes()) }}, 47},
		{"p", dheClient{exchange: func(p, _ *big.Int) []byte { return vector(2, p.Bytes()) }}, 47},
		{"more than p", dheClient{exchange: func(p, yc *big.Int) []byte { return vector(2, new(big.Int).Add(p, yc).Bytes()) }}, 47},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.client.mode = tds7
			for refusal, want := range map[testserver.Refusal]dheEnd{
				testserver.RefuseFIN: {end: fin}, testserver.RefuseRST: {end: rst}, testserver.RefuseAlert: {alert: tt.alert, end: fin},
			} {
				server := start(t, dheConfig(1024, func(c *testserver.Config) { c.Refusal = refusal }))
				require.Equal(t, want, tt.client.connect(t, server), refusal)
			}
		})
	}
}

// TestDHEPublicValue has public values that begin with a zero byte, or get some.
func TestDHEPublicValue(t *testing.T) {
	padded := func(p, yc *big.Int) []byte { return vector(2, yc.FillBytes(make([]byte, p.BitLen()/8))) }
	more := func(_, yc *big.Int) []byte { return vector(2, make([]byte, 5), yc.Bytes()) }
	tests := []struct {
		name     string
		client   dheClient
		want     bool
		wantFull bool // of a server that takes no short ones
	}{
		{"stripped", dheClient{shortYc: true}, true, false},
		{"padded", dheClient{shortYc: true, exchange: padded}, true, true},
		{"with more zeros", dheClient{exchange: more}, true, true},
		{"without zeros", dheClient{}, true, true},
		{"stripped, and zeros in the secret", dheClient{shortYc: true, zeros: true}, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.client.mode = strict
			for full, want := range map[bool]bool{false: tt.want, true: tt.wantFull} {
				server := start(t, dheConfig(1024, func(c *testserver.Config) {
					c.TLS.NoShortYc, c.Refusal = full, testserver.RefuseAlert
				}))
				got := tt.client.connect(t, server)
				require.Equal(t, want, got.finished)
				if !want {
					require.Equal(t, byte(47), got.alert)
				}
			}
		})
	}
}

// TestDHEFailures has handshakes that fail at Finished, the same ones each time,
// and not those without DHE.
func TestDHEFailures(t *testing.T) {
	config := dheConfig(1024, func(c *testserver.Config) {
		c.TLS.Suites = append(c.TLS.Suites, suites("2019", 0xc030)...)
		c.TLS.Groups = []uint16{29}
		c.DHEFailures, c.Seed, c.Refusal = 0.25, 7, testserver.RefuseAlert
	})
	var runs [2]string
	for i := range runs {
		server := start(t, config)
		for range 24 {
			got := dheClient{mode: strict}.connect(t, server)
			if got.finished {
				runs[i] += "."
				continue
			}
			require.Equal(t, dheEnd{alert: 20, end: fin}, got)
			runs[i] += "x"
		}
		if i == 0 {
			for range 24 {
				secureLogin(t, reach(t, server, strict), insecure(), strict)
			}
		}
	}
	require.Equal(t, runs[0], runs[1])
	require.Contains(t, runs[0], "x")
	require.Contains(t, runs[0], ".")
}
