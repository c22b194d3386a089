package render_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/internal/hostile"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// evil is what a server says wherever it can: a formula, markup, all that steers a
// terminal, and 64 KiB in the end.
var (
	evilName = "=cmd|' /C calc'!A0 <script>owned=1</script> [a](javascript:owned=1) `b` " + hostile.Text + "\nINJECTED \u2066"
	evil     = evilName + strings.Repeat("<x ", 64<<10/3)
)

// hostileServers are the reports on a server whose certificate and instance are
// evil, with its clients and policies, and on one that answers with an evil error.
func hostileServers(t *testing.T) render.Document {
	t.Helper()
	certificate := hostile.Certificate(t, evil, "db1")
	target := start(t, testserver.Config{OS: "2016", Certificate: &certificate, InstanceName: evilName})
	target.Instance = evilName
	report := scanned(t, target, enumerate.Encryption, enumerate.Suites, enumerate.Certificates, enumerate.Tolerances)
	require.True(t, report.Measured())
	require.True(t, report.Server.InstanceMatches)
	require.Greater(t, len(report.Certificates[0].Subject), 64<<10)
	list := clients.All()[:20]
	var err error
	report.Clients, _, err = enumerate.Clients(t.Context(), target, list, diagnose.Clients(report, list), scanOptions())
	require.NoError(t, err)
	for _, p := range enumerate.Policies() {
		report.Policies = append(report.Policies, p.Judge(report))
	}
	silent := scan(t, testserver.Config{Fault: testserver.ErrorToken, ErrorText: evil[:32700]})
	require.Contains(t, silent.Baseline.Error, hostile.Text)
	return diagnosed(report, silent)
}

// TestHostileServers: whatever they say, no form of a report acts.
func TestHostileServers(t *testing.T) {
	d := hostileServers(t)
	checks := map[render.Format]func(*testing.T, render.Document, string){
		render.FormatText: requireHarmlessText, render.FormatJSON: requireHarmlessJSON,
		render.FormatMarkdown: requireHarmlessMarkdown, render.FormatHTML: requireHarmlessHTML,
		render.FormatJUnit: requireHarmlessJUnit, render.FormatSARIF: requireHarmlessSARIF, render.FormatCSV: requireHarmlessCSV,
	}
	for _, format := range render.Formats() {
		for name, d := range map[string]render.Document{
			"both": d, "one": {Reports: d.Reports[:1], Findings: d.Findings}, "addresses": {Reports: d.Reports, Addresses: true, Findings: d.Findings},
		} {
			t.Run(string(format)+" "+name, func(t *testing.T) {
				var out bytes.Buffer
				require.NoError(t, render.Write(&out, d, format))
				require.Contains(t, out.String(), "cmd", "the name is there")
				checks[format](t, d, out.String())
			})
		}
	}
	t.Run("in colour", func(t *testing.T) { hostileInColour(t, d) })
	t.Run("compared", func(t *testing.T) { hostileCompared(t, d) })
}

// hostileInColour: of what steers a terminal there is nothing but our own colours.
func hostileInColour(t *testing.T, d render.Document) {
	text := textOf(t, d, render.TextOptions{Style: render.Style{Color: true, Width: 80}})
	colours := regexp.MustCompile(`\x1b\[[0-9;]*m`)
	require.Regexp(t, colours, text)
	requireHarmlessText(t, d, colours.ReplaceAllString(text, ""))
}

// hostileCompared: nor does what differs between them and others act.
func hostileCompared(t *testing.T, d render.Document) {
	other := scan(t, testserver.Config{OS: "2022"}, enumerate.Suites, enumerate.Certificates)
	for _, before := range d.Reports {
		c := enumerate.Compare(before, other)
		var text, markdown, data bytes.Buffer
		require.NoError(t, render.ComparisonText(&text, c))
		requireHarmlessText(t, d, text.String())
		require.NoError(t, render.ComparisonMarkdown(&markdown, c))
		requireHarmlessMarkdown(t, d, markdown.String())
		require.NoError(t, render.WriteJSON(&data, c))
		hostile.RequirePrintable(t, data.String())
		var again enumerate.Comparison
		require.NoError(t, json.Unmarshal(data.Bytes(), &again))
		require.Equal(t, before.Target, again.Before.Target)
	}
}

func requireHarmlessText(t *testing.T, _ render.Document, text string) {
	t.Helper()
	hostile.RequirePrintable(t, text)
	require.Less(t, len(text), 100<<10)
	for line := range strings.Lines(text) {
		require.NotRegexp(t, `^\s*(INJECTED|exit)`, line)
	}
}

// requireHarmlessJSON: nothing acts, and nothing is lost.
func requireHarmlessJSON(t *testing.T, d render.Document, text string) {
	t.Helper()
	hostile.RequirePrintable(t, text)
	require.NotContains(t, text, "<script")
	var one struct {
		enumerate.Report
		Reports []*enumerate.Report
	}
	require.NoError(t, json.Unmarshal([]byte(text), &one))
	got := append([]*enumerate.Report{&one.Report}, one.Reports...)[min(1, len(one.Reports))]
	require.Equal(t, d.Reports[0].Certificates, got.Certificates)
	require.Equal(t, d.Reports[0].Target, got.Target)
	schema := addressesSchema
	if one.Schema == enumerate.Schema {
		schema = reportSchema
	}
	require.NoError(t, validJSON(t, compiledSchema(t, schema), []byte(text)))
}

func requireHarmlessMarkdown(t *testing.T, d render.Document, text string) {
	t.Helper()
	requireHarmlessText(t, d, text)
	requireNoMarkup(t, text)
}

func requireHarmlessHTML(t *testing.T, _ render.Document, text string) {
	t.Helper()
	require.Empty(t, htmlProblems(t, []byte(text)))
}

func requireHarmlessJUnit(t *testing.T, _ render.Document, text string) {
	t.Helper()
	requireHarmless(t, text)
	require.Less(t, len(text), 200<<10)
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
		if element, ok := token.(xml.StartElement); ok {
			require.Contains(t, []string{"testsuites", "testsuite", "testcase", "failure", "error", "skipped", "properties", "property"}, element.Name.Local)
		}
	}
}

func requireHarmlessSARIF(t *testing.T, _ render.Document, text string) {
	t.Helper()
	requireHarmless(t, strings.ReplaceAll(text, "<script", ""))
	require.Less(t, len(text), 300<<10)
	require.NoError(t, validJSON(t, compiledSchema(t, sarifSchema), []byte(text)))
}

func requireHarmlessCSV(t *testing.T, _ render.Document, text string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	for _, row := range rows {
		for _, cell := range row {
			requireHarmlessCell(t, cell)
		}
	}
}
