package diagnose_test

import (
	"crypto"
	"crypto/tls"
	"net/netip"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// long reports whether the longer runs take part.
var long = os.Getenv("TDSPROBE_LONG") != ""

// Dimensions that tell systems apart, and those that Chain looks at.
var (
	sight = []enumerate.Dimension{enumerate.Suites, enumerate.Groups, enumerate.Signatures, enumerate.Certificates}
	asked = append(slices.Clone(sight), enumerate.Behaviours, enumerate.Tolerances)
)

// listen starts a fake server, and returns where it is as well. Its certificate,
// if it has none, is one with which it signs fast.
func listen(t testing.TB, config testserver.Config, mode probe.Mode) (*testserver.Server, probe.Target) {
	t.Helper()
	if config.Certificate == nil {
		config = showing(config, fastSigned())
	}
	server, err := testserver.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	return server, target(server, mode)
}

// hostName is the name that servers are asked for: that of chains of
// [testserver.Linked].
const hostName = "link0.example.com"

// target returns where a fake server is, under that name.
func target(server *testserver.Server, mode probe.Mode) probe.Target {
	return probe.Target{Host: hostName, Port: netip.MustParseAddrPort(server.Addr()).Port(), Address: server.Addr(), Mode: mode}
}

// fast scans some dimensions as fast as may be, all if none are named.
func fast(only ...enumerate.Dimension) enumerate.Options {
	return enumerate.Options{
		Only: only, Parallel: 8, Rate: 1e6, Connects: 4, Prober: &probe.Prober{Timeout: 5 * time.Second},
	}
}

// scanAt returns the report on a target, which may be so that no hello is
// answered.
func scanAt(t testing.TB, target probe.Target, options enumerate.Options) *enumerate.Report {
	t.Helper()
	report, err := enumerate.Scan(t.Context(), target, options)
	if err != nil {
		require.ErrorIs(t, err, enumerate.ErrUnmeasured)
	}
	return report
}

// scan returns the report on a fake server.
func scan(t testing.TB, config testserver.Config, mode probe.Mode, only ...enumerate.Dimension) *enumerate.Report {
	t.Helper()
	_, target := listen(t, config, mode)
	return scanAt(t, target, fast(only...))
}

// ids returns the ids of all findings, worst first.
func ids(reports ...*enumerate.Report) []string {
	list := []string{}
	for _, f := range diagnose.Diagnose(reports...) {
		list = append(list, f.ID)
	}
	return list
}

// evidence returns that of one finding.
func evidence(t testing.TB, id string, reports ...*enumerate.Report) []string {
	t.Helper()
	findings := diagnose.Diagnose(reports...)
	i := slices.IndexFunc(findings, func(f enumerate.Finding) bool { return f.ID == id })
	require.GreaterOrEqual(t, i, 0, "%s is not among %v", id, ids(reports...))
	return findings[i].Evidence
}

// changed is a server with the defaults of a Windows Server version but for some
// changes.
func changed(os string, changes ...func(*testserver.TLS)) testserver.Config {
	profile, err := testserver.Profile(os)
	if err != nil {
		panic(err)
	}
	for _, change := range changes {
		change(profile)
	}
	return testserver.Config{OS: os, TLS: profile}
}

// versions makes a change that leaves a server these.
func versions(list ...uint16) func(*testserver.TLS) {
	return func(all *testserver.TLS) { all.Versions = list }
}

// onlySuites makes a change that leaves a server those suites of its own.
func onlySuites(ids ...schannel.ID) func(*testserver.TLS) {
	return func(all *testserver.TLS) { all.Suites = suites(all.Suites, ids...) }
}

// alsoSuites makes a change that adds suites of another Windows Server version.
func alsoSuites(os string, ids ...schannel.ID) func(*testserver.TLS) {
	system, _ := schannel.Server(os)
	return func(all *testserver.TLS) { all.Suites = slices.Concat(all.Suites, suites(system.Suites, ids...)) }
}

func suites(list []schannel.Suite, ids ...schannel.ID) []schannel.Suite {
	return slices.DeleteFunc(slices.Clone(list), func(s schannel.Suite) bool { return !slices.Contains(ids, s.ID) })
}

// wantsHashes makes a server want the hashes of its chain, as Schannel does.
func wantsHashes(all *testserver.TLS) { all.ChainHashes = true }

// showing gives a server another certificate.
func showing(config testserver.Config, certificate tls.Certificate) testserver.Config {
	config.Certificate = &certificate
	return config
}

// withECDSA is a server with defaults and an ECDSA certificate.
func withECDSA(os string) testserver.Config {
	return showing(testserver.Config{OS: os}, testserver.ECDSA())
}

// signed is a chain whose server's certificate is signed with a hash, and its
// root with SHA-256.
func signed(hash crypto.Hash) tls.Certificate {
	return testserver.Linked(testserver.Link{Hash: hash}, testserver.Link{})
}

// sound is a server with little to be told of: TLS 1.2, suites for everyone that
// has it, and a certificate like any other.
func sound(changes ...func(*testserver.TLS)) testserver.Config {
	few := onlySuites(0xc030, 0xc02f, 0xc028, 0xc014, 0x009d, 0x0035, 0xc02c, 0xc02b)
	config := changed("2019", append([]func(*testserver.TLS){few, versions(0x0303)}, changes...)...)
	return showing(config, soundChain())
}

var soundChain = sync.OnceValue(func() tls.Certificate { return signed(crypto.SHA256) })

// but is a sound server with a change that is not in its TLS.
func but(change func(*testserver.Config)) testserver.Config {
	config := sound()
	change(&config)
	return config
}

// with2022 gives a server the VERSION and the TLS 1.3 of 2022, which is asked
// for strict connections.
func with2022(config testserver.Config) testserver.Config {
	config.OS = "2022"
	alsoSuites("2022", 0x1302)(config.TLS)
	config.TLS.Versions = append(config.TLS.Versions, 0x0304)
	return config
}

// built is a sound server of a build of SQL Server.
func built(version [6]byte, changes ...func(*testserver.TLS)) testserver.Config {
	config := sound(changes...)
	config.Version = version
	return config
}
