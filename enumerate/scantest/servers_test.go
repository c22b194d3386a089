package scantest_test

import (
	"crypto"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// profile returns the defaults of a Windows Server version, to be changed.
func profile(t *testing.T, os string) *testserver.TLS {
	t.Helper()
	p, err := testserver.Profile(os)
	require.NoError(t, err)
	return p
}

// hashing is a server that wants SHA-1 in hellos, since its chain has it.
func hashing(t *testing.T, os string) testserver.Config {
	t.Helper()
	p := profile(t, os)
	p.ChainHashes = true
	chain := testserver.Linked(testserver.Link{}, testserver.Link{Hash: crypto.SHA1})
	return testserver.Config{OS: os, TLS: p, Certificate: &chain, NoStrict: true}
}

// layered is one that wants key exchange by RSA besides.
func layered(t *testing.T) testserver.Config {
	t.Helper()
	config := hashing(t, "2012 R2")
	config.TLS.Suites = slices.DeleteFunc(config.TLS.Suites, func(s schannel.Suite) bool { return !strings.HasPrefix(s.Name, "TLS_RSA_") })
	return config
}
