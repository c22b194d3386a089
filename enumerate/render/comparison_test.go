package render_test

import (
	"bytes"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/probe"
)

// comparison has a difference of each kind, and gaps.
func comparison() enumerate.Comparison {
	both := []probe.Mode{probe.ModeTDS7, probe.ModeTDS8}
	at := func(host string) enumerate.Compared {
		return enumerate.Compared{
			Target:  probe.Target{Host: host, Instance: "SALES", Port: 1433, Mode: probe.ModeTDS7},
			Started: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC),
		}
	}
	return enumerate.Comparison{
		Before: at("db1"), After: at("db2"),
		Differences: []enumerate.Difference{
			{Ways: both[1:], Area: enumerate.AreaWays, Kind: enumerate.KindGained, Item: "strict connections (TDS 8)", Before: "closed at client_hello"},
			{Area: enumerate.AreaServer, Kind: enumerate.KindChanged, Item: "product", After: "SQL Server 2022"},
			{Ways: both, Area: enumerate.AreaVersions, Version: "TLS 1.0", Kind: enumerate.KindLost, Item: "TLS 1.0", After: "alerted: protocol_version"},
			{Ways: both, Area: enumerate.AreaVersions, Version: "TLS 1.1", Kind: enumerate.KindChanged, Item: "TLS 1.1", Before: "closed at client_hello", After: "alerted: protocol_version"},
			{Ways: both, Area: enumerate.AreaCipherSuites, Version: "TLS 1.2", Kind: enumerate.KindReordered, Item: "TLS_RSA_WITH_RC4_128_SHA", Before: "4", After: "1"},
			{Area: enumerate.AreaClients, Kind: enumerate.KindLost, Item: "jdbc", Before: "TLS 1.2 TLS_RSA_WITH_RC4_128_SHA", After: "closed at client_hello"},
		},
		NotComparable: []enumerate.Gap{
			{Ways: both[:1], Area: enumerate.AreaBehaviours, Items: []string{"alpn", "compression"}, Before: enumerate.KnowledgeSettled, After: enumerate.KnowledgeNotAsked},
			{Ways: both, Area: enumerate.AreaGroups, Version: "TLS 1.2", Before: enumerate.KnowledgeInconclusive, After: enumerate.KnowledgeInconclusive},
		},
	}
}

const comparisonText = `Before: db1\SALES,1433  (tds7, 2026-02-01 00:00:00 UTC)
After:  db2\SALES,1433  (tds7, 2026-02-01 00:00:00 UTC)

Ways into the server
  gained     strict connections (TDS 8): was closed at client_hello

SQL Server
  changed    product: nothing -> SQL Server 2022

TLS versions (tds7, tds8)
  lost       TLS 1.0: now alerted: protocol_version

TLS versions (tds7, tds8), how they are refused
  changed    TLS 1.1: closed at client_hello -> alerted: protocol_version

TLS 1.2 cipher suites (tds7, tds8)
  reordered  TLS_RSA_WITH_RC4_128_SHA: place 4 -> 1

Clients
  lost       jdbc: TLS 1.2 TLS_RSA_WITH_RC4_128_SHA -> closed at client_hello

Not comparable
  Behaviours (tds7): alpn, compression: settled before, not asked after
  TLS 1.2 groups (tds7, tds8): inconclusive in both
`

func TestComparisonText(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, render.ComparisonText(&out, comparison()))
	require.Equal(t, comparisonText, out.String())

	out.Reset()
	require.NoError(t, render.ComparisonText(&out, enumerate.Comparison{}))
	require.Contains(t, out.String(), "\nNo difference found\n")
}

func TestComparisonMarkdown(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, render.ComparisonMarkdown(&out, comparison()))
	require.Contains(t, out.String(), "\n## TLS 1.2 cipher suites (tds7, tds8)\n\n| | item | before | after |\n| --- | --- | --- | --- |\n"+
		"| reordered | TLS\\_RSA\\_WITH\\_RC4\\_128\\_SHA | 4 | 1 |\n")
	require.Contains(t, out.String(), "\n- TLS 1.2 groups (tds7, tds8)\\: inconclusive in both\n")
}

// vile acts on a terminal, in Markdown or in HTML, and is long.
var vile = "<script>\x1b[2J\u202e\u2028\n# a | b `c` *d* _e_ [f](http://g) ![h](i) www.j.k @l \\| &lt; " + strings.Repeat("x", 64<<10)

// TestComparisonHostile: nothing that a server said acts, wherever it stands.
func TestComparisonHostile(t *testing.T) {
	c := comparison()
	c.Before.Target.Host, c.After.Target.Instance = vile, vile
	for i := range c.Differences {
		d := &c.Differences[i]
		d.Area, d.Version, d.Kind, d.Item, d.Before, d.After = enumerate.Area(vile), vile, enumerate.Kind(vile), vile, vile, vile
	}
	for i := range c.NotComparable {
		g := &c.NotComparable[i]
		g.Area, g.Version, g.Items, g.Before = enumerate.Area(vile), vile, []string{vile}, enumerate.Knowledge(vile)
	}
	var text, markdown bytes.Buffer
	require.NoError(t, render.ComparisonText(&text, c))
	require.NoError(t, render.ComparisonMarkdown(&markdown, c))
	for _, out := range []string{text.String(), markdown.String()} {
		require.Less(t, len(out), 64<<10)
		require.Negative(t, strings.IndexFunc(out, func(r rune) bool {
			return r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
		}))
	}
	acting := regexp.MustCompile("(?:^|[^\\\\])(?:\\\\\\\\)*[`*_<>\\[\\]@&!]|http:|www\\.")
	require.Empty(t, acting.FindAllString(markdown.String(), -1))
	for _, line := range strings.Split(markdown.String(), "\n") {
		if strings.HasPrefix(line, "| ") {
			require.Len(t, regexp.MustCompile(`(?:^|[^\\])(?:\\\\)*\|`).FindAllString(line, -1), 5, line)
		}
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestComparisonBrokenOutput(t *testing.T) {
	require.True(t, errors.Is(render.ComparisonText(brokenPipe{}, comparison()), os.ErrClosed))
	require.True(t, errors.Is(render.ComparisonMarkdown(brokenPipe{}, comparison()), os.ErrClosed))
}
