package diagnose_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

var update = flag.Bool("update", false, "write the table of findings anew")

// TestTable holds the table of findings in the documentation.
func TestTable(t *testing.T) {
	const file, begins = "../docs/findings.md", "| cause |"
	page, err := os.ReadFile(file)
	require.NoError(t, err)
	text, shown, ok := strings.Cut(string(page), begins)
	require.True(t, ok)
	table := findingsTable(t)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(text+table), 0o666))
		return
	}
	require.Equal(t, table, begins+shown)
}

// findingsTable has a row for every finding, those of the six causes first.
func findingsTable(t *testing.T) string {
	var all []enumerate.Finding
	for _, file := range []string{"scenarios", "conduct", "neighbours", "advice"} {
		data, err := os.ReadFile("findings/" + file + ".json")
		require.NoError(t, err)
		var list []enumerate.Finding
		require.NoError(t, json.Unmarshal(data, &list))
		all = append(all, list...)
	}
	require.Len(t, all, len(descriptions()))
	last := func(scenario int) int { return (scenario + 6) % 7 } // 0 is none of the six
	slices.SortStableFunc(all, func(a, b enumerate.Finding) int { return cmp.Compare(last(a.Scenario), last(b.Scenario)) })
	rows := "| cause | id | severity | what it says | see |\n| --- | --- | --- | --- | --- |\n"
	for _, f := range all {
		cause := ""
		if f.Scenario > 0 {
			cause = fmt.Sprint(f.Scenario)
		}
		rows += fmt.Sprintf("| %s | `%s` | %s | %s | [source](%s) |\n", cause, f.ID, f.Severity, f.Title, f.Reference)
	}
	return rows
}
