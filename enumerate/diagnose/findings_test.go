package diagnose_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// hardened are the suites of a server that has nothing to be told of but its
// versions and certificate.
var hardened = onlySuites(0xc030, 0xc02f, 0xc028, 0xc014, 0x009d, 0x0035, 0xc02c, 0xc02b, 0x1302)

// sound is such a server, with a certificate that has nothing to be told of.
func sound(changes ...func(*testserver.TLS)) testserver.Config {
	config := changed("2022", append([]func(*testserver.TLS){hardened, versions(0x0303)}, changes...)...)
	certificate := crafted(x509.SHA256WithRSA, nil)
	config.Certificate = &certificate
	return config
}

// certified is a sound server with another certificate.
func certified(algorithm x509.SignatureAlgorithm, change func(*x509.Certificate), changes ...func(*testserver.TLS)) testserver.Config {
	config := sound(changes...)
	certificate := crafted(algorithm, change)
	config.Certificate = &certificate
	return config
}

// built is a sound server of a build of SQL Server.
func built(version [6]byte, changes ...func(*testserver.TLS)) testserver.Config {
	config := sound(changes...)
	config.Version = version
	return config
}

// A case is a server, the findings on it, and what stands in the evidence of the
// first.
type findingCase struct {
	name     string
	config   testserver.Config
	mode     probe.Mode
	want     []string // beside old_versions_disabled
	evidence []string
}

func findingCases() []findingCase {
	const tds7, tds8 = probe.ModeTDS7, probe.ModeTDS8
	unsuited := withECDSA("2019")
	unsuited.TLS, unsuited.Refusal = changed("2019", onlySuites(0xc030, 0x009d)).TLS, testserver.RefuseAlert
	small := sound()
	small1024 := craftedBy(keys[1024](), x509.SHA256WithRSA, nil)
	small.Certificate = &small1024
	return []findingCase{
		{"sound", sound(), tds7, nil, nil},
		{"sound, strict", sound(versions(0x0303, 0x0304)), tds8, nil, nil},
		{"sound, not strict", notStrict(), probe.ModeAuto, nil, nil},
		{"no version", sound(versions()), tds7, []string{"no_version"}, []string{"baseline: TLS 1.2, every suite: closed at client_hello"}},
		{"no suite for the certificate", unsuited, tds7, []string{"certificate_without_suites"}, []string{"handshake_failure"}},
		{"too old", built([6]byte{11, 0, 0x08, 0x34, 0, 60}, versions(0x0301)), tds7, []string{"server_too_old", "old_versions_enabled"},
			[]string{"VERSION 11.0.2100.60 (SQL Server 2012), TLS 1.2: not supported; the first builds with it after that: 11.0.5352, 11.0.5644, 11.0.6216, 11.0.6518", "answered with TLS 1.0"}},
		{"TLS 1.2 disabled", built([6]byte{15, 0, 0x07, 0xd0, 0, 5}, versions(0x0301, 0x0302)), tds7, []string{"tls12_disabled", "old_versions_enabled"},
			[]string{"VERSION 15.0.2000.5 (SQL Server 2019), TLS 1.2: supported", "answered with TLS 1.1"}},
		{"between the branches", built([6]byte{11, 0, 0x15, 0x18, 0, 0}, versions(0x0301)), tds7, []string{"tls12_unknown", "old_versions_enabled"},
			[]string{"VERSION 11.0.5400.0 (SQL Server 2012), TLS 1.2: unknown"}},
		{"crashes", built([6]byte{10, 50, 0x19, 0x89, 0, 0}), tds7, []string{"crashing_build"}, []string{"10.50.6537.0", "10.50.6542"}},
		{"TLS 1.3 only", sound(versions(0x0304)), tds8, []string{"tls13_only"}, []string{"TLS 1.3: accepted with TLS_AES_256_GCM_SHA384"}},
		{"SSL 3.0", sound(versions(0x0300, 0x0303), func(all *testserver.TLS) { all.Suites = changed("2012", onlySuites(0xc028, 0x0005)).TLS.Suites }), tds7,
			[]string{"ssl_enabled", "weak_suites"}, []string{"SSL 3.0: accepted with TLS_RSA_WITH_RC4_128_SHA"}},
		{"ECDHE with GCM only", sound(onlySuites(0xc030)), tds7, []string{"gcm_only", "no_common_suite", "rsa_key_exchange_disabled"}, nil},
		{"GCM only", sound(func(all *testserver.TLS) { all.Suites = changed("2016", onlySuites(0xc030, 0x009f)).TLS.Suites }), tds7,
			[]string{"gcm_only_dhe", "dhe_offered", "rsa_key_exchange_disabled"}, []string{"TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"}},
		{"GCM, with RSA key exchange", sound(onlySuites(0xc030, 0x009d)), tds7, nil, nil},
		{"PKCS disabled", sound(onlySuites(0xc030, 0xc028)), tds7, []string{"rsa_key_exchange_disabled"},
			[]string{"TLS 1.2: of 2 accepted suites none has RSA key exchange; TLS 1.2: one of"}},
		{"weak suites", sound(func(all *testserver.TLS) {
			all.Suites = append(all.Suites, changed("2012", onlySuites(0x0005, 0x000a)).TLS.Suites...)
		}), tds7,
			[]string{"weak_suites"}, []string{"TLS 1.2: accepts TLS_RSA_WITH_RC4_128_SHA (RC4)", "(3DES)"}},
		{"DHE of 1024 bits", sound(func(all *testserver.TLS) {
			all.Suites, all.DHEBits = append(all.Suites, changed("2016", onlySuites(0x009f)).TLS.Suites...), 1024
		}), tds7, []string{"dh_small", "dhe_offered"}, []string{"1024 bits"}},
		{"SHA-1, wanted", certified(x509.SHA1WithRSA, nil, wantsHashes), tds7, []string{"sha1_certificate"},
			[]string{"certificate CN=db.example.com: sha1WithRSAEncryption", "RSA key exchange, all schemes but those with sha1: refused; ephemeral keys, all schemes but those with sha1: refused"}},
		{"SHA-1", certified(x509.SHA1WithRSA, nil), tds7, []string{"sha1_certificate_tolerated"}, []string{"ephemeral keys, all schemes but those with sha1: accepted"}},
		{"SHA-512, wanted", certified(x509.SHA512WithRSA, nil, wantsHashes, onlySuites(0xc030, 0xc028)), tds7,
			[]string{"weak_certificate_hash", "rsa_key_exchange_disabled"}, []string{"TLS 1.2, ephemeral keys, all schemes but those with sha512: refused"}},
		{"SHA-512", certified(x509.SHA512WithRSA, nil), tds7, []string{"weak_certificate_hash_tolerated"}, []string{"sha512WithRSAEncryption", "accepted"}},
		{"expired", certified(0, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }), tds7, []string{"certificate_expired"}, []string{"valid until"}},
		{"not yet valid", certified(0, func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }), tds7, []string{"certificate_not_yet_valid"}, []string{"valid from"}},
		{"small key", small, tds7, []string{"certificate_key_small"}, []string{"key RSA 1024"}},
		{"PSS", certified(x509.SHA256WithRSAPSS, nil), tds7, []string{"pss_certificate"}, []string{"rsassaPss with sha256"}},
		{"made by SQL Server", certified(0, func(c *x509.Certificate) { c.Subject = pkix.Name{CommonName: "SSL_Self_Signed_Fallback"} }), tds7, []string{"self_signed_fallback"}, []string{"sha256WithRSAEncryption"}},
		{"leaf alone", leafAlone(), tds7, []string{"chain_incomplete"}, []string{"certificate CN=db.example.com: issued by CN=ca, with which the chain ends"}},
	}
}

// leafAlone is a server that shows no issuer.
func leafAlone() testserver.Config {
	config := sound()
	certificate := craftedUnder("ca")
	config.Certificate = &certificate
	return config
}

// notStrict is a server that is asked for TDS 8 in vain.
func notStrict() testserver.Config {
	config := sound()
	config.NoStrict = true
	return config
}

// TestFindings has, for every finding, a server that it is on, and no others on
// that server.
func TestFindings(t *testing.T) {
	for _, tt := range findingCases() {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			report := diagnosable(t, tt.config, tt.mode, deep...)
			want := slices.Clone(tt.want)
			if hasTLS12Alone(report) {
				want = append(want, "old_versions_disabled")
			}
			slices.Sort(want)
			require.Equal(t, append([]string{}, want...), scenarios(t, report))
			if len(tt.want) == 0 {
				return
			}
			for _, f := range diagnose.Diagnose(report) {
				if f.ID == tt.want[0] {
					for _, text := range tt.evidence {
						require.Contains(t, strings.Join(f.Evidence, "\n"), text)
					}
				}
			}
		})
	}
}

func hasTLS12Alone(r *enumerate.Report) bool {
	accepted := func(i int) bool { return r.Protocols[i].Accepted != nil && *r.Protocols[i].Accepted }
	return len(r.Protocols) > 4 && accepted(4) && !accepted(2) && !accepted(3)
}

// TestFindingsAll: every description has a case, a proof and all its words.
func TestFindingsAll(t *testing.T) {
	covered := []string{"old_versions_disabled", "negative_serial"} // by TestFindings, TestHandMade
	for _, tt := range findingCases() {
		covered = append(covered, tt.want...)
	}
	for _, id := range scenarioIDs(t) {
		require.Contains(t, covered, id)
	}
}

// TestSmallestAddition: what would do for the clients is named, and does.
func TestSmallestAddition(t *testing.T) {
	find := func(config testserver.Config) []string {
		for _, f := range diagnose.Diagnose(diagnosable(t, config, probe.ModeTDS7, deep...)) {
			if f.ID == "no_common_suite" {
				return f.Evidence
			}
		}
		return nil
	}
	evidence := find(sound(onlySuites(0xc030)))
	require.Contains(t, evidence[0], "Windows Server 2008 R2 / Windows 7 with")
	require.Equal(t, "would do: TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", evidence[len(evidence)-1])
	require.Nil(t, find(sound(onlySuites(0xc030, 0xc028))))
}

// TestClientsWithDHE: those who would end on DHE are named.
func TestClientsWithDHE(t *testing.T) {
	for _, f := range diagnose.Diagnose(diagnosable(t, testserver.Config{OS: "2019"}, probe.ModeTDS7, deep...)) {
		if f.ID == "dhe_offered" {
			require.Contains(t, strings.Join(f.Evidence, "\n"), "TLS 1.2: accepts TLS_DHE_RSA_WITH_AES_256_GCM_SHA384 (2048 bits), ")
			require.Contains(t, f.Evidence, "Windows Server 2012 R2 / Windows 8.1 as a client with default settings would end on TLS_DHE_RSA_WITH_AES_256_GCM_SHA384")
			require.NotContains(t, strings.Join(f.Evidence, "\n"), "Windows Server 2016")
			return
		}
	}
	require.Fail(t, "no dhe_offered")
}

// TestHandMade has what no server can be made to show.
func TestHandMade(t *testing.T) {
	yes := true
	leaf := enumerate.Certificate{Subject: "CN=a", Issuer: "CN=b", Serial: "1", Key: "RSA 2048", KeyBits: 2048, Hash: "sha256", SignatureAlgorithm: "sha256WithRSAEncryption", NotAfter: time.Now().AddDate(1, 0, 0)}
	root := leaf
	root.Subject = "CN=b"
	tests := []struct {
		name   string
		change func(r *enumerate.Report)
		want   []string
	}{
		{"whole chain", func(*enumerate.Report) {}, []string{}},
		{"negative serial", func(r *enumerate.Report) { r.Certificates[0].Serial = "-5a" }, []string{"negative_serial"}},
		{"MD5 root, wanted", func(r *enumerate.Report) {
			r.Certificates[1].Hash, r.Behaviours = "md5", []enumerate.Behaviour{{Name: "certificate_hash_enforced_md5", Value: &yes}}
		}, []string{"weak_certificate_hash"}},
		{"SHA-224 leaf", func(r *enumerate.Report) { r.Certificates[0].Hash = "sha224" }, []string{"weak_certificate_hash_tolerated"}},
		{"a server that signs with SHA-1 alone", func(r *enumerate.Report) {
			r.Certificates[0].Hash, r.Behaviours = "sha1", []enumerate.Behaviour{{Name: "ephemeral_rsa_certificate_hash_enforced_sha1", Value: &yes}}
			r.Protocols = []enumerate.Protocol{{Code: probe.TLS12, SignatureSchemes: []enumerate.Named{{ID: 0x0201, Name: "rsa_pkcs1_sha1"}}}}
		}, []string{"sha1_certificate_tolerated"}},
		{"links that do not follow", func(r *enumerate.Report) { r.Certificates[0].Issuer = "CN=c" }, []string{"chain_incomplete"}},
		{"a link that cannot be read", func(r *enumerate.Report) { r.Certificates[1] = enumerate.Certificate{Error: "asn1"} }, []string{"chain_incomplete"}},
		{"other chain", func(r *enumerate.Report) {
			r.OtherChains = [][]enumerate.Certificate{{{Subject: "CN=b", Issuer: "CN=b", Key: "ECDSA 256", Hash: "sha1"}}}
		}, []string{"sha1_certificate_tolerated"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &enumerate.Report{Started: time.Now(), Certificates: []enumerate.Certificate{leaf, root}}
			tt.change(r)
			require.Equal(t, tt.want, scenarios(t, r))
			require.Equal(t, tt.want, scenarios(t, &enumerate.Report{Started: time.Now(), Strict: r}), "in strict as well")
		})
	}
}
