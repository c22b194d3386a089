package probe_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

var targetTests = []struct {
	in   string
	want probe.Target
}{
	{"db1", probe.Target{Host: "db1", Port: 1433}},
	{"db1.example.com:14330", probe.Target{Host: "db1.example.com", Port: 14330}},
	{"db1,14330", probe.Target{Host: "db1", Port: 14330}},
	{" tcp:db1 , 14330 ", probe.Target{Host: "db1", Port: 14330}},
	{"TCP:db1", probe.Target{Host: "db1", Port: 1433}},
	{`db1\SQLEXPRESS`, probe.Target{Host: "db1", Instance: "SQLEXPRESS"}},
	{`db1\SQLEXPRESS,1500`, probe.Target{Host: "db1", Instance: "SQLEXPRESS", Port: 1500}},
	{`.\X`, probe.Target{Host: "localhost", Instance: "X"}},
	{"(local)", probe.Target{Host: "localhost", Port: 1433}},
	{"10.0.0.5,1500", probe.Target{Host: "10.0.0.5", Port: 1500}},
	{"2001:db8::1", probe.Target{Host: "2001:db8::1", Port: 1433}},
	{"[2001:db8::1]", probe.Target{Host: "2001:db8::1", Port: 1433}},
	{"[2001:db8::1]:1500", probe.Target{Host: "2001:db8::1", Port: 1500}},
	{"tcp:2001:db8::1,1500", probe.Target{Host: "2001:db8::1", Port: 1500}},
	{"fe80::1%eth0", probe.Target{Host: "fe80::1%eth0", Port: 1433}},
	{"sqlserver://sa:secret@db1:1500?database=x", probe.Target{Host: "db1", Port: 1500}},
	{"SQLServer://db1/INST?encrypt=strict", probe.Target{Host: "db1", Instance: "INST", Mode: probe.ModeTDS8}},
	{"sqlserver://db1?hostnameincertificate=cert.example.com", probe.Target{Host: "db1", Port: 1433, ServerName: "cert.example.com"}},
	{"sqlserver://[2001:db8::1]:1500", probe.Target{Host: "2001:db8::1", Port: 1500}},
	{"Data Source=tcp:db1,1500;User Id=sa;Password=secret;Encrypt=True", probe.Target{Host: "db1", Port: 1500}},
	{`Server=db1\INST;Integrated Security=true`, probe.Target{Host: "db1", Instance: "INST"}},
	{`Server=db1\INST,1500;pwd=secret`, probe.Target{Host: "db1", Instance: "INST", Port: 1500}},
	{"server=db1;port=1500;password=secret;encrypt=strict", probe.Target{Host: "db1", Port: 1500, Mode: probe.ModeTDS8}},
	{"odbc:server=db1;port=1500;pwd={se;cr}}et}", probe.Target{Host: "db1", Port: 1500}},
	{"Driver={ODBC Driver 18 for SQL Server};Server=tcp:db1,1500;Uid=sa;Pwd={secret};Encrypt=strict", probe.Target{Host: "db1", Port: 1500, Mode: probe.ModeTDS8}},
}

func TestParseTarget(t *testing.T) {
	for _, tt := range targetTests {
		t.Run(tt.in, func(t *testing.T) {
			got, err := probe.ParseTarget(tt.in)
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
			text, err := json.Marshal(got)
			require.NoError(t, err)
			require.NotContains(t, string(text), "secret")
		})
	}
}

// badTargets have the password hunter2 where they have one. names is what the
// error has to name.
var badTargets = []struct{ in, names string }{
	{"", "the name is empty"},
	{"   ", "the name is empty"},
	{"db1:99999", "99999"},
	{"db1:0", `"0"`},
	{"db1,abc", "abc"},
	{"db1:1500,1600", "two ports"},
	{`db1\SALES:1435`, "comma"},
	{"np:db1", "np"},
	{"db1 1433", "holds a space: is host,port meant?"},
	{"db1\tx", "holds a tab or a line break"},
	{"db1/x", "holds the character /"},
	{`db1\SA'LES`, "holds the character '"},
	{"user@db1", "sqlserver://"},
	{"sa:hunter2@db1", "sqlserver://"},
	{"jdbc:sqlserver://db1:1433;password=hunter2", "JDBC"},
	{`(LocalDB)\MSSQLLocalDB`, "LocalDB"},
	{"[2001:db8::1", "2001:db8::1"},
	{"https://db1", "the scheme https:// is not known: a URL begins with sqlserver://"},
	{"postgres://sa:hunter2@db1", "the scheme postgres:// is not known"},
	{"MSSQL://db1", "the scheme MSSQL:// is not known"},
	{"://db1", "names no server"},
	{"Password=hunter2", "names no server"},
	{"Servr=db1;Password=hunter2", "names no server"},
	{"server=;Password=hunter2", "names no server"},
	{"sqlserver://sa:hunter2@db1:abc", "URL"},
	{"sqlserver://sa:hunter2%zz@db1", "URL"},
	{"sqlserver://sa:hunter2@db1?encrypt=perhaps", "encrypt"},
	{"sqlserver://sa:hunter2@db1?encrypt=hunter2", "encrypt"},
	{"server=db1;password=hunter2;port=hunter2", "port"},
	{"server=db1;port=abc;password=hunter2", "invalid tcp port 'abc'"},
	{"server=db1;packet size=\nabc", "invalid packet size"},
	{"server=db1;password=hunter2;encrypt=hunter2", "encrypt"},
	{"odbc:server=db1;pwd={hunter2", "braced"},
	{"odbc:server=db1;pwd={hunter2}hunter2;", "unexpected character"},
	{"odbc:server=db1;pwd={hunter2;port=1", "braced"},
	{"server=np:db1;password=hunter2", "np"},
	{"server=db1,70000;password=hunter2", "port"},
}

func TestParseTargetErrors(t *testing.T) {
	for _, tt := range badTargets {
		t.Run(tt.in, func(t *testing.T) {
			_, err := probe.ParseTarget(tt.in)
			require.ErrorIs(t, err, probe.ErrTarget)
			require.Contains(t, err.Error(), tt.names)
			require.NotContains(t, err.Error(), "hunter2")
			require.NotContains(t, err.Error(), "strconv", "those who read it do not program in Go")
		})
	}
}

func FuzzParseTarget(f *testing.F) {
	if len(targetTests) == 0 || len(badTargets) == 0 {
		f.Fatal("no seeds")
	}
	for _, tt := range targetTests {
		f.Add(tt.in)
	}
	for _, tt := range badTargets {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		target, err := probe.ParseTarget(in)
		if err != nil {
			require.ErrorIs(t, err, probe.ErrTarget)
			require.Zero(t, target)
			return
		}
		require.NotEmpty(t, target.Host)
		require.True(t, target.Port != 0 || target.Instance != "", "%q gives neither port nor instance", in)
		const secret = "Zq7secretZq7"
		with, err := probe.ParseTarget("server=db1;port=" + in + ";password=" + secret)
		if err != nil && !strings.Contains(in, secret) {
			require.NotContains(t, err.Error(), secret)
		}
		text, err := json.Marshal(with)
		require.NoError(t, err)
		require.NotContains(t, string(text), secret)
	})
}
