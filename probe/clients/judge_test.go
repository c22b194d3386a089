package clients_test

import (
	"crypto/rsa"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// shown is an answer with a server flight.
func shown(flight probe.Flight) clients.Answer {
	return clients.Answer{
		Result: &probe.Result{Stage: probe.StageClientHello, Outcome: probe.Accepted, Flight: &flight},
		Target: probe.Target{Host: "sql.example.test", Port: 1433},
	}
}

// ended is an answer without one.
func ended(stage probe.Stage, outcome probe.Outcome) clients.Answer {
	return clients.Answer{
		Result: &probe.Result{Stage: stage, Outcome: outcome, Address: "192.0.2.1:1433"},
		Target: probe.Target{Host: "sql.example.test"},
	}
}

func alerted(code uint8) clients.Answer {
	a := ended(probe.StageClientHello, probe.Alerted)
	a.Result.Alert = &probe.Alert{Level: 2, Code: code}
	return a
}

// said adds an ENCRYPTION to an answer.
func said(a clients.Answer, e prelogin.Encryption) clients.Answer {
	a.Result.Prelogin = &prelogin.Message{Options: []prelogin.Option{{Token: prelogin.TokenEncryption, Data: []byte{byte(e)}}}}
	return a
}

// prime returns DHE parameters of a size.
func prime(bits int) *probe.DHParams {
	p := make([]byte, bits/8)
	p[0] = 0x80
	return &probe.DHParams{P: p}
}

// certificate reads one of the certificates that package probe is tested with.
func certificate(t testing.TB, name string) [][]byte {
	t.Helper()
	text, err := os.ReadFile("../testdata/certificates/" + name + ".pem")
	require.NoError(t, err)
	block, _ := pem.Decode(text)
	require.NotNil(t, block)
	return [][]byte{block.Bytes}
}

// withKey returns a certificate with an RSA key of a size.
func withKey(t testing.TB, bits int) [][]byte {
	t.Helper()
	n := new(big.Int).SetBit(big.NewInt(1), bits-1, 1)
	der, err := spliced(certificate(t, "san")[0], &rsa.PublicKey{N: n, E: 65537})
	require.NoError(t, err)
	return [][]byte{der}
}

// gcm is what SQL Server on Windows Server 2019 answers most clients.
var gcm = probe.Flight{Version: probe.TLS12, CipherSuite: 0xc030, Group: probe.SECP256R1, SignatureScheme: 0x0401}

// change returns gcm with something else in it.
func change(f func(*probe.Flight)) clients.Answer {
	flight := gcm
	f(&flight)
	return shown(flight)
}

// TestJudgeRules has one row for every rule, and for what is just inside it.
func TestJudgeRules(t *testing.T) {
	chain := func(certificates [][]byte) clients.Answer {
		return change(func(f *probe.Flight) { f.Certificates = certificates })
	}
	unverified := func(a clients.Answer) clients.Answer { a.Unverified = true; return a }
	tls10 := func(f *probe.Flight) { f.Version, f.CipherSuite, f.SignatureScheme = probe.TLS10, 0xc014, 0 }
	sha1 := change(func(f *probe.Flight) { f.SignatureScheme = 0x0201 })
	dhe := func(bits int) clients.Answer {
		return change(func(f *probe.Flight) { f.CipherSuite, f.Group, f.DH = 0x009f, 0, prime(bits) })
	}
	tls13 := shown(probe.Flight{Version: probe.TLS13, CipherSuite: 0x1302, Group: probe.X25519})
	tests := []struct {
		name, id string
		answer   clients.Answer
		cause    clients.Cause // empty: connects
		text     string
	}{
		{"all in order, Go", "go-mssqldb-go1.26", shown(gcm), "", ""},
		{"all in order, Schannel", "odbc17-windows2019", shown(gcm), "", ""},
		{"TLS 1.3 inside TDS 7", "go-mssqldb-go1.26", tls13, "", ""},
		{"TLS 1.3 from a client that is capped", "tedious-node20", tls13, clients.CauseVersion, "Failed to connect to sql.example.test:1433 - …:SSL routines:ssl_choose_client_version:unsupported protocol"},
		{"TLS 1.0, Go", "go-mssqldb-go1.18", change(tls10), clients.CauseVersion, "TLS Handshake failed: tls: server selected unsupported protocol version 301"},
		{"TLS 1.0, Go that takes it", "go-mssqldb-go1.26-tlsmin10", change(tls10), "", ""},
		{"TLS 1.0, old Go", "go-mssqldb-go1.8", change(tls10), "", ""},
		{"TLS 1.0, Java", "jdbc-java17", change(tls10), clients.CauseVersion, `"encrypt" property is set to "true" and "trustServerCertificate" property is set to "true" but the driver could not establish a secure connection to SQL Server by using Secure Sockets Layer (SSL) encryption: Error: (protocol_version) The server selected protocol version TLS10 is not accepted by client preferences [TLS13, TLS12]`},
		{"TLS 1.0, tedious", "tedious-node20", change(tls10), clients.CauseVersion, "Failed to connect to sql.example.test:1433 - …:SSL routines:ssl_choose_client_version:unsupported protocol"},
		{"TLS 1.0, ODBC on Linux", "odbc18-debian12", change(tls10), clients.CauseVersion, "SSL Provider: […:SSL routines:ssl_choose_client_version:unsupported protocol]\nClient unable to establish connection"},
		{"TLS 1.0, SqlClient on Linux", "sqlclient-debian11", shown(probe.Flight{Version: probe.TLS10, CipherSuite: 0xc014}), clients.CauseVersion, "A connection was successfully established with the server, but then an error occurred during the pre-login handshake. (provider: TCP Provider, error: 35 - An internal exception was caught) ---> AuthenticationException ---> …:SSL routines:ssl_choose_client_version:unsupported protocol"},
		{"TLS 1.0 with ECDHE, OpenSSL 3.0 at level 1", "tedious-node20-mintls10", change(tls10), clients.CauseLegacySignature, "Failed to connect to sql.example.test:1433 - …:SSL routines:tls_process_key_exchange:legacy sigalg disallowed or unsupported"},
		{"TLS 1.0 with RSA key exchange, OpenSSL 3.0 at level 1", "tedious-node20-mintls10", shown(probe.Flight{Version: probe.TLS10, CipherSuite: 0x0035}), "", ""},
		{"TLS 1.0 with ECDHE, OpenSSL 3.0 at level 0", "tedious-node20-legacy", change(tls10), "", ""},
		{"TLS 1.0 with ECDHE, FreeTDS over OpenSSL", "freetds-openssl-tls1", change(tls10), clients.CauseLegacySignature, "Error 20002 (severity 9):\n\tAdaptive Server connection failed"},
		{"TLS 1.0, Schannel", "odbc17-windows2019", change(tls10), "", ""},
		{"TLS 1.2 from a client with a lower cap", "snac9-windows2019", shown(gcm), clients.CauseVersion, ""},
		{"SSL 2.0", "freetds-debian12", shown(probe.Flight{Version: probe.SSL20}), clients.CauseVersion, "Error 20002 (severity 9):\n\tAdaptive Server connection failed"},

		{"a suite not offered", "go-mssqldb-go1.26", change(func(f *probe.Flight) { f.CipherSuite = 0x009d }), clients.CauseSuite, "TLS Handshake failed: tls: server chose an unconfigured cipher suite"},
		{"a suite offered again", "go-mssqldb-go1.26-tlsrsakex", shown(probe.Flight{Version: probe.TLS12, CipherSuite: 0x009d}), "", ""},
		{"a group not offered", "go-mssqldb-go1.26", change(func(f *probe.Flight) { f.Group = 30 }), clients.CauseGroup, "TLS Handshake failed: tls: server selected unsupported curve"},
		{"a retry for a group not offered", "jdbc-java17", shown(probe.Flight{Version: probe.TLS13, CipherSuite: 0x1302, Group: 0x11ec, Retry: true}), clients.CauseGroup, ""},

		{"SHA-1, Go 1.24", "go-mssqldb-go1.24", sha1, "", ""},
		{"SHA-1, Go 1.25", "go-mssqldb-go1.25", sha1, clients.CauseScheme, "TLS Handshake failed: tls: certificate used with invalid signature algorithm"},
		{"SHA-1, Go 1.25 with tlssha1=1", "go-mssqldb-go1.25-tlssha1", sha1, "", ""},
		{"SHA-1, Java 17.0.15", "mssql-jdbc-13.5.1-java17.0.15", sha1, "", ""},
		{"SHA-1, jTDS on Java 17.0.21", "jtds-java17", sha1, clients.CauseScheme, "Network error IOException: (…) Unsupported signature algorithm (rsa_pkcs1_sha1) used in ECDH ServerKeyExchange handshake message"},
		{"SHA-1 and DHE, Java 21", "jtds-1.3.1-java21", change(func(f *probe.Flight) {
			f.CipherSuite, f.Group, f.DH, f.SignatureScheme = 0x009f, 0, prime(2048), 0x0201
		}), clients.CauseScheme, "Network error IOException: Unsupported signature algorithm (rsa_pkcs1_sha1) used in DH ServerKeyExchange handshake message"},
		{"SHA-1, OpenSSL 1.1 at level 1", "tedious-node16", sha1, "", ""},
		{"SHA-1, OpenSSL 3 at level 1", "tedious-node20", sha1, clients.CauseScheme, "Failed to connect to sql.example.test:1433 - …:SSL routines:tls12_check_peer_sigalg:wrong signature type"},
		{"SHA-1, OpenSSL 3 at level 0", "tedious-node20-seclevel0", sha1, "", ""},
		{"SHA-1, Schannel", "odbc17-windows2019", sha1, "", ""},

		{"DHE of 1024 bits, OpenSSL at level 2", "odbc17-debian12", dhe(1024), clients.CauseDHBits, "SSL Provider: […:SSL routines:tls_process_ske_dhe:dh key too small]\nClient unable to establish connection"},
		{"DHE of 2048 bits, OpenSSL at level 2", "odbc17-debian12", dhe(2048), "", ""},
		{"DHE of 1024 bits, OpenSSL at level 1", "tedious-node20", dhe(1024), "", ""},
		{"DHE of 768 bits, OpenSSL at level 1", "tedious-node20", dhe(768), clients.CauseDHBits, "Failed to connect to sql.example.test:1433 - …:SSL routines:tls_process_ske_dhe:dh key too small"},
		{"DHE of 768 bits, OpenSSL at level 0", "openssl-3.0.22-seclevel0", dhe(768), "", ""},
		{"DHE of 1024 bits, Java", "jtds-java17", dhe(1024), "", ""},
		{"DHE of 1016 bits, Java", "jtds-java17", dhe(1016), clients.CauseDHBits, "Network error IOException: (insufficient_security) DH ServerKeyExchange does not comply to algorithm constraints"},
		{"DHE of 1008 bits, GnuTLS", "freetds-debian12", dhe(1008), "", ""},
		{"DHE of 1000 bits, GnuTLS", "freetds-debian12", dhe(1000), clients.CauseDHBits, "Error 20002 (severity 9):\n\tAdaptive Server connection failed"},
		{"DHE of 1024 bits, Schannel", "odbc17-windows2019", dhe(1024), "", ""},
		{"DHE of 512 bits, Schannel", "odbc17-windows2019", dhe(512), clients.CauseDHBits, ""},
		{"DHE, Go", "go-mssqldb-go1.26", dhe(2048), clients.CauseSuite, "TLS Handshake failed: tls: server chose an unconfigured cipher suite"},

		{"RSA of 1024 bits, OpenSSL at level 2", "odbc18-debian12", chain(withKey(t, 1024)), clients.CauseRSABits, "SSL Provider: […:SSL routines:tls_process_server_certificate:certificate verify failed]\nClient unable to establish connection"},
		{"RSA of 1024 bits, not verified", "odbc18-debian12", unverified(chain(withKey(t, 1024))), "", ""},
		{"RSA of 1024 bits, Go", "go-mssqldb-go1.25", chain(withKey(t, 1024)), "", ""},
		{"RSA of 1023 bits, Go", "go-mssqldb-go1.25", unverified(chain(withKey(t, 1023))), clients.CauseRSABits, "TLS Handshake failed: tls: invalid signature by the server certificate: crypto/rsa: 1023-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)"},
		{"RSA of 1023 bits, Go 1.23", "go-mssqldb-go1.23", chain(withKey(t, 1023)), "", ""},
		{"RSA of 512 bits, Java", "jtds-java17", unverified(chain(withKey(t, 512))), clients.CauseRSABits, "Network error IOException: (…) Certificates do not conform to algorithm constraints"},
		{"RSA of 512 bits, Schannel", "odbc17-windows2019", chain(withKey(t, 512)), clients.CauseRSABits, ""},

		{"a negative serial, Go 1.22", "go-mssqldb-go1.22", chain(certificate(t, "negative")), "", ""},
		{"a negative serial, Go 1.23", "go-mssqldb-go1.23", unverified(chain(certificate(t, "negative"))), clients.CauseNegativeSerial, "TLS Handshake failed: tls: failed to parse certificate from server: x509: negative serial number"},
		{"a negative serial, Schannel", "odbc17-windows2019", chain(certificate(t, "negative")), "", ""},
		{"an MD5 certificate, Java", "jtds-java17", chain(certificate(t, "md5")), clients.CauseCertificateHash, "Network error IOException: (unsupported_certificate) Certificates do not conform to algorithm constraints"},
		{"an MD5 certificate, Go", "go-mssqldb-go1.26", chain(certificate(t, "md5")), "", ""},
		{"the certificate comes before the signature", "go-mssqldb-go1.26", change(func(f *probe.Flight) { f.Certificates, f.SignatureScheme = certificate(t, "negative"), 0x0201 }), clients.CauseNegativeSerial, "TLS Handshake failed: tls: failed to parse certificate from server: x509: negative serial number"},
		{"a certificate that is none", "go-mssqldb-go1.26", chain([][]byte{{1, 2, 3}}), "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := find(t, tt.id)
			v := c.Judge(tt.answer)
			require.True(t, v.Conclusive)
			require.Equal(t, c.ID, v.Client)
			require.Equal(t, tt.cause, v.Cause, v.Reason)
			require.Equal(t, tt.cause == "", v.Connects)
			require.Equal(t, tt.text, v.ErrorText)
			require.Equal(t, tt.text != "", v.TextSource != "")
			require.Equal(t, tt.answer.Result.Flight.Version, v.Version)
			require.Equal(t, tt.answer.Result.Flight.CipherSuite, v.CipherSuite)
			require.Equal(t, tt.answer.Result.Flight.Group, v.Group)
			require.NotEmpty(t, v.Reason)
			require.NotContains(t, v.Reason+v.ErrorText, "{")
			if v.Connects {
				require.Equal(t, probe.Accepted, v.Outcome)
				require.Empty(t, v.ServerFix+v.ClientFix)
				return
			}
			require.Equal(t, probe.Aborted, v.Outcome)
			require.NotEmpty(t, v.ServerFix)
		})
	}
}

// TestJudgeHiddenCertificates has the chain from elsewhere, as with TLS 1.3.
func TestJudgeHiddenCertificates(t *testing.T) {
	answer := shown(probe.Flight{Version: probe.TLS13, CipherSuite: 0x1302, Group: probe.X25519})
	require.True(t, find(t, "go-mssqldb-go1.26").Judge(answer).Connects)
	answer.Certificates = certificate(t, "negative")
	v := find(t, "go-mssqldb-go1.26").Judge(answer)
	require.Equal(t, clients.CauseNegativeSerial, v.Cause)
	require.Equal(t, "GODEBUG=x509negativeserial=1", v.ClientFix)
	require.Contains(t, v.Reason, "-7")
}

// TestJudgePrelogin has what comes before TLS: the client's side of the table in
// [MS-TDS], section 2.2.6.5.
func TestJudgePrelogin(t *testing.T) {
	none := ended(probe.StagePrelogin, probe.NotOffered)
	tests := []struct {
		name, id string
		answer   clients.Answer
		connects bool
		clear    bool
		text     string
	}{
		{"on and on", "go-mssqldb-go1.26", said(shown(gcm), prelogin.EncryptOn), true, false, ""},
		{"on and required", "go-mssqldb-go1.26", said(shown(gcm), prelogin.EncryptRequired), true, false, ""},
		{"on and off", "go-mssqldb-go1.26", said(shown(gcm), prelogin.EncryptOff), false, false, "server does not support encryption"},
		{"on and not supported", "go-mssqldb-go1.26", said(none, prelogin.EncryptNotSupported), false, false, "server does not support encryption"},
		{"off and off", "go-mssqldb-go1.26-encfalse", said(shown(gcm), prelogin.EncryptOff), true, false, ""},
		{"off and not supported", "go-mssqldb-go1.26-encfalse", said(none, prelogin.EncryptNotSupported), true, true, ""},
		{"on and not supported, tedious", "tedious-node20", said(none, prelogin.EncryptNotSupported), false, true, "Connection lost - socket hang up"},
		{"on and nonsense, tedious", "tedious-node20", said(shown(gcm), 0x20), true, true, ""},
		{"on and off, tedious", "tedious-node20", said(shown(gcm), prelogin.EncryptOff), true, true, ""},
		{"on and on, tedious", "tedious-node20", said(shown(gcm), prelogin.EncryptOn), true, false, ""},
		{"on and not supported, Java", "jdbc-java17", said(none, prelogin.EncryptNotSupported), false, false, "The driver could not establish a secure connection to SQL Server by using Secure Sockets Layer (SSL) encryption. The application requested encryption but the server is not configured to support SSL."},
		{"on and not supported, SqlClient", "sqlclient-windows2019", said(none, prelogin.EncryptNotSupported), false, false, "The instance of SQL Server you attempted to connect to does not support encryption."},
		{"on and not supported, ODBC", "odbc18-windows2019", said(none, prelogin.EncryptNotSupported), false, false, ""},
		{"on and nothing", "odbc18-windows2019", none, false, false, ""},
		{"strict does not look at it", "go-mssqldb-go1.26-strict", said(shown(gcm), prelogin.EncryptNotSupported), true, false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := find(t, tt.id).Judge(tt.answer)
			require.True(t, v.Conclusive)
			require.Equal(t, tt.connects, v.Connects, v.Reason)
			require.Equal(t, tt.clear, v.ClearText)
			require.Equal(t, tt.text, v.ErrorText)
			if tt.clear && tt.connects {
				require.Zero(t, v.Version)
			}
			if !tt.connects {
				require.Equal(t, clients.CauseEncryption, v.Cause)
				require.Equal(t, probe.StagePrelogin, v.Stage)
			}
		})
	}
	v := find(t, "tedious-node20").Judge(said(none, prelogin.EncryptNotSupported))
	require.Contains(t, v.Reason, "clear text all the same")

	unwilling := find(t, "tedious-node20") // with encrypt: false it says so, and has no hello
	plain, err := prelogin.Request(prelogin.EncryptNotSupported, "").Raw()
	require.NoError(t, err)
	unwilling.Prelogin = plain
	for _, answer := range []prelogin.Encryption{prelogin.EncryptOn, prelogin.EncryptRequired} {
		v := unwilling.Judge(said(none, answer))
		require.Equal(t, "Server requires encryption, set 'encrypt' config option to true.", v.ErrorText)
		require.False(t, v.ClearText)
	}
	require.True(t, unwilling.Judge(said(none, prelogin.EncryptNotSupported)).ClearText)

	empty := shown(gcm)
	empty.Result.Prelogin = &prelogin.Message{}
	require.True(t, find(t, "go-mssqldb-go1.26").Judge(empty).Connects)
}

// TestJudgeInconclusive has answers that are none.
func TestJudgeInconclusive(t *testing.T) {
	c := find(t, "go-mssqldb-go1.26")
	aborted := shown(gcm)
	aborted.Result.Outcome = probe.Aborted
	for _, a := range []clients.Answer{
		{}, ended(probe.StageClientHello, probe.TimedOut), ended(probe.StageDial, probe.Unreachable),
		ended(probe.StageResolve, probe.Unknown), ended(probe.StagePrelogin, probe.Accepted), aborted,
	} {
		v := c.Judge(a)
		require.False(t, v.Conclusive)
		require.False(t, v.Connects)
		require.NotEmpty(t, v.Reason)
		require.Empty(t, v.ErrorText+v.ServerFix+v.ClientFix+string(v.Cause))
		require.Zero(t, v.Version)
	}
	require.True(t, clients.Client{}.Judge(shown(gcm)).Conclusive) // of which nothing is known
}

// TestJudgeCause has refusals whose cause is known from elsewhere, or told by
// the alert.
func TestJudgeCause(t *testing.T) {
	because := func(a clients.Answer, c clients.Cause) clients.Answer { a.Cause = c; return a }
	closed := ended(probe.StageClientHello, probe.Closed)
	tests := []struct {
		name, id string
		answer   clients.Answer
		cause    clients.Cause
		fix      string // at the client
		reason   string // part of it
	}{
		{"unknown", "go-mssqldb-go1.26", closed, "", "", "gave no reason: it finds no version, suite, group or signature scheme in common; the client offers no SHA-1 signatures, no RSA key exchange, no TLS 1.0"},
		{"unknown, of a client that offers all", "odbc17-windows2019", closed, "", "", "in common"},
		{"scheme, Go 1.25", "go-mssqldb-go1.25", because(closed, clients.CauseScheme), clients.CauseScheme, "GODEBUG=tlssha1=1", "no signature scheme"},
		{"suite, Go 1.22", "go-mssqldb-go1.22", because(closed, clients.CauseSuite), clients.CauseSuite, "GODEBUG=tlsrsakex=1", "no cipher suite"},
		{"suite, Go 1.27", "go-mssqldb-go1.27", because(closed, clients.CauseSuite), clients.CauseSuite, "tls.Config.CipherSuites, or a program built with Go 1.26: 1.27 has no GODEBUG=tlsrsakex and no tls3des", "no cipher suite"},
		{"size, Go 1.24", "go-mssqldb-go1.24", because(closed, clients.CauseSize), clients.CauseSize, "GODEBUG=tlsmlkem=0", "larger"},
		{"scheme, tedious", "tedious-node20", because(closed, clients.CauseScheme), clients.CauseScheme, "cryptoCredentialsDetails: { ciphers: 'DEFAULT@SECLEVEL=0' }", "no signature scheme"},
		{"scheme, ODBC on Debian 12", "odbc18-debian12", because(closed, clients.CauseScheme), clients.CauseScheme, "CipherString = DEFAULT@SECLEVEL=0 in openssl.cnf", "no signature scheme"},
		{"scheme, ODBC on Debian 11", "odbc18-debian11", because(closed, clients.CauseScheme), clients.CauseScheme, "CipherString = DEFAULT@SECLEVEL=1 in openssl.cnf", "no signature scheme"},
		{"version, Java", "jdbc-java17", because(closed, clients.CauseVersion), clients.CauseVersion, "sslProtocol=TLSv1, with TLSv1 taken out of jdk.tls.disabledAlgorithms", "no protocol version"},
		{"version, jTDS", "jtds-java17", because(closed, clients.CauseVersion), clients.CauseVersion, "take TLSv1, TLSv1.1 out of jdk.tls.disabledAlgorithms", "no protocol version"},
		{"version, Native Client", "snac10-old-windows2019", because(closed, clients.CauseVersion), clients.CauseVersion, "ODBC Driver 17 or 18, or OLE DB Driver 18 or 19", "no protocol version"},
		{"strict, SqlClient", "sqlclient-windows2022", because(ended(probe.StagePrelogin, probe.Closed), clients.CauseStrict), clients.CauseStrict, "Encrypt=Strict, or Mandatory for a server that is not strict", "strict"},
		{"the alert says the version", "tedious-node20", alerted(70), clients.CauseVersion, "cryptoCredentialsDetails: { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }", "no protocol version"},
		{"the alert says the protocol", "tedious-node20-strict", alerted(120), clients.CauseStrict, "encrypt: 'strict', or true for a server that is not strict", "strict"},
		{"the alert says nothing", "tedious-node20", alerted(40), "", "", "alert handshake_failure"},
		{"what the result shows comes first", "go-mssqldb-go1.26", because(change(func(f *probe.Flight) { f.SignatureScheme = 0x0201 }), clients.CauseSize), clients.CauseScheme, "GODEBUG=tlssha1=1", "rsa_pkcs1_sha1"},
		{"before PRELOGIN", "jdbc-java17", ended(probe.StagePrelogin, probe.Reset), "", "", "before it answered PRELOGIN"},
		{"strict", "jdbc-java17-strict", ended(probe.StageClientHello, probe.Closed), "", "", "no TDS 8"},
		{"after the key exchange", "jdbc-java17", ended(probe.StageFinished, probe.Closed), "", "", "after the key exchange"},
		{"a TDS error", "jdbc-java17", ended(probe.StagePrelogin, probe.TDSError), "", "", "TDS error"},
		{"garbage", "jdbc-java17", ended(probe.StageClientHello, probe.Malformed), "", "", "neither TDS nor TLS"},
		{"an end that cannot be", "jdbc-java17", ended(probe.StageDial, probe.Closed), "", "", "closed at dial"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := find(t, tt.id).Judge(tt.answer)
			require.True(t, v.Conclusive)
			require.False(t, v.Connects)
			require.Equal(t, tt.cause, v.Cause)
			require.Equal(t, tt.fix, v.ClientFix)
			require.Equal(t, tt.cause != "", v.ServerFix != "")
			require.Contains(t, v.Reason, tt.reason)
			require.False(t, strings.ContainsAny(v.Reason, "{}\n"), v.Reason)
		})
	}
}

func TestVerdictJSON(t *testing.T) {
	v := find(t, "go-mssqldb-go1.25").Judge(ended(probe.StageClientHello, probe.Closed))
	text, err := json.Marshal(v)
	require.NoError(t, err)
	require.Contains(t, string(text), `{"client":"go-mssqldb-1.11.2-go1.25","conclusive":true,"connects":false,"stage":"client_hello","outcome":"closed","error_text":"TLS Handshake failed: cannot read handshake packet: EOF","text_source":"measured","reason":"`)
	var back clients.Verdict
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, v, back)
}
