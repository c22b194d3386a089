package clients_test

import (
	"context"
	"crypto"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// TestLive sends attempts to a fake SQL Server and judges what came of them.
func TestLive(t *testing.T) {
	sha1 := &testserver.TLS{
		Versions: []uint16{0x0303}, Groups: []uint16{23}, SignatureSchemes: []uint16{0x0201},
		Suites: []schannel.Suite{{ID: 0xc030, Name: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", Versions: []schannel.ID{0x0303}}},
	}
	always := *sha1
	always.IgnoreSchemes = true
	dhe := &testserver.TLS{
		Versions: []uint16{0x0303}, SignatureSchemes: []uint16{0x0401}, DHEBits: 1024,
		Suites: []schannel.Suite{{ID: 0x009f, Name: "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", Versions: []schannel.ID{0x0303}}},
	}
	plain := &testserver.TLS{
		Versions: []uint16{0x0303}, SignatureSchemes: []uint16{0x0401}, CertificateHash: crypto.SHA256,
		Suites: []schannel.Suite{{ID: 0x009d, Name: "TLS_RSA_WITH_AES_256_GCM_SHA384", Versions: []schannel.ID{0x0303}}},
	}
	tests := []struct {
		name     string
		id       string
		config   testserver.Config
		connects bool
		cause    clients.Cause
		text     string
	}{
		{"Windows Server 2019, Go", "go-mssqldb-go1.26", testserver.Config{}, true, "", ""},
		{"Windows Server 2019, tedious", "tedious-node20", testserver.Config{}, true, "", ""},
		{"Windows Server 2019, Java", "jdbc-java17", testserver.Config{}, true, "", ""},
		{"Windows Server 2019, FreeTDS", "freetds-debian12", testserver.Config{}, true, "", ""},
		{"Windows Server 2019, Schannel", "odbc17-windows2019", testserver.Config{}, true, "", ""},
		{"Windows Server 2022, strict", "odbc18-windows2022-strict", testserver.Config{OS: "2022"}, true, "", ""},
		{"Windows Server 2022, strict, ML-KEM", "go-mssqldb-go1.26-strict", testserver.Config{OS: "2022"}, true, "", ""},
		{"Windows Server 2008 R2, Go", "go-mssqldb-go1.26", testserver.Config{OS: "2008 R2"}, false, clients.CauseVersion, "TLS Handshake failed: tls: server selected unsupported protocol version 301"},
		{"Windows Server 2008 R2, tlsmin", "go-mssqldb-go1.26-tlsmin10", testserver.Config{OS: "2008 R2"}, true, "", ""},
		{"SHA-1 only, Go 1.25", "go-mssqldb-go1.25", testserver.Config{TLS: sha1}, false, "", "TLS Handshake failed: cannot read handshake packet: EOF"},
		{"SHA-1 only, Go 1.25 with tlssha1=1", "go-mssqldb-go1.25-tlssha1", testserver.Config{TLS: sha1}, true, "", ""},
		{"SHA-1 only, tedious on Node.js 18", "tedious-node18", testserver.Config{TLS: sha1}, false, "", " - socket hang up"},
		{"SHA-1 whatever is offered", "tedious-node18", testserver.Config{TLS: &always}, false, clients.CauseScheme, "…:SSL routines:tls12_check_peer_sigalg:wrong signature type"},
		{"DHE of 1024 bits", "odbc17-debian12", testserver.Config{TLS: dhe}, false, clients.CauseDHBits, "SSL Provider: […:SSL routines:tls_process_ske_dhe:dh key too small]\nClient unable to establish connection"},
		{"DHE only, Go", "go-mssqldb-go1.26", testserver.Config{TLS: dhe, Refusal: testserver.RefuseAlert}, false, "", "TLS Handshake failed: remote error: tls: handshake failure"},
		{"RSA key exchange only, Go 1.22", "go-mssqldb-go1.22", testserver.Config{TLS: plain, Refusal: testserver.RefuseRST}, false, "", "TLS Handshake failed: cannot read handshake packet: read tcp …->"},
		{"RSA key exchange only, Go 1.22 with tlsrsakex=1", "go-mssqldb-go1.22-tlsrsakex", testserver.Config{TLS: plain}, true, "", ""},
		{"Force Strict", "jdbc-java17", testserver.Config{ForceStrict: true}, false, "", "The TCP/IP connection to the host sql.example.test, port "},
		{"no encryption", "sqlclient-windows2019", testserver.Config{Encryption: testserver.NotSupported}, false, clients.CauseEncryption, "The instance of SQL Server you attempted to connect to does not support encryption."},
		{"no encryption, tedious", "tedious-node20", testserver.Config{Encryption: testserver.NotSupported}, false, clients.CauseEncryption, "Connection lost - socket hang up"},
		{"no encryption, and none asked for", "odbc17-windows2019", testserver.Config{Encryption: testserver.NotSupported}, true, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server, err := testserver.Start(tt.config)
			require.NoError(t, err)
			t.Cleanup(func() { server.Close() })
			c := find(t, tt.id)
			target := probe.Target{Host: host, Address: server.Addr(), Mode: c.Mode}
			result, err := (&probe.Prober{Timeout: 5 * time.Second}).Probe(context.Background(), target, attempt(t, c, target.SNI()))
			require.NoError(t, err)
			v := c.Judge(clients.Answer{Result: result, Target: target, Unverified: true})
			require.True(t, v.Conclusive, v.Reason)
			require.Equal(t, tt.connects, v.Connects, v.Reason)
			require.Equal(t, tt.cause, v.Cause, v.Reason)
			require.Contains(t, v.ErrorText, tt.text)
			require.Equal(t, tt.text == "", v.ErrorText == "")
		})
	}
}
