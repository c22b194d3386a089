package main

import (
	"crypto"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

const scenariosFile = "SCENARIOS.md"

// A scenario is a server of SCENARIOS.md and the finding that it is there for.
type scenario struct {
	finding string
	server  testserver.Config
	only    []enumerate.Dimension // that are enough, nil for all
}

func scenarios(t *testing.T) []scenario {
	suites := []enumerate.Dimension{enumerate.Suites, enumerate.Certificates}
	signed := testserver.Linked(testserver.Link{Hash: crypto.SHA1})
	return []scenario{
		{"tls12_disabled", windows(t, "2019", func(c *testserver.Config) { c.TLS.Versions = []uint16{0x0301, 0x0302} }), nil},
		{"server_too_old", testserver.Config{OS: "2008 R2"}, []enumerate.Dimension{enumerate.Versions}},
		{"no_common_suite", windows(t, "2019", func(c *testserver.Config) {
			c.TLS.Versions = []uint16{0x0303}
			c.TLS.Suites = slices.DeleteFunc(c.TLS.Suites, func(s schannel.Suite) bool { return s.ID != 0xc02f && s.ID != 0xc030 })
		}), suites},
		{"dhe_offered", testserver.Config{OS: "2016"}, suites},
		{"sha1_certificate", windows(t, "2012 R2", func(c *testserver.Config) { c.TLS.ChainHashes, c.Certificate = true, &signed }),
			append(suites, enumerate.Signatures, enumerate.Behaviours)},
		{"dhe_leading_zeros", windows(t, "2016", func(c *testserver.Config) { c.TLS.DHEZeros = testserver.KeepZeros }),
			[]enumerate.Dimension{enumerate.LeadingZeros}},
		{"connection_pressure", testserver.Config{ResetRate: 0.3, ResetAccepts: true, Seed: 2}, []enumerate.Dimension{enumerate.Pressure}},
		{"strict_only", testserver.Config{OS: "2022", ForceStrict: true}, []enumerate.Dimension{enumerate.Versions}},
		{"no_encryption", testserver.Config{Encryption: testserver.NotSupported, NoStrict: true}, nil},
		{"intolerant", testserver.Config{Wants: testserver.Wants{MaxSize: 1300}}, []enumerate.Dimension{enumerate.Tolerances}},
		{"not_sql_server", testserver.Config{Fault: testserver.HTTP}, nil},
	}
}

// windows returns a server with the defaults of a Windows Server version, changed.
func windows(t *testing.T, os string, change func(*testserver.Config)) testserver.Config {
	profile, err := testserver.Profile(os)
	require.NoError(t, err)
	config := testserver.Config{OS: os, TLS: profile}
	change(&config)
	return config
}

// What differs from run to run: numbers, and where connections under pressure
// were seen to end.
var (
	number = regexp.MustCompile(`\d+(\.\d+)*`)
	resets = regexp.MustCompile(`(?m)^  - \d+ of \d+ connections,.*\n`)
)

// lasting returns what is the same in every run.
func lasting(text string) string {
	return number.ReplaceAllString(resets.ReplaceAllString(commandtest.Blank(text), ""), "N")
}

// TestScenarios: diagnosing servers says what SCENARIOS.md shows, numbers aside.
func TestScenarios(t *testing.T) {
	text, err := os.ReadFile(scenariosFile)
	require.NoError(t, err)
	page := string(text)
	all := scenarios(t)
	require.Equal(t, len(all), strings.Count(page, "\n### "))
	for _, s := range all {
		sample := s.sample(t)
		before, after, ok := strings.Cut(page, " (`"+s.finding+"`)\n\n```text\n")
		require.True(t, ok, s.finding)
		shown, after, ok := strings.Cut(after, "```\n")
		require.True(t, ok, s.finding)
		if commandtest.Updating() {
			page = before + " (`" + s.finding + "`)\n\n```text\n" + sample + "```\n" + after
			continue
		}
		require.Equal(t, lasting(shown), lasting(sample))
	}
	if commandtest.Updating() {
		require.NoError(t, os.WriteFile(scenariosFile, []byte(page), 0o666))
	}
}

// sample is what is said of the server, of all findings the one in question.
func (s scenario) sample(t *testing.T) string {
	target, err := probe.ParseTarget(commandtest.Start(t, s.server))
	require.NoError(t, err)
	options := enumerate.Options{Only: s.only, Parallel: 8, Rate: 1e6, Prober: &probe.Prober{Timeout: 5 * time.Second}}
	report, err := enumerate.Scan(t.Context(), target, options)
	if err != nil {
		require.ErrorIs(t, err, enumerate.ErrUnmeasured)
	}
	findings := slices.DeleteFunc(diagnose.Diagnose(report), func(f enumerate.Finding) bool { return f.ID != s.finding })
	require.Len(t, findings, 1, s.finding)
	var text strings.Builder
	document := render.Document{Reports: []*enumerate.Report{report}, Findings: findings}
	require.NoError(t, render.Text(&text, document, render.TextOptions{Sections: sections}))
	return text.String()
}
