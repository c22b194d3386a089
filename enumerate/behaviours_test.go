package enumerate_test

import (
	"crypto"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// chacha is of no Windows version.
var chacha = schannel.Suite{ID: 0xcca8, Name: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", Versions: []schannel.ID{0x0303}}

// behave scans a server and returns its behaviours as "true", "false" or
// "unknown", and the notes on them.
func behave(t *testing.T, config testserver.Config, mode probe.Mode) (values, notes map[string]string, report *enumerate.Report) {
	t.Helper()
	report = scan(t, start(t, config).Addr(), mode, only(enumerate.Suites, enumerate.Behaviours))
	values, notes = map[string]string{}, map[string]string{}
	for _, b := range report.Behaviours {
		require.NotContains(t, values, b.Name)
		values[b.Name], notes[b.Name] = "unknown", b.Note
		if b.Value != nil {
			values[b.Name] = fmt.Sprint(*b.Value)
		}
	}
	return values, notes, report
}

// usual are the behaviours of a server that does nothing special. Its two
// versions make it worth a fallback.
func usual() map[string]string {
	return map[string]string{
		"secure_renegotiation": "true", "extended_master_secret": "true", "session_ticket": "false",
		"compression": "false", "alpn": "false", "alpn_unknown_refused": "false", "ocsp_staple": "false",
		"fallback_scsv": "false", "signature_algorithms_ignored": "false", "certificate_hash_enforced_sha256": "false",
		"ephemeral_rsa_certificate_hash_enforced_sha256": "false",
		"session_id_resumption":                          "false", "session_id_resumption_without_extended_master_secret": "false",
		"ticket_resumption": "false", "ticket_resumption_without_extended_master_secret": "false",
	}
}

// TestBehaviours: every behaviour is told of the server that has it, and of no
// other.
func TestBehaviours(t *testing.T) {
	tickets := func(r testserver.Resumption) func(*testserver.TLS) {
		return func(all *testserver.TLS) { all.Tickets = r }
	}
	ids := func(r testserver.Resumption) func(*testserver.TLS) {
		return func(all *testserver.TLS) { all.SessionIDs = r }
	}
	tests := []struct {
		name   string
		change func(*testserver.TLS)
		want   map[string]string // other than usual
	}{
		{"nothing special", smallAsIs, nil},
		{"tickets", tickets(testserver.ResumeAll), map[string]string{
			"session_ticket": "true", "ticket_resumption": "true", "ticket_resumption_without_extended_master_secret": "true"}},
		{"tickets after KB4528489", tickets(testserver.ResumeExtended), map[string]string{"session_ticket": "true", "ticket_resumption": "true"}},
		{"session ids", ids(testserver.ResumeAll), map[string]string{
			"session_id_resumption": "true", "session_id_resumption_without_extended_master_secret": "true"}},
		{"session ids after KB4528489", ids(testserver.ResumeExtended), map[string]string{"session_id_resumption": "true"}},
		{"staple", func(all *testserver.TLS) { all.Staple = []byte("good") }, map[string]string{"ocsp_staple": "true"}},
		{"deflate", func(all *testserver.TLS) { all.Deflate = true }, map[string]string{"compression": "true"}},
		{"fallback", func(all *testserver.TLS) { all.RefuseFallback = true }, map[string]string{"fallback_scsv": "true"}},
		{"schemes ignored", func(all *testserver.TLS) { all.IgnoreSchemes = true }, map[string]string{"signature_algorithms_ignored": "true"}},
		{"hash of the certificate, with RSA key exchange", func(all *testserver.TLS) { all.CertificateHash = crypto.SHA256 }, map[string]string{"certificate_hash_enforced_sha256": "true"}},
		{"hash of the certificate", func(all *testserver.TLS) { all.ChainHashes = true }, map[string]string{
			"certificate_hash_enforced_sha256": "true", "ephemeral_rsa_certificate_hash_enforced_sha256": "true"}},
		{"ChaCha20 last", func(all *testserver.TLS) { all.Suites = append(all.Suites, chacha) }, map[string]string{"chacha20_priority_tls12": "false"}},
		{"ChaCha20 first for clients that do", func(all *testserver.TLS) { all.Suites, all.ChaChaFirst = append(all.Suites, chacha), true }, map[string]string{"chacha20_priority_tls12": "true"}},
		{"ChaCha20 first for all", func(all *testserver.TLS) { all.Suites = slices.Insert(all.Suites, 0, chacha) }, nil},
		{"one version", func(all *testserver.TLS) { all.Versions = all.Versions[1:] }, map[string]string{"fallback_scsv": ""}},
		{"no RSA key exchange", func(all *testserver.TLS) { all.Suites = all.Suites[:2] }, map[string]string{
			"certificate_hash_enforced_sha256": "", "fallback_scsv": ""}},
		{"RSA key exchange alone", func(all *testserver.TLS) { all.Suites = all.Suites[len(all.Suites)-1:] }, map[string]string{
			"fallback_scsv": "", "signature_algorithms_ignored": "", "ephemeral_rsa_certificate_hash_enforced_sha256": ""}},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := usual()
			for name, value := range tt.want {
				want[name] = value
				if value == "" {
					delete(want, name)
				}
			}
			config := small(tt.change)
			config.Refusal = refusals[outcomes[i%len(outcomes)]]
			got, _, report := behave(t, config, probe.ModeTDS7)
			require.Equal(t, want, got)
			require.True(t, report.Complete, report.Incomplete)
		})
	}
}

// TestBehaviourNotes: what cannot be told has a note that says why, and what
// can one that says how.
func TestBehaviourNotes(t *testing.T) {
	t.Run("extensions that are not sent", func(t *testing.T) {
		values, notes, report := behave(t, small(func(all *testserver.TLS) { all.NoExtensions, all.Tickets = true, testserver.ResumeAll }), probe.ModeTDS7)
		want := usual()
		want["secure_renegotiation"], want["extended_master_secret"] = "false", "false"
		for _, name := range []string{"session_id_resumption", "ticket_resumption"} {
			for _, bare := range []string{"", "_without_extended_master_secret"} {
				want[name+bare] = "unknown"
				require.Equal(t, "no handshake could be completed", notes[name+bare])
			}
		}
		require.Equal(t, want, values)
		require.True(t, report.Complete, "what cannot be seen leaves nothing open: %s", report.Incomplete)
	})
	t.Run("nothing to resume by", func(t *testing.T) {
		_, notes, _ := behave(t, small(smallAsIs), probe.ModeTDS7)
		require.Equal(t, "the server gave nothing to resume by", notes["ticket_resumption"])
	})
	t.Run("how a fallback is refused", func(t *testing.T) {
		config := small(func(all *testserver.TLS) { all.RefuseFallback = true })
		config.Refusal = testserver.RefuseAlert
		_, notes, _ := behave(t, config, probe.ModeTDS7)
		require.Equal(t, "alerted: inappropriate_fallback", notes["fallback_scsv"])
		config.Refusal = testserver.RefuseFIN
		_, notes, _ = behave(t, config, probe.ModeTDS7)
		require.Equal(t, "closed", notes["fallback_scsv"])
	})
	t.Run("protocols of a strict connection", func(t *testing.T) {
		config := small(smallAsIs)
		values, notes, _ := behave(t, config, probe.ModeTDS8)
		require.Equal(t, "true", values["alpn"])
		require.Equal(t, "tds/8.0", notes["alpn"])
		require.Equal(t, "false", values["alpn_unknown_refused"])
		config.Wants.KnownALPN = true
		values, notes, _ = behave(t, config, probe.ModeTDS8)
		require.Equal(t, "true", values["alpn_unknown_refused"])
		require.Equal(t, "closed", notes["alpn_unknown_refused"])
	})
	t.Run("TLS 1.3 alone hides most", func(t *testing.T) {
		system, _ := schannel.Server("2022")
		config := testserver.Config{TLS: &testserver.TLS{
			Versions: []uint16{0x0304}, Suites: system.Suites[:2], Groups: []uint16{29}, SignatureSchemes: []uint16{0x0804},
		}}
		values, notes, report := behave(t, config, probe.ModeTDS8)
		want := map[string]string{"alpn_unknown_refused": "false", "compression": "false"}
		for name := range usual() {
			if strings.Contains(name, "resumption") {
				want[name] = "unknown"
				require.Contains(t, notes[name], "no version below TLS 1.3", name)
			}
		}
		require.Equal(t, want, values)
		require.True(t, report.Complete, report.Incomplete)
	})
}

// TestBehavioursDisturbed: a server that no longer answers leaves what was not
// settled inconclusive, and says so.
func TestBehavioursDisturbed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := connect(t, small(smallAsIs))
		options := only(enumerate.Suites, enumerate.Behaviours)
		options.Prober.DialContext = n.dial
		options.Progress = func(e enumerate.Event) {
			if e.Attempt == "behaviour: compression" {
				n.mu.Lock()
				defer n.mu.Unlock()
				n.fate = func(int) fate { return unanswered }
			}
		}
		report, err := enumerate.Scan(t.Context(), n.target, options)
		require.NoError(t, err)
		require.False(t, report.Complete)
		open := 0
		for _, b := range report.Behaviours {
			if b.Value == nil {
				open++
				require.NotEmpty(t, b.Note, b.Name)
			}
		}
		require.Greater(t, open, 4)
		require.Contains(t, report.Incomplete, "behaviour fallback_scsv is inconclusive")
	})
}

// TestDHE: what a scan says of the Diffie-Hellman keys, and of the groups of
// RFC 7919.
func TestDHE(t *testing.T) {
	yes, no := true, false
	own, _ := new(big.Int).SetString(
		"f3b3dbb56a6d2fd3e7b2f4f2bd0f2a93c3b3dbb56a6d2fd3e7b2f4f2bd0f2a93c3b3dbb56a6d2fd3e7b2f4f2bd0f2a93c3b3dbb56a6d2fd3e7b2f4f2bd0f2a93", 16)
	tests := []struct {
		name   string
		change func(*testserver.TLS)
		want   enumerate.DHE
		groups []string // of RFC 7919
	}{
		{"Schannel", smallAsIs, enumerate.DHE{Bits: 2048, Group: "MODP Group 14", PaddedGenerator: true, KeyReuse: &no}, nil},
		{"reused key", func(all *testserver.TLS) { all.ReuseDHE = true }, enumerate.DHE{Bits: 2048, Group: "MODP Group 14", PaddedGenerator: true, KeyReuse: &yes}, nil},
		{"short generator", func(all *testserver.TLS) { all.ShortGenerator = true }, enumerate.DHE{Bits: 2048, Group: "MODP Group 14", KeyReuse: &no}, nil},
		{"a prime of its own", func(all *testserver.TLS) { all.Prime = own }, enumerate.DHE{Bits: 512, PaddedGenerator: true, KeyReuse: &no}, nil},
		{"RFC 7919", func(all *testserver.TLS) { all.FieldGroups = []uint16{257, 256} }, enumerate.DHE{Bits: 2048, Group: "ffdhe2048", PaddedGenerator: true, KeyReuse: &no}, []string{"ffdhe2048", "ffdhe3072"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			report := scan(t, start(t, small(tt.change)).Addr(), probe.ModeTDS7, only(enumerate.Suites, enumerate.Groups))
			require.Equal(t, &tt.want, report.DHE)
			require.Equal(t, slices.Concat(tt.groups, []string{"secp256r1", "x25519"}), names(report.Protocols[4].Groups))
			require.Empty(t, report.Protocols[4].GroupsNote)
		})
	}
}
