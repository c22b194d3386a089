package diagnose_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestIntolerant: what Schannel is known for, and what is open, is no evidence.
func TestIntolerant(t *testing.T) {
	accepted, closed := probe.Accepted, probe.Closed
	report := &enumerate.Report{Tolerances: []enumerate.Tolerance{
		{Name: "no change", Outcome: &accepted}, {Name: "GREASE", Outcome: &closed, Note: "closed"},
		{Name: "no ec_point_formats", Outcome: &closed, Note: "closed"}, {Name: "unknown extensions"},
	}}
	require.Equal(t, []string{"GREASE: closed"}, evidence(t, "intolerant", report))
	require.Equal(t, []string{"strict: GREASE: closed"}, evidence(t, "intolerant", &enumerate.Report{Strict: report}))
	report.Tolerances[0].Outcome = &closed
	require.Empty(t, ids(report), "it does not even take the hello without a change")
}

// TestAlerts: a version that was declined by another is no alert.
func TestAlerts(t *testing.T) {
	report := &enumerate.Report{Server: &enumerate.Server{InstanceMatches: true}, Protocols: []enumerate.Protocol{
		{Version: "TLS 1.3", Refusal: &enumerate.Refusal{Attempt: "a", Outcome: probe.Accepted, Answered: "TLS 1.2"}},
		{Version: "TLS 1.0", Refusal: &enumerate.Refusal{Attempt: "b", Outcome: probe.Closed}},
	}}
	require.Empty(t, ids(report))
	report.Protocols[1].Refusal.Outcome, report.Protocols[1].Refusal.Alert = probe.Alerted, "protocol_version"
	require.Len(t, evidence(t, "alert_not_windows", report), 1)
	report.Server = nil
	require.Empty(t, ids(report), "nothing shows that it is SQL Server")
}
