package main

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// A fieldCase is what users of SQL Server reported, rebuilt: a server, a client,
// and what the program has to say. Thread, saw and built are what CASES.md says.
type fieldCase struct {
	thread, saw, built string
	server             testserver.Config
	client             string
	causes             []clients.Cause // nil if it connects, or if no cause has a name
	says               []string        // in the text
}

// old returns a server like a Windows Server, changed.
func old(t *testing.T, os string, change func(*testserver.TLS)) testserver.Config {
	t.Helper()
	profile, err := testserver.Profile(os)
	require.NoError(t, err)
	change(profile)
	return testserver.Config{OS: os, TLS: profile, NoStrict: os < "2022"}
}

// only keeps the suites whose names satisfy a condition.
func only(keep func(name string) bool) func(*testserver.TLS) {
	return func(p *testserver.TLS) {
		var kept = p.Suites[:0:0]
		for _, s := range p.Suites {
			if keep(s.Name) {
				kept = append(kept, s)
			}
		}
		p.Suites = kept
	}
}

// signed returns a server that wants the hash of its certificate in the hello.
func signed(t *testing.T, os string, hash crypto.Hash) testserver.Config {
	config := old(t, os, func(p *testserver.TLS) { p.ChainHashes = true })
	certificate := testserver.Linked(testserver.Link{Hash: hash})
	config.Certificate = &certificate
	return config
}

func with(c testserver.Config, certificate tls.Certificate) testserver.Config {
	c.Certificate = &certificate
	return c
}

func fieldCases(t *testing.T) []fieldCase {
	prefix := func(p string) func(string) bool { return func(name string) bool { return strings.HasPrefix(name, p) } }
	v10 := func(p *testserver.TLS) { p.Versions = []uint16{0x0301} }
	closed := "FIN after ClientHello"
	return []fieldCase{
		// Protocol version.
		{"microsoft/go-mssqldb#33", "\"unsupported protocol version 301\" since Go 1.18", "2008 R2: TLS 1.0 at most",
			old(t, "2008 R2", func(*testserver.TLS) {}), "go-mssqldb-go1.18", []clients.Cause{clients.CauseVersion},
			[]string{"server selected unsupported protocol version 301", "tlsmin=1.0", "enable TLS 1.2"}},
		{"microsoft/mssql-jdbc#1803", "TLS10 is not accepted by the client's preferences", "2012, TLS 1.0 alone",
			old(t, "2012", v10), "jdbc-java11", []clients.Cause{clients.CauseVersion},
			[]string{"TLS10 is not accepted by client preferences", "jdk.tls.disabledAlgorithms"}},
		{"tediousjs/tedious#1407", "\"unsupported protocol\" from a newer Node.js", "2008 R2: TLS 1.0 at most",
			old(t, "2008 R2", func(*testserver.TLS) {}), "tedious-node16", []clients.Cause{clients.CauseVersion},
			[]string{"unsupported protocol", "enable TLS 1.2"}},
		{"dotnet/SqlClient#776", "fails from Linux only", "2012, TLS 1.0 alone",
			old(t, "2012", v10), "sqlclient-debian11", []clients.Cause{clients.CauseVersion},
			[]string{"ssl_choose_client_version:unsupported protocol", "MinProtocol"}},
		// Cipher suites.
		{"denisenkom/go-mssqldb#452", "EOF, but not with a newer Windows", "2012, TLS 1.2 alone, RSA key exchange off, suites with SHA-256 and SHA-384 only",
			old(t, "2012", func(p *testserver.TLS) {
				p.Versions = []uint16{0x0303}
				only(func(name string) bool {
					return strings.HasPrefix(name, "TLS_ECDHE") && !strings.HasSuffix(name, "_SHA")
				})(p)
			}), "go-mssqldb-go1.12", []clients.Cause{clients.CauseSuite},
			[]string{closed, "EOF", "no cipher suite in common", "no common cipher suite; with TLS_ECDHE_RSA_WITH_AES_"}},
		{"elastic/beats#40082", "EOF since Go 1.22", "RSA key exchange alone",
			old(t, "2012 R2", only(prefix("TLS_RSA_WITH_AES"))), "go-mssqldb-go1.22", []clients.Cause{clients.CauseSuite},
			[]string{closed, "EOF", "no common cipher suite; with TLS_RSA_WITH_AES_", "GODEBUG=tlsrsakex=1"}},
		{"microsoft/mssql-jdbc#719", "fails since JDK 8u171", "3DES alone, TLS 1.2 on",
			old(t, "2012 R2", only(prefix("TLS_RSA_WITH_3DES"))), "jdbc-java8", []clients.Cause{clients.CauseSuite},
			[]string{closed, "with TLS_RSA_WITH_3DES_EDE_CBC_SHA added", "jdk.tls.disabledAlgorithms"}},
		{"dbeaver/dbeaver#40987", "fails since Temurin 21.0.11", "RSA key exchange alone",
			old(t, "2012 R2", only(prefix("TLS_RSA_WITH_AES"))), "jdbc-java21", []clients.Cause{clients.CauseSuite},
			[]string{closed, "no common cipher suite; with TLS_RSA_WITH_AES_", "take TLS_RSA_*"}},
		// Signature schemes and certificates.
		{"open-telemetry/opentelemetry-collector-contrib#50774", "EOF from 2012 R2 alone; the thread did not settle why", "2012 R2, certificate signed with SHA-1",
			signed(t, "2012 R2", crypto.SHA1), "go-mssqldb-go1.25", []clients.Cause{clients.CauseScheme},
			[]string{closed, "EOF", "no common signature scheme", "rsa_pkcs1_sha1 added", "at the client: GODEBUG=tlssha1=1", "at the server: a certificate signed with SHA-256"}},
		{"golang/go#22422", "EOF with TLS 1.2 and not with 1.1", "certificate signed with SHA-512",
			signed(t, "2012 R2", crypto.SHA512), "go-mssqldb-go1.8", []clients.Cause{clients.CauseScheme},
			[]string{closed, "EOF", "no common signature scheme", "sha512"}},
		{"microsoft/go-mssqldb#302", "EOF since Go 1.25", "2012, certificate signed with SHA-1",
			signed(t, "2012", crypto.SHA1), "go-mssqldb-go1.25", []clients.Cause{clients.CauseScheme},
			[]string{closed, "EOF", "no common signature scheme", "GODEBUG=tlssha1=1"}},
		{"tediousjs/tedious#1449", "\"socket hang up\" since Node.js 18", "2012 R2, certificate signed with SHA-1",
			signed(t, "2012 R2", crypto.SHA1), "tedious-node18", []clients.Cause{clients.CauseScheme},
			[]string{"socket hang up", "no common signature scheme", "SECLEVEL=0"}},
		{"dotnet/SqlClient#2252", "images of .NET 8 fail", "2012 R2, certificate signed with SHA-1",
			signed(t, "2012 R2", crypto.SHA1), "sqlclient-debian12", []clients.Cause{clients.CauseScheme},
			[]string{"End of stream reached", "no common signature scheme", "SECLEVEL=0"}},
		{"mkleehammer/pyodbc#610", "0x2746 from ODBC on Linux", "2012 R2, certificate signed with SHA-1",
			signed(t, "2012 R2", crypto.SHA1), "odbc17-debian11", []clients.Cause{clients.CauseScheme},
			[]string{"0x2746", "no common signature scheme", "openssl.cnf"}},
		{"microsoft/mssql-docker#895", "\"negative serial number\" from every other container", "self-signed certificate with a negative serial number",
			with(testserver.Config{}, testserver.Linked(testserver.Link{Serial: -7})), "go-mssqldb-go1.23", []clients.Cause{clients.CauseNegativeSerial},
			[]string{"x509: negative serial number", "GODEBUG=x509negativeserial=1"}},
		{"redhat-developer/s2i-dotnetcore#366", "\"dh key too small\"", "TLS_DHE alone, prime of 1024 bits",
			old(t, "2012 R2", only(prefix("TLS_DHE_RSA"))), "sqlclient-debian11", []clients.Cause{clients.CauseDHBits},
			[]string{"dh key too small", "1024 bits", "ServerMinKeyBitLength"}},
		// TDS and its encryption.
		{"dotnet/SqlClient#2243", "10054 with \"TLS 1.3\"", "2022, Force Strict Encryption",
			testserver.Config{OS: "2022", ForceStrict: true}, "ssms", []clients.Cause{clients.CauseStrict},
			[]string{"FIN after PRELOGIN", "one side speaks TDS 8 (strict), the other does not", "Force Strict Encryption off"}},
		{"microsoft/mssql-rs#577", "the peer closed", "2019, without TDS 8; a strict client",
			testserver.Config{NoStrict: true}, "go-mssqldb-1.11.2-go1.26-strict", []clients.Cause{clients.CauseStrict},
			[]string{"one side speaks TDS 8 (strict), the other does not", "SQL Server 2022 or newer"}},
		{"t8y2/dbx#2768", "encryption is refused", "no encryption at all",
			testserver.Config{Encryption: testserver.NotSupported}, "go-mssqldb-go1.26", []clients.Cause{clients.CauseEncryption},
			[]string{"do not agree on ENCRYPTION", "encryption switched on"}},
		{"r2dbc/r2dbc-mssql#324", "logs in without TLS, unasked", "no encryption at all; tedious does as r2dbc-mssql did",
			testserver.Config{Encryption: testserver.NotSupported}, "tedious-node24", []clients.Cause{clients.CauseEncryption},
			[]string{"the client sends its login in clear text all the same"}},
		// Not always.
		{"dotnet/SqlClient#690", "10054, once in many connections", "one hello in ten is reset or closed at random",
			testserver.Config{ResetRate: 0.1, Seed: 3, ResetHellos: true}, "sqlclient-windows2022", nil,
			[]string{"connects: TLS 1.2", "The server takes its hello"}},
		// Large hellos.
		{"tdlib/telegram-bot-api#896", "RST with X25519MLKEM768 and not without", "something on the way resets hellos of more than 1400 bytes",
			testserver.Config{Wants: testserver.Wants{MaxSize: 1400}, Refusal: testserver.RefuseRST}, "go-mssqldb-go1.25", []clients.Cause{clients.CauseSize},
			[]string{"RST after ClientHello", "larger than something on the way takes", "GODEBUG=tlsmlkem=0"}},
		// What only looks like TLS.
		{"dotnet/corefx#8645", "Encrypt=false, and TLS all the same", "2019: ENCRYPTION off, which encrypts the login",
			testserver.Config{}, "go-mssqldb-1.8.2-go1.20-encfalse", nil,
			[]string{"connects: TLS 1.2"}},
		{"hugr-lab/mssql-extension#138", "RST at the login", "2019: the handshake is fine",
			testserver.Config{}, "odbc18-debian12", nil,
			[]string{"connects: TLS 1.2", "and the login: neither is tried"}},
		{"dotnet/SqlClient#2661", "\"TLSv1\" in a capture, no ServerHello", "something on the way closes on every hello",
			testserver.Config{TLS: &testserver.TLS{}}, "sqlclient-windows2022", nil,
			[]string{closed, "the server takes no hello at all"}},
	}
}

// TestCases: the program names the cause that the threads settled on. CASES.md
// has what it says.
func TestCases(t *testing.T) {
	cases := fieldCases(t)
	rows := make([]string, len(cases))
	t.Run("cases", func(t *testing.T) {
		for i, tt := range cases {
			t.Run(tt.thread, func(t *testing.T) {
				t.Parallel()
				addr := commandtest.Start(t, tt.server)
				c := &config{}
				require.NoError(t, c.program().Parse([]string{"-rate", "1e6", "-client", tt.client, addr}))
				o := c.find(t.Context(), io.Discard)
				var text bytes.Buffer
				require.NoError(t, writeText(&text, render.Style{}, o))
				flat := strings.Join(strings.Fields(text.String()), " ")
				for _, want := range tt.says {
					require.Contains(t, flat, want)
				}
				require.Len(t, o.Answers, 1)
				require.ElementsMatch(t, tt.causes, o.Answers[0].Causes)
				rows[i] = row(tt, o.Answers[0])
			})
		}
	})
	if t.Failed() {
		return
	}
	text := casesHead + strings.Join(rows, "")
	if commandtest.Updating() {
		require.NoError(t, os.WriteFile("CASES.md", []byte(text), 0o666))
	}
	want, err := os.ReadFile("CASES.md")
	require.NoError(t, err)
	require.Equal(t, string(want), text)
}

const casesHead = `# Cases from the field

Connections that users reported as failing, rebuilt as a fake server and a client of the catalog, and what
` + "`why -client CLIENT TARGET`" + ` says of them. ` + "`go test ./examples/why -update`" + ` writes this table anew.

| thread | what users saw | server | client | what why says | smallest change |
| --- | --- | --- | --- | --- | --- |
`

// row is a line of CASES.md.
func row(c fieldCase, a answer) string {
	var says, change []string
	if a.Client.Connects != nil && *a.Client.Connects {
		says = append(says, "connects: "+a.Client.Version)
	} else {
		says = append(says, a.Client.Reason)
	}
	if len(a.Chains) > 0 {
		says = append(says, "proven: "+strings.Join(a.Chains, "; "))
	}
	if a.Error != "" {
		says = append(says, a.Error)
	}
	for _, side := range []struct{ name, fix string }{{"client", a.Fix}, {"server", a.ServerFix}} {
		if side.fix != "" {
			change = append(change, "at the "+side.name+": "+side.fix)
		}
	}
	repository, number, _ := strings.Cut(c.thread, "#")
	cell := func(list ...string) string { return strings.ReplaceAll(strings.Join(list, "; "), "|", `\|`) }
	return fmt.Sprintf("| [%s](https://github.com/%s/issues/%s) | %s | %s | `%s` | %s | %s |\n",
		c.thread, repository, number, cell(c.saw), cell(c.built), c.client, cell(says...), cell(strings.Join(change, "; or ")))
}
