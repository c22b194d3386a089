package clients_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

// TestLinuxHellos holds that drivers over OpenSSL send what OpenSSL sends, and
// .NET its own suites where openssl.cnf has none.
func TestLinuxHellos(t *testing.T) {
	for id, base := range map[string]string{
		"odbc17-debian12": "openssl-3.0.22-tls12", "odbc18-debian11": "openssl-1.1.1w-tls12",
		"odbc18-debian13-strict": "openssl-3.5.9-strict", "odbc18-debian12-seclevel0": "openssl-3.0.22-legacy-tls12max",
		"sqlclient-debian11": "openssl-1.1.1w",
	} {
		c, equivalent := find(t, id), find(t, base)
		require.Equal(t, equivalent.Hello, c.Hello, id)
		require.Equal(t, equivalent.Stack, c.Stack, id)
		require.Equal(t, equivalent.Rules.MinVersion, c.Rules.MinVersion, id)
		require.Contains(t, c.Evidence, "hello: "+base)
	}
	for _, id := range []string{"sqlclient-debian12", "sqlclient-debian13-strict"} {
		hello, err := probe.ParseHello(find(t, id).Hello)
		require.NoError(t, err)
		require.Equal(t, []probe.CipherSuite{
			0x1302, 0x1303, 0x1301, 0xc02c, 0xc02b, 0xc030, 0xc02f, 0xc024, 0xc023, 0xc028, 0xc027, 0x00ff,
		}, hello.CipherSuites, id)
	}
}
