package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// fixOf is a fix of some changes.
func fixOf(changes ...enumerate.Change) enumerate.Fix {
	return enumerate.Fix{Changes: changes, Proven: true}
}

func adding(l enumerate.Layer, what ...string) enumerate.Change {
	return enumerate.Change{Layer: l, Add: what}
}

func removing(l enumerate.Layer, what ...string) enumerate.Change {
	return enumerate.Change{Layer: l, Remove: what}
}

func TestChains(t *testing.T) {
	unproven := fixOf(adding(enumerate.LayerGroups, "x25519"))
	unproven.Proven = false
	tests := []struct {
		name  string
		fixes []enumerate.Fix
		want  []string
	}{
		{"none", nil, nil},
		{"one", []enumerate.Fix{fixOf(adding(enumerate.LayerVersion, "TLS 1.0"))}, []string{"no common protocol version; with TLS 1.0 added it is accepted"}},
		{"layers", []enumerate.Fix{fixOf(adding(enumerate.LayerCipherSuites, "A", "B"), adding(enumerate.LayerGroups, "C"), removing(enumerate.LayerExtensions, "D"))},
			[]string{"first no common cipher suite; with A, B added, then no common group; with C added, then one of its extensions is not taken; without D it is accepted"}},
		{"alternatives", []enumerate.Fix{fixOf(adding(enumerate.LayerGroups, "A")), fixOf(adding(enumerate.LayerGroups, "B")), fixOf(adding(enumerate.LayerSignatureSchemes, "C"))},
			[]string{"no common group; with A, or B added it is accepted", "no common signature scheme; with C added it is accepted"}},
		{"no alternatives", []enumerate.Fix{fixOf(adding(enumerate.LayerGroups, "A")), fixOf(adding(enumerate.LayerGroups, "B", "C"))},
			[]string{"no common group; with A added it is accepted", "no common group; with B, C added it is accepted"}},
		{"renegotiation", []enumerate.Fix{fixOf(adding(enumerate.LayerCipherSuites, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"))},
			[]string{"no sign of secure renegotiation (RFC 5746); with TLS_EMPTY_RENEGOTIATION_INFO_SCSV added it is accepted"}},
		{"replaced", []enumerate.Fix{fixOf(enumerate.Change{Layer: enumerate.LayerRecordVersion, Add: []string{"A"}, Remove: []string{"B"}})},
			[]string{"the version of its TLS record is not taken; with A in the place of B it is accepted"}},
		{"many", []enumerate.Fix{fixOf(removing(enumerate.LayerCipherSuites, "1", "2", "3", "4", "5", "6", "7", "8"))},
			[]string{"one of its cipher suites is not taken; without 1, 2, 3, 4, 5, 6, 2 more it is accepted"}},
		{"unproven", []enumerate.Fix{unproven}, []string{"no common group; with x25519 added it is accepted (it may be more than is needed)"}},
		{"unproven alternative", []enumerate.Fix{fixOf(adding(enumerate.LayerGroups, "A")), unproven}, []string{"no common group; with A, or x25519 added it is accepted (it may be more than is needed)"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, chains(tt.fixes))
		})
	}
}

// TestCauses: the first fix decides of which all changes have a cause.
func TestCauses(t *testing.T) {
	unnamed := fixOf(adding(enumerate.LayerExtensions, "A"))
	tests := []struct {
		name  string
		fixes []enumerate.Fix
		want  []clients.Cause
	}{
		{"none", nil, nil},
		{"without a name", []enumerate.Fix{unnamed}, nil},
		{"second", []enumerate.Fix{unnamed, fixOf(adding(enumerate.LayerGroups, "A"))}, []clients.Cause{clients.CauseGroup}},
		{"layers", []enumerate.Fix{fixOf(adding(enumerate.LayerVersion, "A"), adding(enumerate.LayerCipherSuites, "B"))}, []clients.Cause{clients.CauseVersion, clients.CauseSuite}},
		{"a group too many", []enumerate.Fix{fixOf(removing(enumerate.LayerGroups, "A"))}, []clients.Cause{clients.CauseSize}},
		{"pieces", []enumerate.Fix{fixOf(removing(enumerate.LayerFraming, "A"))}, []clients.Cause{clients.CauseSize}},
		{"a suite too many", []enumerate.Fix{fixOf(removing(enumerate.LayerCipherSuites, "A"))}, nil},
		{"renegotiation", []enumerate.Fix{fixOf(adding(enumerate.LayerCipherSuites, renegotiation))}, nil},
		{"ENCRYPTION", []enumerate.Fix{fixOf(enumerate.Change{Layer: enumerate.LayerPrelogin, Add: []string{"VERSION ENCRYPTION=on"}, Remove: []string{"VERSION ENCRYPTION=off"}})},
			[]clients.Cause{clients.CauseEncryption}},
		{"other PRELOGIN", []enumerate.Fix{fixOf(enumerate.Change{Layer: enumerate.LayerPrelogin, Add: []string{"VERSION ENCRYPTION=on"}, Remove: []string{"MARS ENCRYPTION=on"}})}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, causesOf(tt.fixes))
		})
	}
}

// TestFaults: every layer of an explanation has words.
func TestFaults(t *testing.T) {
	for layer, f := range faults {
		require.NotEmpty(t, f.lacks, layer)
		require.NotEmpty(t, f.has, layer)
	}
	require.Len(t, faults, 13)
}

// TestJoined: changes that are all needed, of which one is not known, are none.
func TestJoined(t *testing.T) {
	require.Equal(t, "A; and B", joined([]string{"A", "B"}))
	require.Empty(t, joined([]string{"A", ""}))
	require.Empty(t, joined(nil))
}

// TestSettle: what is settled for one does not change what the caller has.
func TestSettle(t *testing.T) {
	c, err := clients.Find("go-mssqldb-1.11.2-go1.26-strict")
	require.NoError(t, err)
	no := false
	fares := &enumerate.Client{Connects: &no, Stage: probe.StageClientHello, Outcome: probe.Closed}
	a := answer{Client: fares}
	a.settle(c, clients.CauseStrict, clients.CauseStrict, "")
	require.Equal(t, []clients.Cause{clients.CauseStrict}, a.Causes)
	require.Empty(t, fares.Cause)
	require.Equal(t, clients.CauseStrict, a.Client.Cause)
	require.Contains(t, a.Client.Reason, "strict")
	require.Empty(t, a.Fix, "none is known at the client")
	require.NotEmpty(t, a.ServerFix)
}
