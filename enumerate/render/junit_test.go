package render_test

import (
	"encoding/xml"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/probe"
)

func ExampleJUnit() {
	d := render.Document{
		Reports: []*enumerate.Report{{
			Target:  probe.Target{Host: "db1.example.com", Port: 1433},
			Started: time.Date(2026, 11, 25, 7, 0, 0, 0, time.UTC), DurationMS: 1500, Complete: true,
			Baseline: &enumerate.Baseline{Rung: enumerate.Rung{Outcome: probe.Accepted}},
		}},
		Findings: []enumerate.Finding{{
			ID: "weak_suites", Severity: enumerate.SeverityWarning, Title: "Weak cipher suites are accepted",
			Evidence: []string{"TLS 1.2: TLS_RSA_WITH_RC4_128_SHA"}, Remedy: "Disable RC4.",
		}},
	}
	_ = render.JUnit(os.Stdout, d)
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <testsuites name="tdsprobe" tests="3" failures="1" errors="0">
	//   <testsuite name="db1.example.com,1433 diagnosis" tests="1" failures="1" errors="0" skipped="0">
	//     <testcase name="Weak cipher suites are accepted" classname="db1.example.com,1433.diagnosis">
	//       <failure type="warning" message="db1.example.com,1433: Weak cipher suites are accepted">TLS 1.2: TLS_RSA_WITH_RC4_128_SHA&#xA;To do: Disable RC4.</failure>
	//     </testcase>
	//   </testsuite>
	//   <testsuite name="db1.example.com,1433" tests="2" failures="0" errors="0" skipped="0" time="1.500" timestamp="2026-11-25T07:00:00">
	//     <testcase name="the server was measured" classname="db1.example.com,1433.scan"></testcase>
	//     <testcase name="everything was settled" classname="db1.example.com,1433.scan"></testcase>
	//   </testsuite>
	// </testsuites>
}

// A junitTest is a test case as CI systems read it.
type junitTest struct {
	Name    string `xml:"name,attr"`
	Skipped string `xml:"skipped"`
	Error   struct {
		Message string `xml:"message,attr"`
	} `xml:"error"`
	Failure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	} `xml:"failure"`
}

type junitFile struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Suites   []struct {
		Skipped int         `xml:"skipped,attr"`
		Cases   []junitTest `xml:"testcase"`
	} `xml:"testsuite"`
}

func readJUnit(t testing.TB, d render.Document) (file junitFile) {
	t.Helper()
	require.NoError(t, xml.Unmarshal(exported(t, render.JUnit, d), &file))
	return file
}

func TestJUnit(t *testing.T) {
	file := readJUnit(t, exportDocument())
	require.Equal(t, [3]int{13, 4, 1}, [3]int{file.Tests, file.Failures, file.Errors})
	require.Equal(t, 3, file.Suites[1].Skipped)
	var failed, errors, skipped []string
	for _, s := range file.Suites {
		for _, c := range s.Cases {
			failed, errors, skipped = append(failed, c.Failure.Message), append(errors, c.Error.Message), append(skipped, c.Skipped)
		}
	}
	const where = "db1.example.com,1433"
	require.Equal(t, []string{
		where + ": No version in common", where + ": Weak suites", "", "", // findings
		"", "", where + ": Modern: TLS 1.3 alone", "", "", "", where + ": B 1.0 does not connect", "", "",
	}, failed)
	require.Equal(t, where+" at 192.0.2.7:1433: the server could not be measured: timed_out at prelogin", errors[12])
	require.Equal(t, []string{"not settled: TLS 1.3", "not settled: no groups are known", "inconclusive: it timed out"}, []string{skipped[5], skipped[8], skipped[11]})
	require.Equal(t, "TLS 1.0: closed\nTo do: Enable TLS 1.2.\nSee https://example.com/a", file.Suites[0].Cases[0].Failure.Text)
}

func TestJUnitHostile(t *testing.T) {
	data := exported(t, render.JUnit, hostileDocument(exportHostile))
	requireHarmless(t, string(data))
	require.Less(t, len(data), 1<<20)
}

func FuzzJUnit(f *testing.F) {
	addDocuments(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if d, ok := decodeDocument(data); ok {
			readJUnit(t, d)
		}
	})
}
