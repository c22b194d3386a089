package diagnose_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/probe"
)

// ladder returns a report on a target whose hellos all ended in one way.
func ladder(target probe.Target, stage probe.Stage, outcome probe.Outcome, rungs int) *enumerate.Report {
	rung := enumerate.Rung{Name: "hello", Outcome: outcome, Stage: stage}
	b := &enumerate.Baseline{Rung: rung}
	for range rungs {
		b.Rungs = append(b.Rungs, rung)
	}
	return &enumerate.Report{Target: target, Baseline: b}
}

// TestConnect: each way in which no connection comes about has its own remedy,
// with the target in it.
func TestConnect(t *testing.T) {
	at := probe.Target{Host: "db1.example.com", Port: 14330}
	instance := &enumerate.Report{
		Target:     probe.Target{Host: "db1", Instance: "SALES"},
		Incomplete: enumerate.ErrUnmeasured.Error() + ": no answer",
	}
	tests := []struct {
		name   string
		report *enumerate.Report
		want   string
		remedy string
	}{
		{"name", ladder(at, probe.StageResolve, probe.Unreachable, 2), "name_not_resolved", "nslookup db1.example.com on"},
		{"refused", ladder(at, probe.StageDial, probe.Unreachable, 2), "connection_refused", "If it listens at 14330,"},
		{"filtered", ladder(at, probe.StageDial, probe.TimedOut, 2), "connection_filtered", "-LocalPort 14330 -Action Allow"},
		{"the customary port", ladder(probe.Target{Host: "db1"}, probe.StageDial, probe.TimedOut, 2), "connection_filtered", "Test-NetConnection db1 -Port 1433 "},
		{"instance", instance, "instance_not_resolved", "UDP 1434"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			findings := diagnose.Diagnose(tt.report)
			require.Len(t, findings, 1)
			require.Equal(t, tt.want, findings[0].ID)
			require.Equal(t, enumerate.SeverityCritical, findings[0].Severity)
			require.Contains(t, findings[0].Remedy, tt.remedy)
			require.NotContains(t, findings[0].Remedy, "{")
		})
	}
}
