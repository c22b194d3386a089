package scantest_test

import (
	"testing"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/scantest"
	"github.com/tdsprobe/tdsprobe/probe"
)

// Example is a test of the server that the environment names: our drivers connect,
// TLS 1.0 is refused, a policy is kept.
func Example() {
	_ = func(t *testing.T) {
		dsn := scantest.Server(t) // of TDSPROBE_TEST_DSN, else the test skips
		scantest.Connects(t, dsn, scantest.Clients(t, "go-mssqldb-go1.25", "jdbc-java17")...)
		scantest.Refuses(t, dsn, probe.Hello{
			MaxVersion: probe.TLS10, CipherSuites: probe.CipherSuites(probe.TLS10), Groups: probe.Groups(),
		})
		if policy, ok := enumerate.FindPolicy("mozilla-intermediate"); ok {
			scantest.Meets(t, dsn, policy)
		}
	}
}
