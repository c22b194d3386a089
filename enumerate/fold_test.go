package enumerate

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

func TestFoldServer(t *testing.T) {
	type options = []prelogin.Option
	version := prelogin.Option{Token: prelogin.TokenVersion, Data: []byte{16, 0, 3, 232, 0, 6}}
	flag := func(token prelogin.Token, value byte) prelogin.Option {
		return prelogin.Option{Token: token, Data: []byte{value}}
	}
	tests := []struct {
		name    string
		options options
		want    Server
	}{
		{"nothing", nil, Server{InstanceMatches: true}},
		{"all", options{version, flag(prelogin.TokenEncryption, 0), flag(prelogin.TokenInstance, 0), flag(prelogin.TokenMARS, 1),
			flag(prelogin.TokenFedAuthRequired, 1)},
			Server{Version: "16.0.1000.6", Product: "SQL Server 2022", Encryption: "off", InstanceMatches: true, MARS: true, FedAuth: true}},
		{"forced", options{flag(prelogin.TokenEncryption, 3)}, Server{Encryption: "req", ForceEncryption: true, InstanceMatches: true}},
		{"forced, said otherwise", options{flag(prelogin.TokenEncryption, 1)}, Server{Encryption: "on", ForceEncryption: true, InstanceMatches: true}},
		{"not supported", options{flag(prelogin.TokenEncryption, 2)}, Server{Encryption: "not_sup", InstanceMatches: true}},
		{"other instance", options{flag(prelogin.TokenInstance, 1)}, Server{}},
		{"of wrong sizes", options{{Token: prelogin.TokenVersion, Data: []byte{16}}, {Token: prelogin.TokenEncryption},
			{Token: prelogin.TokenInstance}, {Token: prelogin.TokenMARS, Data: []byte{1, 1}}}, Server{InstanceMatches: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, &tt.want, foldServer(&prelogin.Message{Options: tt.options}))
		})
	}
}

func TestFoldRefusal(t *testing.T) {
	flight := &probe.Flight{Version: probe.TLS12}
	tests := []struct {
		name string
		last Answer
		want *Refusal
	}{
		{"accepted", Answer{Result: probe.Result{Outcome: probe.Accepted, Flight: flight}}, nil},
		{"never asked", Answer{Result: probe.Result{Attempt: probe.Attempt{Name: "any"}}}, nil},
		{"closed", Answer{Result: probe.Result{Outcome: probe.Closed, Stage: probe.StageClientHello, Err: errors.New("EOF")}, Tries: 4, Controls: 3},
			&Refusal{Outcome: probe.Closed, Stage: probe.StageClientHello, Attempts: 4, Controls: 3, Error: "EOF"}},
		{"alerted", Answer{Result: probe.Result{Outcome: probe.Alerted, Alert: &probe.Alert{Level: 2, Code: 70}}, Tries: 2},
			&Refusal{Outcome: probe.Alerted, Alert: "protocol_version", Attempts: 2}},
		{"unknown end", Answer{Result: probe.Result{Err: errors.New("odd")}}, &Refusal{Error: "odd"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, foldRefusal(tt.last, probe.TLS12))
		})
	}
	answered := foldRefusal(Answer{Result: probe.Result{Outcome: probe.Accepted, Flight: flight}, Tries: 1}, probe.TLS13)
	require.Equal(t, &Refusal{Outcome: probe.Accepted, Answered: "TLS 1.2", Attempts: 1}, answered)
}

// TestFoldSuites: a suite is described by an accepted flight of its version,
// not by another version's and not by a flight that broke off.
func TestFoldSuites(t *testing.T) {
	const suite = probe.CipherSuite(0xc013)
	flight := func(v probe.Version, o probe.Outcome, g probe.Group, p []byte) probe.Result {
		f := &probe.Flight{Version: v, CipherSuite: suite, Group: g}
		if p != nil {
			f.DH = &probe.DHParams{P: p}
		}
		return probe.Result{Outcome: o, Flight: f}
	}
	seen := []probe.Result{
		{Outcome: probe.Closed},
		flight(probe.TLS10, probe.Accepted, probe.SECP521R1, nil),
		flight(probe.TLS12, probe.Closed, 0, nil),
		flight(probe.TLS12, probe.Accepted, probe.X25519, []byte{0, 0x80, 0}),
		flight(probe.TLS12, probe.Accepted, probe.SECP256R1, nil),
	}
	require.Equal(t, []Suite{
		{ID: 0x2f, Name: "TLS_RSA_WITH_AES_128_CBC_SHA"},
		{ID: 0xc013, Name: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", Group: "x25519", DHBits: 16},
	}, foldSuites(probe.TLS12, []probe.CipherSuite{0x2f, suite}, seen))
	require.Equal(t, []Suite{}, foldSuites(probe.TLS12, nil, seen))
	require.Equal(t, []Suite{{ID: 0x010080, Name: "SSL_CK_RC4_128_WITH_MD5"}}, foldKinds([]probe.CipherKind{0x010080}))
}

func TestFoldChains(t *testing.T) {
	der := testserver.RSA().Certificate[0]
	sum := sha256.Sum256(der)
	show := func(chain ...[]byte) probe.Result { return probe.Result{Flight: &probe.Flight{Certificates: chain}} }

	require.Empty(t, foldChains(nil))
	require.Empty(t, foldChains([]probe.Result{{}, show()}))
	other := testserver.ECDSA().Certificate[0]
	chains := foldChains([]probe.Result{{}, show(), show(der, []byte("junk")), show(der), show(other)})
	require.Len(t, chains, 2)
	require.Len(t, chains[1], 1)
	require.Equal(t, "ECDSA 256", chains[1][0].Key)
	require.True(t, chains[1][0].Fallback)
	require.True(t, completeChain(chains[1]))
	chain := chains[0]
	require.Len(t, chain, 2)
	require.Equal(t, 2048, chain[0].KeyBits)
	require.Equal(t, "sha256", chain[0].Hash)
	require.False(t, completeChain(chain))
	require.Equal(t, hex.EncodeToString(sum[:]), chain[0].SHA256)
	require.Equal(t, "RSA 2048", chain[0].Key)
	require.Equal(t, "1", chain[0].Serial)
	require.Empty(t, chain[0].Error)
	require.NotNil(t, chain[0].Names)
	require.NotEmpty(t, chain[1].Error)
	require.NotNil(t, chain[1].Names)
}

func TestFoldStability(t *testing.T) {
	ms := time.Millisecond
	results := []probe.Result{
		{Outcome: probe.Unreachable, Timing: probe.Timing{Dial: 9 * ms}},
		{Outcome: probe.Reset, Address: "a", Timing: probe.Timing{Dial: 3 * ms}},
		{Outcome: probe.Closed, Address: "a", Prelogin: &prelogin.Message{}, Timing: probe.Timing{Dial: 1 * ms, Prelogin: 4 * ms}},
		{Outcome: probe.TimedOut, Address: "a", Timing: probe.Timing{Dial: 2 * ms, Prelogin: 5 * ms}},
		{Outcome: probe.Accepted, Address: "a", Prelogin: &prelogin.Message{}, Flight: &probe.Flight{},
			Timing: probe.Timing{Dial: 4 * ms, Prelogin: 2 * ms, Handshake: 7 * ms}},
	}
	flakes := []Ending{{probe.StageClientHello, probe.Reset, 1}, {probe.StagePrelogin, probe.Closed, 2}}
	require.Equal(t, Stability{
		Attempts: 5, Refused: 1, Reset: 1, Closed: 1, TimedOut: 1, Flakes: 3, FlakeEndings: flakes,
		ConnectMS:   Percentiles{P50: 2, P95: 4, P99: 4},
		PreloginMS:  Percentiles{P50: 2, P95: 4, P99: 4},
		HandshakeMS: Percentiles{P50: 7, P95: 7, P99: 7},
	}, foldStability(results, flakes))
	require.Equal(t, Stability{}, foldStability(nil, nil))
}

func TestPercentiles(t *testing.T) {
	var hundred []time.Duration
	for i := range 100 {
		hundred = append(hundred, time.Duration(100-i)*time.Millisecond)
	}
	tests := []struct {
		name string
		in   []time.Duration
		want Percentiles
	}{
		{"none", nil, Percentiles{}},
		{"one", hundred[99:], Percentiles{1, 1, 1}},
		{"two", []time.Duration{2e6, 1e6}, Percentiles{1, 2, 2}},
		{"a hundred", hundred, Percentiles{50, 95, 99}},
		{"parts of a millisecond", []time.Duration{1234567}, Percentiles{1.234, 1.234, 1.234}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, percentiles(tt.in))
		})
	}
}
