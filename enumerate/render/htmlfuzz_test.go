package render_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// FuzzHTML renders whatever can be read as a report.
func FuzzHTML(f *testing.F) {
	for _, report := range []*enumerate.Report{
		scan(f, testserver.Config{OS: "2008 R2"}, enumerate.Suites, enumerate.Certificates),
		scan(f, testserver.Config{OS: "2022"}, enumerate.Groups, enumerate.Tolerances),
		scan(f, testserver.Config{Fault: testserver.ErrorToken}),
		{Policies: htmlPolicies(), Pressure: &enumerate.Load{}, DHE: &enumerate.DHE{LeadingZeros: &enumerate.ZerosTest{}}},
	} {
		d := diagnosed(report)
		report.Findings = d.Findings
		report.Clients = htmlClients() // else hundreds are foretold, each time
		data, err := json.Marshal(report)
		require.NoError(f, err)
		f.Add(data)
		f.Add(bytes.ReplaceAll(data, []byte(`"TLS_`), []byte(`"\u003cscript\u003e\u202e`)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var report enumerate.Report
		if json.Unmarshal(data, &report) != nil {
			return
		}
		page := htmlPage(t, render.Document{Reports: []*enumerate.Report{&report}, Findings: report.Findings})
		require.Empty(t, htmlProblems(t, page))
		require.Equal(t, 1, strings.Count(string(page), "<h1>"))
	})
}
