package render_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/probe"
)

func ExampleSARIF() {
	var b strings.Builder
	_ = render.SARIF(&b, render.Document{
		Reports: []*enumerate.Report{{Target: probe.Target{Host: "db1.example.com", Port: 1433}}},
		Findings: []enumerate.Finding{{
			ID: "weak_suites", Severity: enumerate.SeverityWarning, Title: "Weak cipher suites are accepted",
		}},
	})
	for line := range strings.Lines(b.String()) {
		if strings.Contains(line, `"ruleId"`) || strings.Contains(line, `"uri"`) || strings.Contains(line, "Successful") {
			os.Stdout.WriteString(strings.TrimSpace(line) + "\n")
		}
	}
	// Output:
	// "executionSuccessful": false,
	// "ruleId": "weak_suites",
	// "uri": "db1.example.com/1433"
}

func readSARIF(t testing.TB, d render.Document) map[string]any {
	t.Helper()
	var log map[string]any
	require.NoError(t, json.Unmarshal(exported(t, render.SARIF, d), &log))
	return log["runs"].([]any)[0].(map[string]any)
}

func TestSARIF(t *testing.T) {
	run := readSARIF(t, exportDocument())
	var got []string
	for _, r := range run["results"].([]any) {
		r := r.(map[string]any)
		kind, _ := r["kind"].(string)
		got = append(got, r["ruleId"].(string)+" "+r["level"].(string)+" "+kind)
	}
	require.Equal(t, []string{
		"no_version error ", "weak_suites warning ", "strict note ",
		"policy/modern/tls-versions error ", "policy/modern/groups none open", "client_does_not_connect warning ",
	}, got)
	first := run["results"].([]any)[0].(map[string]any)
	require.Equal(t, "No version in common\nTLS 1.0: closed\nTo do: Enable TLS 1.2.\nSee https://example.com/a", first["message"].(map[string]any)["text"])
	require.Equal(t, []any{"TLS 1.0: closed"}, first["properties"].(map[string]any)["evidence"])
	require.Len(t, first["locations"], 2)
	invocations := run["invocations"].([]any)
	require.Equal(t, true, invocations[0].(map[string]any)["executionSuccessful"])
	require.Equal(t, "2026-11-25T07:00:01Z", invocations[0].(map[string]any)["endTimeUtc"])
	require.Equal(t, false, invocations[1].(map[string]any)["executionSuccessful"])
	require.Contains(t, invocations[1].(map[string]any)["toolExecutionNotifications"].([]any)[0].(map[string]any)["message"].(map[string]any)["text"], "could not be measured")
}

// sarifFingerprints are those of all results.
func sarifFingerprints(t *testing.T, d render.Document) (list []string) {
	for _, r := range readSARIF(t, d)["results"].([]any) {
		list = append(list, r.(map[string]any)["partialFingerprints"].(map[string]any)["tdsprobe/v1"].(string))
	}
	return list
}

// TestSARIFFingerprints: they tell results apart, and only what a result is about
// changes them.
func TestSARIFFingerprints(t *testing.T) {
	document := exportDocument()
	document.Reports[0].Clients[2].Connects = new(bool) // the second that does not connect
	first := sarifFingerprints(t, document)
	require.Len(t, first, 7)
	seen := map[string]bool{}
	for _, f := range first {
		require.False(t, seen[f])
		seen[f] = true
	}
	document.Reports[0].Started, document.Findings[0].Evidence = time.Now(), []string{"other"}
	require.Equal(t, first, sarifFingerprints(t, document))
	other := exportDocument()
	other.Reports[0].Target.Host = "db2.example.com"
	for _, f := range sarifFingerprints(t, other) {
		require.False(t, seen[f])
	}
}

func TestSARIFHostile(t *testing.T) {
	data := string(exported(t, render.SARIF, hostileDocument(exportHostile)))
	requireHarmless(t, data)
	for line := range strings.Lines(data) {
		if strings.Contains(line, `"text": `) {
			require.NotContains(t, line, "](http")
		}
	}
	require.Less(t, len(data), 1<<20)
}

func FuzzSARIF(f *testing.F) {
	addDocuments(f)
	schema := compiledSchema(f, sarifSchema)
	f.Fuzz(func(t *testing.T, data []byte) {
		d, ok := decodeDocument(data)
		if !ok {
			return
		}
		require.NoError(t, validJSON(t, schema, exported(t, render.SARIF, d)))
	})
}
