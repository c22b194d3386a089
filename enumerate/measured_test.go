package enumerate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestSkipped: what a scan did not look at is told from what it could not settle.
func TestSkipped(t *testing.T) {
	yes, no, off := true, false, "off"
	whole := func() *enumerate.Report {
		r := &enumerate.Report{
			Target:   probe.Target{Host: "db1", Port: 1433, Mode: probe.ModeTDS7},
			Baseline: &enumerate.Baseline{Rung: enumerate.Rung{Outcome: probe.Accepted}},
		}
		r.Complete = true
		r.Server = &enumerate.Server{EncryptionAnswers: map[string]*string{"off": &off}}
		r.Protocols = []enumerate.Protocol{{Accepted: &yes, Complete: true}, {Accepted: &no}}
		r.Behaviours, r.Tolerances, r.Pressure = []enumerate.Behaviour{{}}, []enumerate.Tolerance{{}}, &enumerate.Load{}
		return r
	}
	tests := []struct {
		name   string
		change func(*enumerate.Report)
		want   []enumerate.Dimension
	}{
		{"nothing", func(*enumerate.Report) {}, nil},
		{"encryption", func(r *enumerate.Report) { r.Server.EncryptionAnswers = nil }, []enumerate.Dimension{enumerate.Encryption}},
		{"encryption, strict", func(r *enumerate.Report) { r.Server.EncryptionAnswers, r.Target.Mode = nil, probe.ModeTDS8 }, nil},
		{"no server", func(r *enumerate.Report) { r.Server = nil }, nil},
		{"versions", func(r *enumerate.Report) { r.Protocols[1].Accepted = nil }, []enumerate.Dimension{enumerate.Versions}},
		{"suites", func(r *enumerate.Report) { r.Protocols[0].Complete = false }, []enumerate.Dimension{enumerate.Suites}},
		{"the rest", func(r *enumerate.Report) { r.Behaviours, r.Tolerances, r.Pressure = nil, nil, nil },
			[]enumerate.Dimension{enumerate.Behaviours, enumerate.Tolerances, enumerate.Pressure}},
		{"open", func(r *enumerate.Report) { r.Pressure, r.Complete = nil, false }, nil},
		{"unmeasured", func(r *enumerate.Report) { r.Pressure, r.Baseline = nil, nil }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := whole()
			tt.change(r)
			require.Equal(t, tt.want, r.Skipped())
		})
	}
}
