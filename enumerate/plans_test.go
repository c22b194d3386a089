package enumerate

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

// TestPlans plays the scripts of testdata/plans. A script names a strategy and
// the results that it is shown, in lines that start with "<"; what it plans
// then, in lines that start with ">", must be what the script says.
func TestPlans(t *testing.T) {
	files, err := filepath.Glob("testdata/plans/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			script, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, string(script), play(t, string(script)))
		})
	}
}

// play returns a script with the plans that the strategy really makes.
func play(t *testing.T, script string) string {
	t.Helper()
	var out strings.Builder
	var strategy Strategy
	var seen []probe.Result
	for line := range strings.Lines(script) {
		switch words := strings.Fields(line); {
		case words[0] == ">" || words[0] == "=":
			continue
		case words[0] == "strategy":
			strategy = strategyOf(t, words[1:])
		case words[0] == "<":
			seen = append(seen, resultOf(t, words[1:]))
		}
		out.WriteString(line)
		if line[0] == '#' {
			continue
		}
		plan := strategy.Plan(seen)
		for _, a := range plan {
			fmt.Fprintf(&out, "> %s\n", describe(a))
		}
		if loop, ok := strategy.(Elimination[probe.CipherSuite]); ok && len(plan) == 0 {
			fmt.Fprintf(&out, "= %s\n", numbers(loop.Picks(seen)))
		}
	}
	return out.String()
}

// strategyOf returns what a script is about.
func strategyOf(t *testing.T, words []string) Strategy {
	t.Helper()
	if words[0] == "ladder" {
		return climb(ladder())
	}
	version := versionOf(t, words[1], words[2])
	suites := suitesOf(t, words[3:])
	switch words[0] {
	case "suites":
		return suiteLoop(version, suites)
	case "first":
		return firstOnly{suiteLoop(version, suites)}
	case "reverse":
		return Once{reverseOffer(version, suites)}
	}
	require.Fail(t, "unknown strategy", words[0])
	return nil
}

// resultOf decodes an outcome and, if it is an acceptance, version and suite;
// otherwise a stage if it is not that of the hello.
func resultOf(t *testing.T, words []string) probe.Result {
	t.Helper()
	r := probe.Result{Stage: probe.StageClientHello}
	require.NoError(t, r.Outcome.UnmarshalText([]byte(words[0])))
	if r.Outcome != probe.Accepted && len(words) > 1 {
		require.NoError(t, r.Stage.UnmarshalText([]byte(words[1])))
	}
	if r.Outcome == probe.Accepted {
		r.Flight = &probe.Flight{Version: versionOf(t, words[1], words[2]), CipherSuite: suitesOf(t, words[3:])[0]}
	}
	return r
}

func versionOf(t *testing.T, words ...string) probe.Version {
	t.Helper()
	for _, v := range probe.Versions() {
		if v.String() == strings.Join(words, " ") {
			return v
		}
	}
	require.Fail(t, "unknown version", words)
	return 0
}

func suitesOf(t *testing.T, words []string) []probe.CipherSuite {
	t.Helper()
	var suites []probe.CipherSuite
	for _, word := range words {
		id, err := strconv.ParseUint(word, 16, 16)
		require.NoError(t, err)
		suites = append(suites, probe.CipherSuite(id))
	}
	return suites
}

// describe returns an attempt as a line: its name, the versions and the suites
// of its hello, which are those left out where those are fewer.
func describe(a probe.Attempt) string {
	h := a.Hello
	if h.CipherSuites == nil {
		return fmt.Sprintf("%s | max %v | default suites", a.Name, h.MaxVersion)
	}
	var versions []probe.Version
	for v := h.MinVersion; v <= h.MaxVersion; v++ {
		versions = append(versions, v)
	}
	all := probe.CipherSuites(versions...)
	if h.MinVersion < probe.TLS13 {
		all = append(all, probe.EmptyRenegotiationInfoSCSV)
	}
	suites := numbers(h.CipherSuites)
	if left := without(all, h.CipherSuites); len(left) < len(h.CipherSuites) && slices.IsSorted(h.CipherSuites[:len(h.CipherSuites)-1]) {
		suites = "all but " + numbers(left)
	}
	return fmt.Sprintf("%s | %v to %v | %s", a.Name, h.MinVersion, h.MaxVersion, suites)
}

func numbers(suites []probe.CipherSuite) string {
	if len(suites) == 0 {
		return "none"
	}
	words := make([]string, len(suites))
	for i, s := range suites {
		words[i] = fmt.Sprintf("%04x", uint16(s))
	}
	return strings.Join(words, " ")
}
