package enumerate_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

var update = flag.Bool("update", false, "write testdata/report.json anew")

// fullReport is of a server that has something for every field.
func fullReport(t *testing.T) *enumerate.Report {
	t.Helper()
	system, ok := schannel.Server("2016")
	require.True(t, ok)
	suites := slices.DeleteFunc(slices.Clone(system.Suites), func(s schannel.Suite) bool {
		return !slices.Contains([]schannel.ID{0xc030, 0x009f, 0x009d}, s.ID)
	})
	server := start(t, testserver.Config{
		Encryption: testserver.On, InstanceName: "SALES", Refusal: testserver.RefuseAlert,
		TLS: &testserver.TLS{
			Versions: []uint16{0x0002, 0x0303}, CipherKinds: []uint32{0x010080}, Suites: suites,
			Groups: []uint16{24}, SignatureSchemes: []uint16{0x0401}, DHEBits: 2048,
		},
	})
	where := target(t, server.Addr(), probe.ModeAuto)
	where.Instance = "SALES"
	report, err := enumerate.Scan(t.Context(), where, whole())
	require.NoError(t, err)
	return report
}

// blank empties what differs from run to run, or with what it takes to believe
// a refusal, and checks that it was there.
func blank(t *testing.T, r *enumerate.Report) {
	t.Helper()
	require.WithinDuration(t, time.Now(), r.Started, time.Minute)
	require.Equal(t, fmt.Sprintf("127.0.0.1:%d", r.Target.Port), r.Target.Address)
	r.Started, r.DurationMS = time.Time{}, 0
	r.Target.Port, r.Target.Address = 1433, "127.0.0.1:1433"
	for _, p := range []*enumerate.Percentiles{
		&r.Stability.ConnectMS, &r.Stability.PreloginMS, &r.Stability.HandshakeMS,
		&r.Pressure.ConnectMS, &r.Pressure.PreloginMS, &r.Pressure.HandshakeMS,
	} {
		require.Positive(t, p.P50)
		require.GreaterOrEqual(t, p.P95, p.P50)
		require.GreaterOrEqual(t, p.P99, p.P95)
		*p = enumerate.Percentiles{}
	}
	require.Equal(t, r.Connections, r.Stability.Attempts+r.Pressure.Connects+zerosAsked)
	r.Connections, r.Stability.Attempts = 0, 0
	for _, p := range r.Protocols {
		if p.Refusal != nil {
			require.Positive(t, p.Refusal.Attempts)
			require.Equal(t, p.Refusal.Answered == "", p.Refusal.Controls > 0)
			p.Refusal.Attempts, p.Refusal.Controls = 0, 0
		}
	}
	for i := range r.Certificates {
		c := &r.Certificates[i]
		require.Len(t, c.SHA256, 64)
		require.True(t, c.NotAfter.After(c.NotBefore))
		require.NotEmpty(t, c.DER)
		c.SHA256, c.NotBefore, c.NotAfter, c.DER = "", time.Time{}, time.Time{}, nil
	}
}

// TestReportJSON compares a report with testdata/report.json, which programs
// that read reports can rely on.
func TestReportJSON(t *testing.T) {
	report := fullReport(t)
	blank(t, report)
	got, err := json.MarshalIndent(report, "", "  ")
	require.NoError(t, err)
	got = append(got, '\n')
	if *update {
		require.NoError(t, os.WriteFile("testdata/report.json", got, 0o644))
	}
	want, err := os.ReadFile("testdata/report.json")
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))

	var back enumerate.Report
	require.NoError(t, json.Unmarshal(got, &back))
	require.Equal(t, report, &back)
}

// TestReportSchema checks that a report has every name of testdata/schema.json
// with a value of the same kind. Names may be added to it, never taken away.
func TestReportSchema(t *testing.T) {
	encoded, err := json.Marshal(fullReport(t))
	require.NoError(t, err)
	schema, err := os.ReadFile("testdata/schema.json")
	require.NoError(t, err)
	var want, got any
	require.NoError(t, json.Unmarshal(schema, &want))
	require.NoError(t, json.Unmarshal(encoded, &got))
	requireKinds(t, "report", want, got)
}

// requireKinds compares the kinds of JSON values. An object of a list stands
// for all that can be in one, so that all of the list are looked at together.
func requireKinds(t *testing.T, path string, want, got any) {
	t.Helper()
	require.IsType(t, want, got, path)
	switch want := want.(type) {
	case map[string]any:
		for name, value := range want {
			require.Contains(t, got, name, path)
			requireKinds(t, path+"."+name, value, got.(map[string]any)[name])
		}
	case []any:
		if len(want) > 0 {
			require.NotEmpty(t, got, path)
			requireKinds(t, path+"[]", want[0], together(got.([]any)))
		}
	}
}

// together puts the members of several objects in one, lists of lists too.
func together(list []any) any {
	merged, ok := list[0].(map[string]any)
	if !ok {
		return list[0]
	}
	for _, other := range list[1:] {
		for name, value := range other.(map[string]any) {
			if value == nil {
				continue
			}
			if some, ok := merged[name].([]any); ok {
				merged[name] = append(some, value.([]any)...)
			} else {
				merged[name] = value
			}
		}
	}
	return merged
}
