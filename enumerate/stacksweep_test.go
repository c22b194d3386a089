package enumerate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver/stacks"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A sweepTest is a stack with groups and schemes of its own, and what a scan has
// to find. [stacks.Groups] and [stacks.Schemes] say what Debian 12 cannot do;
// their truth is what the clients of the stacks' makers see.
type sweepTest struct {
	name            string
	config          stacks.Config
	groups, schemes []stacks.Setting // set in config
}

// signedCiphers are few suites, all with an ephemeral key and a signature.
var signedCiphers = map[stacks.Stack]string{
	stacks.OpenSSL: "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:DHE-DSS-AES128-GCM-SHA256:@SECLEVEL=0",
	stacks.GnuTLS: "NORMAL:%VERIFY_ALLOW_BROKEN:-KX-ALL:+ECDHE-RSA:+ECDHE-ECDSA:+DHE-RSA:" +
		"-CIPHER-ALL:+AES-128-GCM",
}

var stackNames = map[stacks.Stack]string{stacks.OpenSSL: "openssl", stacks.GnuTLS: "gnutls"}

// newSweepTest returns the test of a server with these groups and schemes alone,
// of those that are given.
func newSweepTest(stack stacks.Stack, groups, schemes []stacks.Setting) sweepTest {
	tt := sweepTest{groups: groups, schemes: schemes, config: stacks.Config{
		Stack: stack, Ciphers: signedCiphers[stack], N: enumerate.DefaultParallel,
		Versions: []uint16{stacks.TLS12, stacks.TLS13},
	}}
	if stack == stacks.OpenSSL {
		tt.config.Ciphersuites13 = "TLS_AES_128_GCM_SHA256"
	}
	for _, s := range groups {
		tt.config.Groups = append(tt.config.Groups, s.Setting)
	}
	for _, s := range schemes {
		tt.config.Schemes = append(tt.config.Schemes, s.Setting)
		tt.config.Certificate = s.Certificate
	}
	if stack == stacks.GnuTLS && len(schemes) == 1 {
		tt.config.Versions = schemes[0].Versions // it takes no version without a scheme
	}
	all := slices.Concat(tt.config.Groups, tt.config.Schemes)
	tt.name = stackNames[stack] + " " + strings.Join(all, ":")
	if len(schemes) > 0 {
		tt.name += fmt.Sprintf(" with certificate %d", tt.config.Certificate)
	}
	return tt
}

// TestScanStackGroups: every group that OpenSSL and GnuTLS have, one alone, is
// the one that is found, in the versions in which it is used.
func TestScanStackGroups(t *testing.T) {
	for _, stack := range []stacks.Stack{stacks.OpenSSL, stacks.GnuTLS} {
		schemes := pick(t, stacks.Schemes(stack), "rsa_pkcs1_sha384", "rsa_pss_rsae_sha512", "rsa_pss_rsae_sha256")
		for i, group := range stacks.Groups(stack) {
			testSweep(t, i, newSweepTest(stack, []stacks.Setting{group}, schemes))
		}
	}
}

// TestScanStackSchemes does the same for signature schemes.
func TestScanStackSchemes(t *testing.T) {
	for _, stack := range []stacks.Stack{stacks.OpenSSL, stacks.GnuTLS} {
		groups := pick(t, stacks.Groups(stack), "secp384r1", "x25519", "ffdhe2048")
		for i, scheme := range stacks.Schemes(stack) {
			testSweep(t, i, newSweepTest(stack, groups, []stacks.Setting{scheme}))
		}
	}
}

// pick returns the settings of these names, in this order, for the first kind of
// certificate that there is.
func pick(t *testing.T, list []stacks.Setting, names ...string) []stacks.Setting {
	t.Helper()
	var picked []stacks.Setting
	for _, name := range names {
		i := slices.IndexFunc(list, func(s stacks.Setting) bool { return s.Name == name })
		require.NotEqual(t, -1, i, name)
		picked = append(picked, list[i])
	}
	return picked
}

// testSweep scans a server: one in nine of a short run.
func testSweep(t *testing.T, i int, tt sweepTest) {
	if !long && i%9 != 0 {
		return
	}
	m := modes[(i+i/9)%len(modes)]
	t.Run(fmt.Sprintf("%s/%v", tt.name, m.mode), func(t *testing.T) {
		t.Parallel()
		server := stacks.Start(t, tt.config)
		options := fast()
		options.Only = append(options.Only, enumerate.Groups, enumerate.Signatures)
		options.Prober.DialContext = dialImpatient
		report := scan(t, bridge(t, server, m.config, probe.Closed), m.mode, options)
		requireSweep(t, tt, server, report)
		t.Logf("%d connections", report.Connections)
	})
}

// requireSweep compares suites, groups and schemes with the truth.
func requireSweep(t *testing.T, tt sweepTest, server *stacks.Server, report *enumerate.Report) {
	t.Helper()
	if tt.shareless() {
		i := slices.IndexFunc(report.Protocols, func(p enumerate.Protocol) bool { return p.Code == probe.TLS13 })
		require.Contains(t, report.Protocols[i].SignatureSchemesNote, "asks for a key share of secp")
		require.False(t, report.Complete)
		report.Protocols[i].SignatureSchemes, report.Complete = nil, true // all but this is exact
	}
	want := tt.suites(server)
	got := found(t, report)
	require.Len(t, got, len(want))
	for version := range want {
		require.ElementsMatch(t, want[version], got[version], version)
	}
	for _, p := range report.Protocols {
		if want[p.Version] == nil {
			require.Empty(t, p.Groups, p.Version)
			require.Empty(t, p.SignatureSchemes, p.Version)
			continue
		}
		groups, schemes := names(p.Groups), names(p.SignatureSchemes)
		require.Equal(t, sorted(tt.used(p.Code, slices.ContainsFunc(want[p.Version], finite))), groups, p.Version)
		if p.Code == probe.TLS12 || !tt.shareless() {
			require.Equal(t, sorted(stacks.Used(tt.schemes, uint16(p.Code))), schemes, p.Version)
		}
	}
}

// shareless reports whether the server's only group is one of which no key share
// can be made: RFC 8446 has none of them, but GnuTLS uses them in TLS 1.3.
func (tt sweepTest) shareless() bool {
	return tt.config.Stack == stacks.GnuTLS && len(tt.groups) == 1 &&
		slices.Contains([]string{"secp192r1", "secp224r1"}, tt.groups[0].Name)
}

// suites returns the suites of each version that have a group and a scheme.
func (tt sweepTest) suites(server *stacks.Server) cells {
	want := cells{}
	for version, suites := range server.Truth {
		for _, id := range suites {
			if tt.usable(version, id) {
				name := probe.Version(version).String()
				want[name] = append(want[name], uint32(id))
			}
		}
	}
	return want
}

// used returns the groups of a version. With RSA and ECDSA keys OpenSSL has no
// DHE in these tests, and DSA keys have nothing else, in no named group.
func (tt sweepTest) used(version probe.Version, dhe bool) []string {
	return slices.DeleteFunc(stacks.Used(tt.groups, uint16(version)), func(name string) bool {
		return tt.config.Certificate == stacks.DSA || version == probe.TLS12 && strings.HasPrefix(name, "ffdhe") && !dhe
	})
}

// usable reports whether a suite has a group and a scheme in a version.
func (tt sweepTest) usable(version, suite uint16) bool {
	groups := stacks.Used(tt.groups, version)
	dhe := finite(uint32(suite))
	switch {
	case len(stacks.Used(tt.schemes, version)) == 0:
		return false
	case version == stacks.TLS13:
		return len(groups) > 0
	case dhe && tt.config.Stack == stacks.OpenSSL:
		return true // with a prime of its own
	}
	return slices.ContainsFunc(groups, func(name string) bool { return strings.HasPrefix(name, "ffdhe") == dhe })
}

// finite reports whether the ephemeral key of a suite is of a finite field.
func finite(suite uint32) bool {
	return strings.HasPrefix(probe.CipherSuite(suite).String(), "TLS_DHE")
}

func sorted(list []string) []string {
	return slices.Sorted(slices.Values(list)) // nil if empty
}
