package diagnose_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestTrust: what clients that verify have against a certificate, and that it is
// no matter of the handshake.
func TestTrust(t *testing.T) {
	const self, made, name = "self_signed", "self_signed_fallback", "certificate_other_name"
	named := func(target probe.Target, subject string, names ...string) func(r *enumerate.Report) {
		return func(r *enumerate.Report) {
			r.Target, r.Certificates[0].Subject, r.Certificates[0].Names = target, subject, names
			r.Certificates[0].Issuer = subject
		}
	}
	host := func(name string) probe.Target { return probe.Target{Host: name} }
	tests := []struct {
		name   string
		change func(r *enumerate.Report)
		want   []string
	}{
		{"an address", named(host("192.0.2.1"), "CN=db"), nil},
		{"its name", named(host("DB1.example.com"), "CN=db", "db.example.com", "db1.example.com"), nil},
		{"with a dot", named(host("db1.example.com."), "CN=db", "db1.example.com"), nil},
		{"its common name", named(host("db1.example.com"), "OU=x,CN=db1.example.com,O=y"), nil},
		{"a wild name", named(host("db1.example.com"), "CN=db", "*.example.com"), nil},
		{"a wild name, too deep", named(host("a.db1.example.com"), "CN=db", "*.example.com"), []string{name}},
		{"a wild name, too short", named(host("example.com"), "CN=db", "*.example.com"), []string{name}},
		{"the domain alone", named(host("db1.example.com"), "CN=db", "example.com"), []string{name}},
		{"another name", named(host("db1"), "CN=db1.example.com"), []string{name}},
		{"the name to expect", named(probe.Target{Host: "db1", ServerName: "db1.example.com"}, "CN=db1.example.com"), nil},
		{"no name", named(host("db1"), ""), []string{name}},
		{"self-signed", func(r *enumerate.Report) { r.Certificates[0].SelfSigned = true }, []string{self}},
		{"self-signed root", func(r *enumerate.Report) {
			root := r.Certificates[0]
			root.SelfSigned = true
			r.Certificates = append(r.Certificates, root)
		}, nil},
		{"made by SQL Server", func(r *enumerate.Report) {
			named(host("db1"), "CN=SSL_Self_Signed_Fallback")(r)
			r.Certificates[0].SelfSigned, r.Certificates[0].Fallback = true, true
		}, []string{made}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := wellReport()
			tt.change(r)
			want := append(tt.want, "healthy_handshake")
			if tt.want == nil {
				want = []string{"healthy"}
			}
			var found []string
			for _, f := range diagnose.Diagnose(r) {
				require.Equal(t, f.Severity == enumerate.SeverityOK, f.ID[:4] == "heal")
				found = append(found, f.ID)
			}
			require.Equal(t, want, found)
		})
	}
	r := wellReport()
	named(host("db1"), "CN=a", "b", "c", "d")(r)
	require.Equal(t, []string{"certificate CN=a: db1 was asked for, and it is for b, c, d and 1 more"}, evidence(t, name, r))
}
