package realclients_test

import (
	"crypto/tls"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// goMinor is the Go version that runs the tests, without the number of its patch.
func goMinor() string { return regexp.MustCompile(`^go1\.\d+`).FindString(runtime.Version()) }

// goDriver is go-mssqldb, built by the Go version that runs the tests. It takes any
// certificate, but in strict connections only the server's own.
func goDriver(t *testing.T) product {
	id := "go-mssqldb-1.11.2-" + goMinor()
	program, missing := buildGo(t)
	with := func(name, suffix, settings string, env ...string) client {
		return client{name, id + suffix, func(t *testing.T, r *relay) string {
			query := settings + "&TrustServerCertificate=true"
			if suffix == "-strict" {
				query = settings + "&serverCertificate=" + url.QueryEscape(r.certificateFile(t))
			}
			dsn := url.URL{Scheme: "sqlserver", User: url.UserPassword("sa", "none"), Host: r.Addr().String(), RawQuery: query}
			says, _ := run(t, "", env, program, dsn.String())
			return says
		}}
	}
	return product{missing, []client{
		with("go-mssqldb", "", "encrypt=true"),
		with("go-mssqldb tlssha1", "-tlssha1-1", "encrypt=true", "GODEBUG=tlssha1=1"),
		with("go-mssqldb tlsrsakex", "-tlsrsakex-1", "encrypt=true", "GODEBUG=tlsrsakex=1"),
		with("go-mssqldb tlsmin", "-tlsmin10", "encrypt=true&tlsmin=1.0"),
		with("go-mssqldb strict", "-strict", "encrypt=strict"),
	}}
}

// buildGo builds the program in testdata, whose module is made to be of the Go
// version at hand: what GODEBUG is by default depends on that.
func buildGo(t *testing.T) (program, missing string) {
	t.Helper()
	const source = "testdata/go-mssqldb"
	dir := t.TempDir()
	program, modfile := filepath.Join(dir, "program"), filepath.Join(dir, "go.mod")
	env := []string{"GOWORK=off", "GOTOOLCHAIN=local", "GODEBUG=", "GOFLAGS=-buildvcs=false"}
	sum, err := os.ReadFile(filepath.Join(source, "go.sum"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o600))
	text, ok := run(t, source, env, "go", "mod", "edit", "-go="+strings.TrimPrefix(goMinor(), "go"), "-print")
	require.True(t, ok, text)
	require.NoError(t, os.WriteFile(modfile, []byte(text), 0o600))

	if list, ok := run(t, source, env, "go", "list", "-deps", "-modfile="+modfile, "."); !ok {
		return "", "the modules of go-mssqldb are not to be had: " + list
	}
	output, ok := run(t, source, env, "go", "build", "-trimpath", "-modfile="+modfile, "-o", program, ".")
	require.True(t, ok, output)
	return program, ""
}

// TestFromConfig: the client that is made of the driver's tls.Config sends what the
// driver sends. The driver's program is of a newer Go version than this module says
// it is of, so that it has to be told not to offer what came since.
func TestFromConfig(t *testing.T) {
	program, missing := buildGo(t)
	if missing != "" {
		t.Skip(missing)
	}
	const name = "sql.example.test"
	for _, tt := range []struct {
		settings string
		config   *tls.Config
	}{
		{"encrypt=true", &tls.Config{ServerName: name}},
		{"encrypt=true&tlsmin=1.0", &tls.Config{ServerName: name, MinVersion: tls.VersionTLS10}},
		{"encrypt=strict", &tls.Config{ServerName: name, NextProtos: []string{"tds/8.0"}}},
	} {
		t.Run(tt.settings, func(t *testing.T) {
			relay := server{}.start(t)
			run(t, "", []string{"GODEBUG=tlssecpmlkem=0"}, program, "sqlserver://"+relay.Addr().String()+"?hostNameInCertificate="+name+"&"+tt.settings)
			c, err := clients.FromConfig("mine", tt.config)
			require.NoError(t, err)
			requireShape(t, c, relay.hello())
		})
	}
}
