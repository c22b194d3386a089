package integration_test

import (
	"crypto/tls"
	"os"
	"slices"
	"testing"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/scantest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// asking says how the server is asked: faster than scantest does by itself, since
// it is there for tests.
var asking = scantest.Config{Rate: 100}

// server returns the server that the environment names, else a fake one.
func server(t *testing.T) string {
	t.Helper()
	if os.Getenv(scantest.Variable) != "" {
		return scantest.Server(t)
	}
	modern, err := testserver.Profile("2022")
	if err != nil {
		t.Fatal(err)
	}
	modern.Versions = []uint16{uint16(probe.TLS12)}
	fake, err := testserver.Start(testserver.Config{OS: "2022", TLS: modern})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { fake.Close() })
	return fake.Addr()
}

// TestDrivers: the drivers that we run connect.
func TestDrivers(t *testing.T) {
	asking.Connects(t, server(t), scantest.Clients(t, "go-mssqldb-go1.25", "jdbc-java17", "odbc18-debian12")...)
}

// TestOurService: so does a program with the configuration of ours.
func TestOurService(t *testing.T) {
	own, err := clients.FromConfig("our service", &tls.Config{MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	asking.Connects(t, server(t), own)
}

// TestNothingWeaker: hellos of old versions with every suite and group that there
// is are refused, and so is a hello that offers RC4 alone.
func TestNothingWeaker(t *testing.T) {
	hellos := []probe.Hello{{CipherSuites: []probe.CipherSuite{0x0005, probe.EmptyRenegotiationInfoSCSV}}}
	for _, v := range []probe.Version{probe.SSL30, probe.TLS10, probe.TLS11} {
		suites := append(probe.CipherSuites(v), probe.EmptyRenegotiationInfoSCSV)
		hellos = append(hellos, probe.Hello{MaxVersion: v, CipherSuites: suites, Groups: probe.Groups()})
	}
	asking.Refuses(t, server(t), hellos...)
}

// TestPolicy: the server keeps to a policy that is built in, but for one rule: the
// certificate that SQL Server makes itself is valid for thirty years.
// [enumerate.ReadPolicy] reads a policy of our own.
func TestPolicy(t *testing.T) {
	policy, ok := enumerate.FindPolicy("mozilla-old")
	if !ok {
		t.Fatal("no such policy")
	}
	policy.Rules = slices.DeleteFunc(policy.Rules, func(r enumerate.Rule) bool { return r.ID == "certificate-days" })
	asking.Meets(t, server(t), policy)
}

// TestRules: the server keeps to our own rules.
func TestRules(t *testing.T) {
	asking.Meets(t, server(t), signatures{})
}

// signatures is a policy: no certificate is signed with an old hash.
type signatures struct{}

// Judge looks at the certificates of a report, and of its part on TDS 8. Where
// the scan left something open there may be more of them.
func (signatures) Judge(r *enumerate.Report) enumerate.Judgement {
	rule := enumerate.Ruling{Rule: "signatures", Title: "Certificates signed with SHA-2"}
	meets, settled := true, r.Complete
	for _, c := range certificates(r) {
		switch c.Hash {
		case "md5", "sha1":
			meets, rule.Cells = false, append(rule.Cells, c.Subject+" "+c.SignatureAlgorithm)
		case "":
			settled = false
		}
	}
	if settled && len(r.Certificates) > 0 || !meets {
		rule.Meets = &meets
	} else {
		rule.Note = "not every certificate was seen or could be read"
	}
	return enumerate.Judgement{Policy: "ours", Title: "Our rules", Meets: rule.Meets, Rulings: []enumerate.Ruling{rule}}
}

func certificates(r *enumerate.Report) []enumerate.Certificate {
	list := slices.Concat(append([][]enumerate.Certificate{r.Certificates}, r.OtherChains...)...)
	if r.Strict != nil {
		list = append(list, certificates(r.Strict)...)
	}
	return list
}
