package clients_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

const (
	jdbcTLS = `"encrypt" property is set to "true" and "trustServerCertificate" property is set to "true" but the driver could not establish a secure connection to SQL Server by using Secure Sockets Layer (SSL) encryption: Error: `
	jtdsNil = `java.lang.NullPointerException: Cannot invoke "String.indexOf(String)" because the return value of "java.io.IOException.getMessage()" is null`
	dbLib2  = "Error 20002 (severity 9):\n\tAdaptive Server connection failed"
	dbLib17 = "Error 20017 (severity 9):\n\tUnexpected EOF from the server\n" + dbLib2
	native  = "TCP Provider: An existing connection was forcibly closed by the remote host.\nClient unable to establish connection"
	oledb   = "OLE DB provider \"MSOLEDBSQL\": \"TCP Provider: An existing connection was forcibly closed by the remote host.\"\n\"Client unable to establish connection\""
	dbNet   = "[DBNETLIB][ConnectionOpen (SECDoClientHandshake()).]SSL Security error"
	linux   = "TCP Provider: Error code 0x2746\nClient unable to establish connection"
	netPre  = "A connection was successfully established with the server, but then an error occurred during the pre-login handshake. (provider: TCP Provider, error: 0 - An existing connection was forcibly closed by the remote host.)"
	netTLS  = "A connection was successfully established with the server, but then an error occurred during the login process. (provider: SSL Provider, error: 0 - An existing connection was forcibly closed by the remote host.)"
	netEOF  = "A connection was successfully established with the server, but then an error occurred during the pre-login handshake. (provider: SSL Provider, error: 31 - Encryption(ssl/tls) handshake failed) ---> System.IO.EndOfStreamException: End of stream reached"
)

// Stages of a row: before TLS, in its first half, in its second.
var (
	before = []probe.Stage{probe.StagePrelogin}
	first  = []probe.Stage{probe.StageClientHello}
	second = []probe.Stage{probe.StageKeyExchange, probe.StageFinished}
	inTLS  = append(append([]probe.Stage{}, first...), second...)
	all    = append(append([]probe.Stage{}, before...), inTLS...)
)

// An end is a text that a client has for how connections end.
type end struct {
	id   string
	at   []probe.Stage
	how  probe.Outcome
	text string
	seen string
}

// ends has every text of the data that is not about a rule; alerts are number 40.
var ends = []end{
	{"go-mssqldb-go1.26", before, probe.Reset, "read tcp …->192.0.2.1:1433: read: connection reset by peer", "measured"},
	{"go-mssqldb-go1.26", before, probe.Closed, "EOF", "measured"},
	{"go-mssqldb-go1.26", inTLS, probe.Reset, "TLS Handshake failed: cannot read handshake packet: read tcp …->192.0.2.1:1433: read: connection reset by peer", "measured"},
	{"go-mssqldb-go1.26", inTLS, probe.Closed, "TLS Handshake failed: cannot read handshake packet: EOF", "measured"},
	{"go-mssqldb-go1.26", inTLS, probe.Alerted, "TLS Handshake failed: remote error: tls: handshake failure", "measured"},
	{"go-mssqldb-go1.26-strict", before, probe.Reset, "read tcp …->192.0.2.1:1433: read: connection reset by peer", "measured"},
	{"go-mssqldb-go1.26-strict", before, probe.Closed, "EOF", "measured"},
	{"go-mssqldb-go1.26-strict", inTLS, probe.Reset, "TLS Handshake failed: read tcp …->192.0.2.1:1433: read: connection reset by peer", "measured"},
	{"go-mssqldb-go1.26-strict", inTLS, probe.Closed, "TLS Handshake failed: EOF", "measured"},
	{"go-mssqldb-go1.26-strict", inTLS, probe.Alerted, "TLS Handshake failed: remote error: tls: handshake failure", "measured"},

	{"tedious-node20", before, probe.Reset, "Connection lost - read ECONNRESET", "measured"},
	{"tedious-node20", before, probe.Closed, "Connection lost - socket hang up", "measured"},
	{"tedious-node20", inTLS, probe.Reset, "Failed to connect to sql.example.test:1433 - read ECONNRESET", "measured"},
	{"tedious-node20", inTLS, probe.Closed, "Failed to connect to sql.example.test:1433 - socket hang up", "measured"},
	{"tedious-node20", inTLS, probe.Alerted, "Failed to connect to sql.example.test:1433 - …:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:…:SSL alert number 40", "measured"},
	{"tedious-node20-strict", before, probe.Reset, "Connection lost - read ECONNRESET", "measured"},
	{"tedious-node20-strict", before, probe.Closed, "Connection lost - socket hang up", "measured"},
	{"tedious-node20-strict", inTLS, probe.Reset, "Failed to connect to sql.example.test:1433 - read ECONNRESET", "measured"},
	{"tedious-node20-strict", inTLS, probe.Closed, "Failed to connect to sql.example.test:1433 - Client network socket disconnected before secure TLS connection was established", "measured"},
	{"tedious-node20-strict", inTLS, probe.Alerted, "Failed to connect to sql.example.test:1433 - …:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:…:SSL alert number 40", "measured"},

	{"jdbc-java17", before, probe.Closed, `The TCP/IP connection to the host sql.example.test, port 1433 has failed. Error: "The driver received an unexpected pre-login response. Verify the connection properties and check that an instance of SQL Server is running on the host and accepting TCP/IP connections at the port. This driver can be used only with SQL Server 2005 or later.".`, "source"},
	{"jdbc-java17", inTLS, probe.Reset, jdbcTLS + "Connection reset", "source"},
	{"jdbc-java17", first, probe.Closed, jdbcTLS + "SQL Server did not return a response. The connection has been closed.", "source"},
	{"jdbc-java17", second, probe.Closed, jdbcTLS + "SQL Server returned an incomplete response. The connection has been closed.", "source"},
	{"jdbc-java17", inTLS, probe.Alerted, jdbcTLS + "(handshake_failure) Received fatal alert: handshake_failure", "assumed"},

	{"jtds-1.3.1-java17.0.15", before, probe.Reset, "Network error IOException: Connection reset by peer", "measured"},
	{"jtds-1.3.1-java17.0.15", before, probe.Closed, "Network error IOException: DB server closed connection.", "measured"},
	{"jtds-1.3.1-java17.0.15", inTLS, probe.Reset, "Network error IOException: Connection reset", "measured"},
	{"jtds-1.3.1-java17.0.15", inTLS, probe.Closed, jtdsNil, "measured"},
	{"jtds-1.3.1-java17.0.15", inTLS, probe.Alerted, "Network error IOException: Received fatal alert: handshake_failure", "measured"},
	{"jtds-1.3.1-java17.0.15", before, probe.NotOffered, "Encryption is not enabled at the server.", "measured"},
	{"jtds-java17", before, probe.Reset, "Network error IOException: Connection reset by peer", "measured"},
	{"jtds-java17", before, probe.Closed, "Network error IOException: DB server closed connection.", "measured"},
	{"jtds-java17", inTLS, probe.Reset, "Network error IOException: Connection reset", "measured"},
	{"jtds-java17", inTLS, probe.Closed, "Network error IOException: (unexpected_message) null", "measured"},
	{"jtds-java17", inTLS, probe.Alerted, "Network error IOException: (handshake_failure) Received fatal alert: handshake_failure", "measured"},
	{"jtds-java17", before, probe.NotOffered, "Encryption is not enabled at the server.", "measured"},

	{"freetds-debian12", all, probe.Closed, dbLib17, "measured"},
	{"freetds-debian12", all, probe.Reset, dbLib2, "measured"},
	{"freetds-debian12", all, probe.Alerted, dbLib2, "measured"},
	{"freetds-debian12", before, probe.NotOffered, dbLib2, "measured"},

	{"odbc18-debian12", all, probe.Closed, linux, "thread"},
	{"odbc18-debian12", all, probe.Reset, linux, "thread"},
	{"odbc18-windows2019", all, probe.Closed, native, "assumed"},
	{"odbc18-windows2019", all, probe.Reset, native, "assumed"},
	{"snac11-windows2019", all, probe.Closed, native, "document"},
	{"snac11-windows2019", all, probe.Reset, native, "document"},
	{"msoledbsql19-windows2019", all, probe.Closed, oledb, "document"},
	{"msoledbsql19-windows2019", all, probe.Reset, oledb, "document"},
	{"sqloledb-windows2019", inTLS, probe.Closed, dbNet, "thread"},
	{"sqloledb-windows2019", inTLS, probe.Reset, dbNet, "thread"},

	{"sqlclient-netfx-windows2019", before, probe.Closed, netPre, "document"},
	{"sqlclient-netfx-windows2019", before, probe.Reset, netPre, "document"},
	{"sqlclient-netfx-windows2019", inTLS, probe.Closed, netTLS, "document"},
	{"sqlclient-netfx-windows2019", inTLS, probe.Reset, netTLS, "document"},
	{"sqlclient-windows2022", before, probe.Closed, netPre, "thread"},
	{"sqlclient-windows2022", before, probe.Reset, netPre, "thread"},
	{"sqlclient-windows2022", inTLS, probe.Closed, netTLS, "thread"},
	{"sqlclient-windows2022", inTLS, probe.Reset, netTLS, "thread"},
	{"sqlclient-windows2022-strict", before, probe.Closed, netPre, "thread"},
	{"sqlclient-windows2022-strict", before, probe.Reset, netPre, "thread"},
	{"sqlclient-windows2022-strict", inTLS, probe.Closed, "Received an unexpected EOF or 0 bytes from the transport stream.", "document"},
	{"sqlclient-windows2022-strict", inTLS, probe.Reset, netTLS, "thread"},
	{"sqlclient-debian12", inTLS, probe.Closed, netEOF, "thread"},
}

// endOf returns the verdict of a client on a connection that ends so.
func endOf(t testing.TB, id string, stage probe.Stage, outcome probe.Outcome) clients.Verdict {
	t.Helper()
	a := ended(stage, outcome)
	if outcome == probe.Alerted {
		a.Result.Alert = &probe.Alert{Level: 2, Code: 40}
	}
	return find(t, id).Judge(a)
}

func TestErrorText(t *testing.T) {
	for _, tt := range ends {
		for _, stage := range tt.at {
			t.Run(tt.id+"/"+stage.String()+"/"+tt.how.String(), func(t *testing.T) {
				v := endOf(t, tt.id, stage, tt.how)
				require.Equal(t, tt.text, v.ErrorText)
				require.Equal(t, tt.seen, v.TextSource)
				require.Equal(t, stage, v.Stage)
				require.Equal(t, tt.how, v.Outcome)
			})
		}
	}
}

// TestErrorTextElsewhere holds that there is no text that the table lacks, for
// the same clients.
func TestErrorTextElsewhere(t *testing.T) {
	listed, drivers := map[string]bool{}, map[string]bool{}
	key := func(id string, stage probe.Stage, how probe.Outcome) string {
		return strings.Join([]string{id, stage.String(), how.String()}, " ")
	}
	for _, tt := range ends {
		drivers[find(t, tt.id).Driver] = true
		for _, stage := range tt.at {
			listed[key(tt.id, stage, tt.how)] = true
		}
	}
	for _, c := range clients.All() {
		require.True(t, drivers[c.Driver], c.Driver)
	}
	for _, tt := range ends {
		for stage := probe.StageResolve; stage <= probe.StageLogin; stage++ {
			for how := probe.Unknown; how <= probe.Aborted; how++ {
				if v := endOf(t, tt.id, stage, how); how != probe.NotOffered && !listed[key(tt.id, stage, how)] {
					require.Empty(t, v.ErrorText, key(tt.id, stage, how))
				}
			}
		}
	}
}

// TestErrorTextAlert has the words of each TLS for an alert.
func TestErrorTextAlert(t *testing.T) {
	tests := []struct {
		id   string
		code uint8
		text string
	}{
		{"go-mssqldb-go1.26", 70, "TLS Handshake failed: remote error: tls: protocol version not supported"},
		{"go-mssqldb-go1.26", 71, "TLS Handshake failed: remote error: tls: insufficient security level"},
		{"tedious-node20", 70, "Failed to connect to sql.example.test:1433 - …:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:…:SSL alert number 70"},
		{"jdbc-java21", 70, jdbcTLS + "Received fatal alert: protocol_version"},
		{"jtds-java17", 70, "Network error IOException: (protocol_version) Received fatal alert: protocol_version"},
		{"go-mssqldb-go1.26", 199, ""}, // has no name
		{"odbc18-windows2019", 40, ""}, // what Schannel makes of it was not seen
	}
	for _, tt := range tests {
		v := find(t, tt.id).Judge(alerted(tt.code))
		require.Equal(t, tt.text, v.ErrorText, tt.id)
		require.Equal(t, tt.text == "", v.TextSource == "")
	}
	silent := ended(probe.StageClientHello, probe.Alerted) // an SSL 2.0 ERROR has no alert
	require.Empty(t, find(t, "go-mssqldb-go1.26").Judge(silent).ErrorText)
}

// TestErrorTextAddress has what a text takes from the answer.
func TestErrorTextAddress(t *testing.T) {
	a := ended(probe.StageClientHello, probe.Closed)
	a.Target = probe.Target{Host: "db", Port: 1500}
	c := find(t, "tedious-node20")
	require.Equal(t, "Failed to connect to db:1500 - socket hang up", c.Judge(a).ErrorText)
	a.Target = probe.Target{Address: "192.0.2.1:1433"}
	require.Equal(t, "Failed to connect to 192.0.2.1:1433 - socket hang up", c.Judge(a).ErrorText)
	a.Target = probe.Target{Host: "db", Address: "192.0.2.1:1500"}
	require.Equal(t, "Failed to connect to db:1433 - socket hang up", c.Judge(a).ErrorText, "where it went")
	a.Target, a.Result.Address = probe.Target{}, ""
	require.Equal(t, "Failed to connect to :1433 - socket hang up", c.Judge(a).ErrorText)
}
