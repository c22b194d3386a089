package scantest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestShortfall: a policy is met if every rule is, and that is proven. What the
// scan left open stands below what is not.
func TestShortfall(t *testing.T) {
	yes, no := true, false
	kept := enumerate.Ruling{Rule: "versions", Title: "TLS 1.2 or newer", Meets: &yes}
	broken := enumerate.Ruling{Rule: "suites", Title: "No 3DES", Meets: &no, Note: "since 2016", Cells: []string{"TLS 1.0 A", "TLS 1.1 A", "TLS 1.2 A", "TLS 1.2 B"}}
	open := enumerate.Ruling{Rule: "groups", Title: "P-256", Note: "silence"}
	const (
		not    = "scantest: db1 does not meet ours (Our rules) https://example.com/"
		doubt  = "scantest: db1: not proven that it meets ours (Our rules) https://example.com/"
		breaks = "\n  broken: suites (No 3DES): since 2016: TLS 1.0 A, TLS 1.1 A, TLS 1.2 A, TLS 1.2 B"
		opens  = "\n  not settled: groups (P-256): silence"
		left   = "\n  left open by the scan: TLS 1.0"
	)
	for _, tt := range []struct {
		name    string
		meets   *bool
		rulings []enumerate.Ruling
		want    string
	}{
		{"kept", &yes, []enumerate.Ruling{kept, kept}, ""},
		{"broken", &no, []enumerate.Ruling{kept, broken}, not + breaks + left},
		{"not settled", nil, []enumerate.Ruling{open, kept}, doubt + opens + left},
		{"both", &no, []enumerate.Ruling{open, broken}, not + breaks + opens + left},
		{"no rule", &yes, nil, doubt + "\n  it has no rules" + left},
		{"rules better than the whole", &no, []enumerate.Ruling{kept}, not + left},
		{"rules more settled than the whole", nil, []enumerate.Ruling{kept}, doubt + left},
		{"rules worse than the whole", &yes, []enumerate.Ruling{broken}, not + breaks + left},
		{"rules less settled than the whole", &yes, []enumerate.Ruling{open}, doubt + opens + left},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := session{target: probe.Target{Host: "db1"}}
			j := enumerate.Judgement{Policy: "ours", Title: "Our rules", Reference: "https://example.com/", Meets: tt.meets, Rulings: tt.rulings}
			require.Equal(t, tt.want, s.shortfall(j, item{"left open by the scan:", "TLS 1.0"}))
		})
	}
}
