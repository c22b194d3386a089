package render_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/internal/hostile"
	"github.com/tdsprobe/tdsprobe/probe"
)

func named(names ...string) []enumerate.Named {
	list := []enumerate.Named{}
	for i, name := range names {
		list = append(list, enumerate.Named{ID: uint16(i), Name: name})
	}
	return list
}

func outcome(o probe.Outcome) *probe.Outcome { return &o }

// TestSections checks the sections of a report that follow the suites, as far
// as the servers of the golden files do not bring them about.
func TestSections(t *testing.T) {
	yes, no := true, false
	off := "off"
	tests := []struct {
		name   string
		change func(*enumerate.Report)
		want   string // whole lines
	}{
		{"ENCRYPTION", func(r *enumerate.Report) {
			r.Server.EncryptionAnswers = map[string]*string{"req": nil, "off": &off}
		}, "  answer to off: off, to req: ? (inconclusive)"},
		{"groups", func(r *enumerate.Report) { r.Protocols[0].Groups = named("x25519", "secp256r1") },
			"  groups: x25519, secp256r1"},
		{"groups, some open", func(r *enumerate.Report) {
			r.Protocols[0].Groups, r.Protocols[0].GroupsNote = named("x25519"), "inconclusive: timed_out at stage client_hello"
		}, "  groups: x25519 (inconclusive: timed_out at stage client_hello)"},
		{"no group", func(r *enumerate.Report) { r.Protocols[0].Groups = named() }, "  groups: none seen"},
		{"no scheme, open", func(r *enumerate.Report) {
			r.Protocols[0].SignatureSchemes, r.Protocols[0].SignatureSchemesNote = named(), "inconclusive: not asked"
		}, "  signature schemes: none seen (inconclusive: not asked)"},
		{"DHE", func(r *enumerate.Report) { r.DHE = &enumerate.DHE{Bits: 1024, Group: "Oakley Group 2"} },
			"DHE: 1024 bits, Oakley Group 2"},
		{"DHE with a key of long standing", func(r *enumerate.Report) {
			r.DHE = &enumerate.DHE{Bits: 512, PaddedGenerator: true, KeyReuse: &yes}
		}, "DHE: 512 bits, no well-known group, generator padded with zeros (a mark of Schannel), the same key more than once"},
		{"SQL Server's own certificate", func(r *enumerate.Report) { r.Certificates[0].Fallback = true },
			"    made by SQL Server itself, which was given none: clients cannot verify it"},
		{"chain without its root", func(r *enumerate.Report) { r.ChainComplete = &no },
			"  the chain is not complete: CN=ca is not in it, as is usual if that is a root"},
		{"chain out of order", func(r *enumerate.Report) {
			r.ChainComplete = &no
			r.Certificates = append(r.Certificates, enumerate.Certificate{Subject: "CN=other", Issuer: "CN=other"})
		}, "  the chain is not complete: CN=ca, issuer of CN=db1, does not follow it"},
		{"unreadable chain", func(r *enumerate.Report) {
			r.ChainComplete, r.Certificates[0].Error = &no, "asn1: structure error"
		}, "  the chain is not complete: a part of it is unreadable"},
		{"whole chain", func(r *enumerate.Report) {
			r.ChainComplete = &yes
			r.Certificates = append(r.Certificates, enumerate.Certificate{Subject: "CN=ca", Issuer: "CN=ca"})
		}, "  the chain is complete, its root included"},
		{"other chain", func(r *enumerate.Report) {
			r.OtherChains = [][]enumerate.Certificate{{{Subject: "CN=ec", Key: "ECDSA 256", SignatureAlgorithm: "x", NotAfter: r.Started}}}
		}, "  another chain, for clients with other suites:\n  CN=ec  (ECDSA 256, x, until 2026-02-01)"},
		{"behaviours", func(r *enumerate.Report) {
			r.Behaviours = []enumerate.Behaviour{
				{Name: "a", Value: &yes}, {Name: "alpn", Value: &yes, Note: "tds/8.0"}, {Name: "b", Value: &no, Note: "closed"},
				{Name: "c", Note: "inconclusive: reset at stage dial"}, {Name: "d", Value: &no},
			}
		}, "Behaviours\n  yes: a, alpn (tds/8.0)\n  no: b, d\n  ?: c (reset at stage dial)"},
		{"hostile ALPN", func(r *enumerate.Report) {
			r.Behaviours = []enumerate.Behaviour{{Name: "alpn", Value: &yes, Note: hostile.Text}}
		}, "  yes: alpn (" + hostile.Harmless + ")"},
		{"hash of a certificate", func(r *enumerate.Report) {
			r.Behaviours = []enumerate.Behaviour{{Name: "certificate_hash_enforced_sha1", Value: &yes}}
		}, "  clients that do not offer sha1, which signs a certificate here, are refused even where nothing is signed"},
		{"hash of a certificate with ephemeral keys", func(r *enumerate.Report) {
			r.Behaviours = []enumerate.Behaviour{{Name: "ephemeral_rsa_certificate_hash_enforced_sha1", Value: &yes}}
		}, "  clients that do not offer sha1, which signs a certificate here, are refused\n"},
		{"harmless changes", func(r *enumerate.Report) {
			r.Tolerances = []enumerate.Tolerance{{Name: "no change", Outcome: outcome(probe.Accepted)}, {Name: "GREASE", Outcome: outcome(probe.Accepted)}}
		}, "1 harmless changes to the hello tried, all accepted"},
		{"harmful changes", func(r *enumerate.Report) {
			r.Tolerances = []enumerate.Tolerance{
				{Name: "no change", Outcome: outcome(probe.Accepted)}, {Name: "A", Outcome: outcome(probe.Accepted)},
				{Name: "B", Outcome: outcome(probe.Closed), Note: "closed"}, {Name: "C", Note: "inconclusive: timed_out at stage client_hello"},
				{Name: "D", Outcome: outcome(probe.Alerted), Note: "alerted: decode_error"}, {Name: "E", Outcome: outcome(probe.Reset), Note: "reset"},
			}
		}, "5 harmless changes to the hello tried, all accepted but\n  B: FIN = what a Windows client calls 10054\n" +
			"  C  ?  inconclusive: timed_out at stage client_hello\n  D: alerted: decode_error\n  E: RST = what a Windows client calls 10054"},
		{"the hello itself", func(r *enumerate.Report) {
			r.Tolerances = []enumerate.Tolerance{{Name: "no change", Outcome: outcome(probe.Closed)}}
		}, "1 harmless changes to the hello tried, all accepted but\n  no change: FIN = what a Windows client calls 10054"},
		{"open", func(r *enumerate.Report) {
			r.Incomplete = "TLS 1.2: cipher suites may be missing; tolerance a server_name of 255 bytes is inconclusive; " +
				"behaviour ocsp_staple is inconclusive"
		}, "Not everything was settled: TLS 1.2: cipher suites may be missing;\n" +
			"  tolerance a server_name of 255 bytes is inconclusive; behaviour ocsp_staple is inconclusive"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := sample()
			tt.change(r)
			require.Contains(t, "\n"+strings.Join(lines(t, r), "\n"), "\n"+tt.want+"\n")
		})
	}
}

// TestRemarkOnce: two behaviours that mean the same are remarked upon once.
func TestRemarkOnce(t *testing.T) {
	yes := true
	r := sample()
	r.Behaviours = []enumerate.Behaviour{
		{Name: "session_id_resumption_without_extended_master_secret", Value: &yes},
		{Name: "ticket_resumption_without_extended_master_secret", Value: &yes},
	}
	require.Equal(t, 1, strings.Count(strings.Join(lines(t, r), "\n"), "CVE-2019-1318"))
}

// TestStrict checks what is said of the second way into a server.
func TestStrict(t *testing.T) {
	yes, no := true, false
	tests := []struct {
		name   string
		change func(*enumerate.Report) // of a strict report that is the same
		want   string
		not    string
	}{
		{"the same", func(*enumerate.Report) {}, "\nStrict connections (TDS 8: TLS before PRELOGIN)\n\nAs above: SSL 2.0, certificates\n", "settled"},
		{"asked more often", func(r *enumerate.Report) {
			r.Protocols[0].Refusal = &enumerate.Refusal{Outcome: probe.Closed, Stage: probe.StageClientHello, Attempts: 9, Controls: 8}
		}, "\nAs above: SSL 2.0, certificates\n", "(9 times"},
		{"refused otherwise", func(r *enumerate.Report) {
			r.Protocols[0].Refusal = &enumerate.Refusal{Outcome: probe.Reset, Stage: probe.StageClientHello}
		}, "\n  anything else: RST after ClientHello", "As above: SSL"},
		{"another version", func(r *enumerate.Report) { r.Protocols[0].Accepted = &no }, "\nSSL 2.0  not accepted\n", "As above: SSL"},
		{"another certificate", func(r *enumerate.Report) { r.Certificates[0].Subject, r.Certificates[0].SHA256 = "CN=db2", "01" },
			"\nCertificates\n  CN=db2", "As above: SSL 2.0, certificates"},
		{"the same behaviours", func(r *enumerate.Report) { r.Behaviours = []enumerate.Behaviour{{Name: "a", Value: &yes}} },
			"\nAs above: SSL 2.0, certificates, behaviours\n", "other than above"},
		{"another behaviour", func(r *enumerate.Report) {
			r.Behaviours = []enumerate.Behaviour{{Name: "a", Value: &yes}, {Name: "b", Value: &yes}}
		}, "\nBehaviours other than above\n  yes: b\n\nAs above: SSL 2.0, certificates\n", "\n  yes: a, b"},
		{"refused", func(r *enumerate.Report) { r.Baseline.Outcome, r.Baseline.Error = probe.Closed, "EOF" },
			"\nStrict connections (TDS 8): refused, FIN after ClientHello = what a Windows client calls 10054\n", "As above"},
		{"refused with garbage", func(r *enumerate.Report) { r.Baseline.Outcome, r.Baseline.Error = probe.Malformed, "no\x1b TLS" },
			"\nStrict connections (TDS 8): refused, an answer after ClientHello that is neither TDS nor TLS: no\ufffd TLS\n", "As above"},
		{"inconclusive", func(r *enumerate.Report) { r.Baseline.Outcome = probe.TimedOut },
			"\nStrict connections (TDS 8): ?  inconclusive: no answer after ClientHello, which proves nothing\n", "refused"},
		{"not tried", func(r *enumerate.Report) { r.Baseline = nil }, "\nStrict connections (TDS 8): ?  the scan ended before they were tried\n", "refused"},
		{"settled in part", func(r *enumerate.Report) { r.Incomplete = "TLS 1.3 is inconclusive" },
			"\nNot everything about strict connections was settled: TLS 1.3 is inconclusive\n", "\nNot everything was settled"},
		{"sums", func(r *enumerate.Report) { r.Connections, r.Stability.Flakes = 20, 2 }, "\n20 connections in 0.0 s", "refused"},
		{"disturbances", func(r *enumerate.Report) { r.Stability.Flakes = 2 }, "\n2 disturbances: ", "refused"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, strict := sample(), sample()
			r.Protocols[0].Refusal = &enumerate.Refusal{Outcome: probe.Closed, Stage: probe.StageClientHello, Attempts: 2, Controls: 2}
			r.Behaviours = []enumerate.Behaviour{{Name: "a", Value: &yes}}
			strict.Protocols[0].Refusal, strict.Protocols[0].Accepted = r.Protocols[0].Refusal, &yes
			strict.Target.Mode = probe.ModeTDS8
			r.Strict = strict
			tt.change(strict)
			text := strings.Join(lines(t, r), "\n")
			require.Contains(t, text, tt.want)
			require.NotContains(t, text, tt.not)
		})
	}
}

// TestList: lists keep to the width, whatever their length, and lose nothing.
func TestList(t *testing.T) {
	for n := range 40 {
		r := sample()
		var names []string
		for i := range n {
			names = append(names, fmt.Sprintf("größe%d_%s", i, strings.Repeat("x", 3*i%17)))
		}
		r.Protocols[0].Groups = named(names...)
		text := strings.Join(lines(t, r), "\n")
		if n == 0 {
			require.Contains(t, text, "\n  groups: none seen\n")
			continue
		}
		_, text, _ = strings.Cut(text, "\n  groups: ")
		text, _, _ = strings.Cut(text, "\n\n")
		require.Equal(t, names, strings.Split(strings.ReplaceAll(text, ",\n    ", ", "), ", "))
		for line := range strings.SplitSeq("  groups: "+text, "\n") {
			require.LessOrEqual(t, utf8.RuneCountInString(line), render.DefaultWidth)
		}
	}
}
