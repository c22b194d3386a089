package diagnose_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestSmallestAddition: what would do for the clients is named, and does.
func TestSmallestAddition(t *testing.T) {
	lines := evidence(t, "no_common_suite", scan(t, sound(onlySuites(0xc030)), probe.ModeTDS7, sight...))
	require.Contains(t, lines[0], "Windows Server 2008 R2 / Windows 7 with")
	require.Equal(t, "would do: TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", lines[len(lines)-1])
	require.NotContains(t, ids(scan(t, sound(onlySuites(0xc030, 0xc028)), probe.ModeTDS7, sight...)), "no_common_suite")
}

// TestClientsWithDHE: those who would negotiate DHE are named.
func TestClientsWithDHE(t *testing.T) {
	lines := evidence(t, "dhe_offered", scan(t, testserver.Config{}, probe.ModeTDS7, sight...))
	require.Contains(t, strings.Join(lines, "\n"), "TLS 1.2: accepts TLS_DHE_RSA_WITH_AES_256_GCM_SHA384 (2048 bits), ")
	require.Contains(t, lines, "Windows Server 2012 R2 / Windows 8.1 as a client would negotiate TLS_DHE_RSA_WITH_AES_256_GCM_SHA384")
	require.NotContains(t, strings.Join(lines, "\n"), "Windows Server 2016")
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
			require.Equal(t, tt.want, ids(r))
			require.Equal(t, tt.want, ids(&enumerate.Report{Started: time.Now(), Strict: r}), "in strict as well")
		})
	}
}
