package clients_test

import (
	"crypto/tls"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

func TestFromConfig(t *testing.T) {
	tests := []struct {
		name     string
		config   *tls.Config
		mode     probe.Mode
		min, max probe.Version
		suites   []probe.CipherSuite // nil: not looked at
	}{
		{"nothing", nil, probe.ModeTDS7, probe.TLS12, probe.TLS13, nil},
		{"the defaults", &tls.Config{}, probe.ModeTDS7, probe.TLS12, probe.TLS13, nil},
		{"no verification", &tls.Config{InsecureSkipVerify: true}, probe.ModeTDS7, probe.TLS12, probe.TLS13, nil},
		{"from TLS 1.0 on", &tls.Config{MinVersion: tls.VersionTLS10}, probe.ModeTDS7, probe.TLS10, probe.TLS13, nil},
		{"one suite", &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{0x009d}}, probe.ModeTDS7, probe.TLS12, probe.TLS12, []probe.CipherSuite{0x009d}},
		{"strict", &tls.Config{NextProtos: []string{"tds/8.0"}}, probe.ModeTDS8, probe.TLS12, probe.TLS13, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := clients.FromConfig("agent", tt.config)
			require.NoError(t, err)
			require.Equal(t, "agent", c.ID)
			require.Equal(t, tt.mode, c.Mode)
			require.Equal(t, tt.min, c.Rules.MinVersion)
			require.Equal(t, tt.max, c.MaxVersion())
			require.True(t, c.Rules.NoNegativeSerial)
			require.Equal(t, prelogin.EncryptOn, c.Encryption())
			require.Equal(t, tt.mode == probe.ModeTDS8, c.Prelogin.IsZero())

			a := attempt(t, c, "db.example.net")
			require.Equal(t, "db.example.net", locate(t, a.Hello.Raw).name(a.Hello.Raw))
			if tt.suites != nil {
				hello, err := probe.ParseHello(a.Hello.Raw)
				require.NoError(t, err)
				require.Equal(t, tt.suites, hello.CipherSuites)
			}
		})
	}
}

// TestFromConfigLeavesItAlone holds that the config is as before, and its server
// name that of no one.
func TestFromConfigLeavesItAlone(t *testing.T) {
	config := &tls.Config{}
	_, err := clients.FromConfig("agent", config)
	require.NoError(t, err)
	require.Empty(t, config.ServerName)
	config.ServerName = "db.example.net"
	c, err := clients.FromConfig("agent", config)
	require.NoError(t, err)
	require.Equal(t, "db.example.net", locate(t, c.Hello).name(c.Hello))
}

// TestFromConfigJudges holds that such a client is judged like a go-mssqldb.
func TestFromConfigJudges(t *testing.T) {
	c, err := clients.FromConfig("agent", &tls.Config{CurvePreferences: []tls.CurveID{tls.X25519}})
	require.NoError(t, err)
	v := c.Judge(change(func(f *probe.Flight) { f.Group = probe.SECP384R1 }))
	require.Equal(t, clients.CauseGroup, v.Cause)
	require.Equal(t, "TLS Handshake failed: tls: server selected unsupported curve", v.ErrorText)
	require.Equal(t, "tls.Config.CurvePreferences, if the driver passes one", v.ClientFix)
}

func TestFromConfigErrors(t *testing.T) {
	for _, config := range []*tls.Config{
		{MinVersion: tls.VersionTLS13, MaxVersion: tls.VersionTLS12},
		{NextProtos: []string{""}},
	} {
		c, err := clients.FromConfig("agent", config)
		require.ErrorIs(t, err, clients.ErrNoHello)
		require.Empty(t, c.ID)
	}
}
