package diagnose_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// scanned returns the report on a server: all that tells systems apart.
func scanned(t testing.TB, config testserver.Config, mode probe.Mode) *enumerate.Report {
	t.Helper()
	server, err := testserver.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	return scanAt(t, server.Addr(), mode)
}

func scanAt(t testing.TB, addr string, mode probe.Mode) *enumerate.Report {
	t.Helper()
	target, err := probe.ParseTarget(addr)
	require.NoError(t, err)
	target.Mode = mode
	report, err := enumerate.Scan(t.Context(), target, enumerate.Options{
		Only: []enumerate.Dimension{enumerate.Versions, enumerate.Suites, enumerate.Groups, enumerate.Signatures, enumerate.Certificates},
		Rate: 1e6, Parallel: 8, Prober: &probe.Prober{Timeout: 5 * time.Second},
	})
	require.NoError(t, err)
	require.True(t, report.Complete, report.Incomplete)
	return report
}

// withECDSA is a server with defaults and an ECDSA certificate.
func withECDSA(os string) testserver.Config {
	certificate := testserver.ECDSA()
	return testserver.Config{OS: os, Certificate: &certificate}
}

// changed is a server with defaults but for some changes.
func changed(os string, changes ...func(*testserver.TLS)) testserver.Config {
	system, _ := schannel.Server(os)
	tls := &testserver.TLS{Suites: system.Suites, DHEBits: system.DHEBits}
	for _, v := range system.Protocols {
		tls.Versions = append(tls.Versions, uint16(v))
	}
	for _, k := range system.SSL2CipherKinds {
		tls.CipherKinds = append(tls.CipherKinds, uint32(k.ID))
	}
	for _, g := range system.Groups {
		tls.Groups = append(tls.Groups, uint16(g.ID))
	}
	for _, s := range system.SignatureSchemes {
		tls.SignatureSchemes = append(tls.SignatureSchemes, uint16(s.ID))
	}
	for _, change := range changes {
		change(tls)
	}
	return testserver.Config{OS: os, TLS: tls}
}
