package render_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

func htmlNamed(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return n.Data == name }
}

// TestHTMLContentSecurityPolicy: nothing is allowed but the one style sheet.
func TestHTMLContentSecurityPolicy(t *testing.T) {
	page := htmlPage(t, render.Document{})
	styles := htmlElements(t, page, htmlNamed("style"))
	require.Len(t, styles, 1)
	sum := sha256.Sum256([]byte(htmlText(styles[0])))
	metas := htmlElements(t, page, func(n *html.Node) bool { return htmlAttribute(n, "http-equiv") == "Content-Security-Policy" })
	require.Len(t, metas, 1)
	require.Equal(t, "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'; base-uri 'none'; form-action 'none'",
		htmlAttribute(metas[0], "content"))
	require.Empty(t, htmlProblems(t, page))
}

// TestHTMLDownload: what the link saves is the report, whatever the page leaves out.
func TestHTMLDownload(t *testing.T) {
	first := scan(t, testserver.Config{OS: "2022"}, enumerate.Suites, enumerate.Certificates)
	first.Target.Instance = strings.Repeat("<\u202e>", 2000)
	second := &enumerate.Report{Schema: enumerate.Schema, Incomplete: "nobody there"}
	page := htmlPage(t, diagnosed(first, second))
	links := htmlElements(t, page, func(n *html.Node) bool { return htmlAttribute(n, "download") != "" })
	require.Len(t, links, 2) // what is strict is in the first
	for i, want := range []*enumerate.Report{first, second} {
		encoded, ok := strings.CutPrefix(htmlAttribute(links[i], "href"), "data:application/json;base64,")
		require.True(t, ok)
		data, err := base64.StdEncoding.DecodeString(encoded)
		require.NoError(t, err)
		wanted, err := json.Marshal(want)
		require.NoError(t, err)
		require.JSONEq(t, string(wanted), string(data))
	}
	require.NotEqual(t, htmlAttribute(links[0], "download"), htmlAttribute(links[1], "download"))
}

// htmlCells returns the matrix, the symbols and words of its cells by row.
func htmlCells(t *testing.T, r *enumerate.Report) map[string][]string {
	t.Helper()
	rows := map[string][]string{}
	for _, table := range htmlElements(t, htmlPage(t, render.Document{Reports: []*enumerate.Report{r}}), func(n *html.Node) bool { return htmlAttribute(n, "class") == "matrix" }) {
		for row := range table.Descendants() {
			if row.Type != html.ElementNode || row.Data != "tr" {
				continue
			}
			var texts []string
			for cell := range row.ChildNodes() {
				if cell.Type == html.ElementNode {
					texts = append(texts, strings.Join(strings.Fields(htmlText(cell)), " "))
				}
			}
			name, _, _ := strings.Cut(texts[0], " ")
			rows[name] = texts[1:]
		}
	}
	return rows
}

func TestHTMLMatrix(t *testing.T) {
	yes, no := true, false
	refused := func(o probe.Outcome) *enumerate.Refusal {
		return &enumerate.Refusal{Attempt: "A", Outcome: o, Stage: probe.StageClientHello, Alert: "handshake_failure", Attempts: 3, Controls: 2}
	}
	gcm := enumerate.Suite{ID: 0xc030, Name: "TLS_GCM", Group: "x25519"}
	cbc := enumerate.Suite{ID: 0x0035, Name: "TLS_CBC"}
	dhe := enumerate.Suite{ID: 0x0039, Name: "TLS_DHE", DHBits: 1024}
	kind := enumerate.Suite{ID: 0x010080, Name: "SSL_KIND"}
	report := &enumerate.Report{Protocols: []enumerate.Protocol{
		{Version: "SSL 2.0", Code: probe.SSL20, Accepted: &yes, Complete: true, CipherSuites: []enumerate.Suite{kind}},
		{Version: "SSL 3.0", Code: probe.SSL30, Accepted: &no, Refusal: refused(probe.Reset)},
		{Version: "TLS 1.0", Code: probe.TLS10, Accepted: &no, Refusal: &enumerate.Refusal{Attempt: "B", Outcome: probe.Accepted, Answered: "SSL 3.0"}},
		{Version: "TLS 1.1", Code: probe.TLS11, Accepted: &yes, Preference: enumerate.ClientPreference, CipherSuites: []enumerate.Suite{cbc}, Refusal: refused(probe.Closed)},
		{Version: "TLS 1.2", Code: probe.TLS12, Accepted: &yes, Complete: true, Preference: enumerate.ServerPreference, CipherSuites: []enumerate.Suite{gcm, dhe}, Refusal: refused(probe.Alerted)},
		{Version: "TLS 1.3", Code: probe.TLS13},
	}}
	const (
		unasked  = "·not asked"
		unsure   = "? inconclusive Whether the server has TLS 1.3 was not settled"
		more     = "? inconclusive Whether the server has more suites was not settled"
		times    = "Attempt: A3 attempts refused alike, beside 2 accepted controls"
		reset    = "↯ reset Refused: RST after ClientHello = what a Windows client calls 10054" + times
		alert    = "! alert Refused: TLS alert handshake_failure after ClientHello" + times
		answered = "↓ other version The server answered in SSL 3.0, which proves it at onceAttempt: B"
	)
	require.Equal(t, map[string][]string{
		"Cipher":   {"TLS 1.3", "TLS 1.2", "TLS 1.1", "TLS 1.0", "SSL 3.0", "SSL 2.0"},
		"TLS_GCM":  {unasked, "✓ accepted, 1 Accepted: the server chose itNumber 1 of 2 in the server's orderKey exchange in x25519", unasked, unasked, unasked, unasked},
		"TLS_DHE":  {unasked, "✓ accepted, 2 Accepted: the server chose itNumber 2 of 2 in the server's orderDiffie-Hellman prime of 1024 bits", more, answered, reset, unasked},
		"TLS_CBC":  {unasked, alert, "✓ accepted Accepted: the server chose itThe client's order decides", answered, reset, unasked},
		"SSL_KIND": {unasked, unasked, unasked, unasked, unasked, "✓ accepted Accepted: the server chose it"},
		"Every":    {unsure, alert, more, answered, reset, unasked},
	}, htmlCells(t, report))
}

// TestHTMLLegend: it says what each mark of the matrix means.
func TestHTMLLegend(t *testing.T) {
	report := &enumerate.Report{Protocols: []enumerate.Protocol{{Version: "SSL 2.0", Code: probe.SSL20, CipherSuites: []enumerate.Suite{{ID: 0x010080, Name: "A"}}}}}
	for _, o := range []probe.Outcome{probe.Accepted, probe.Closed, probe.Reset, probe.Alerted, probe.TDSError, probe.Malformed, probe.TimedOut} {
		no, refusal := false, &enumerate.Refusal{Outcome: o}
		if o == probe.Accepted {
			refusal.Answered = "TLS 1.0"
		}
		report.Protocols = append(report.Protocols, enumerate.Protocol{Version: o.String(), Code: probe.TLS12, Accepted: &no, Complete: true, Refusal: refusal})
	}
	legend := htmlElements(t, htmlPage(t, render.Document{Reports: []*enumerate.Report{report}}), func(n *html.Node) bool { return n.Parent != nil && htmlAttribute(n.Parent, "class") == "legend" })
	require.Len(t, legend, 10)
	for _, item := range legend {
		require.NotEmpty(t, strings.TrimSpace(item.LastChild.Data), htmlText(item))
	}
}

// TestHTMLHead: the page begins with what was scanned, when, and what was found.
func TestHTMLHead(t *testing.T) {
	r := sample()
	d := render.Document{Reports: []*enumerate.Report{r}, Findings: []enumerate.Finding{
		{Severity: enumerate.SeverityInfo}, {Severity: enumerate.SeverityWarning}, {Severity: enumerate.SeverityCritical}, {Severity: enumerate.SeverityWarning},
	}}
	head := func() string {
		return strings.Join(strings.Fields(htmlText(htmlElements(t, htmlPage(t, d), htmlNamed("header"))[0])), " ")
	}
	require.Equal(t, "SQL Server TLS report: 127.0.0.1,1433 SQL Server 2022, version 16.0.1000.6, scanned at 2026-02-01 00:00:00 UTC 1 critical 2 warnings 1 info", head())
	d.Reports, d.Findings = []*enumerate.Report{r, r}, nil
	require.Equal(t, "SQL Server TLS report: 127.0.0.1,1433 and 1 more server", head())
}

func TestHTMLFindings(t *testing.T) {
	d := render.Document{Findings: []enumerate.Finding{
		{ID: "a", Scenario: 2, Severity: enumerate.SeverityError, Title: "First", Evidence: slices.Repeat([]string{"line"}, 33), Remedy: `Mend HKLM\A\B`, Reference: "https://example.com/a"},
		{ID: "b", Severity: enumerate.SeverityInfo, Title: "Second", Evidence: []string{"one"}, Reference: "http://example.com/b"},
	}}
	page := htmlPage(t, d)
	articles := htmlElements(t, page, htmlNamed("article"))
	require.Len(t, articles, 2)
	first, second := htmlText(articles[0]), htmlText(articles[1])
	for _, part := range []string{"error First", "Cause 2 of 6", "no common cipher suite", `To do: Mend HKLM\A\B`, "and 3 more", "33 lines"} {
		require.Contains(t, first, part)
	}
	require.Contains(t, string(page), `HKLM\<wbr>A\<wbr>B</p>`) // where a line is best broken
	require.NotContains(t, second, "Cause")
	require.Contains(t, second, "http://example.com/b")
	links := htmlElements(t, page, func(n *html.Node) bool { return strings.HasPrefix(htmlAttribute(n, "href"), "http") })
	require.Len(t, links, 1) // http: is no link
	require.Equal(t, "noreferrer", htmlAttribute(links[0], "rel"))
}

// TestHTMLClients: simulated ones are shown as they are, of others the page says
// that it only foretells.
func TestHTMLClients(t *testing.T) {
	report := scan(t, testserver.Config{OS: "2022", Encryption: testserver.On})
	section := func() string {
		for _, n := range htmlElements(t, htmlPage(t, diagnosed(report)), htmlNamed("section")) {
			if htmlAttribute(n, "aria-labelledby") == "server-1-clients" {
				return htmlText(n)
			}
		}
		return ""
	}
	foretold := section()
	require.Contains(t, foretold, "Foretold from this report")
	for _, c := range clients.All() {
		require.Contains(t, foretold, c.Name)
	}

	report.Clients = htmlClients()
	simulated := section()
	for _, part := range []string{"Simulated", "denisenkom/go-mssqldb 0.11.0", "1 cannot", "Because", "EOF it prints", "Update", "Enable", "Other clients", "My own", "inconclusive"} {
		require.Contains(t, simulated, part)
	}
	require.NotContains(t, simulated, "Foretold")

	report = &enumerate.Report{}
	require.Empty(t, section(), "of a server that nothing is known of")
}

func TestHTMLPolicies(t *testing.T) {
	report := &enumerate.Report{Policies: htmlPolicies()}
	page := string(htmlPage(t, render.Document{Reports: []*enumerate.Report{report}}))
	for _, part := range []string{`Mozilla intermediate <span class="mark closed">`, "<li>TLS 1.0</li>", "the scan ended before", "Our own <span class=\"mark open\">"} {
		require.Contains(t, page, part)
	}
	require.NotContains(t, page, "javascript:") // a reference that is no address is left out
}

// TestHTMLWriteError: an error of the writer is not lost.
func TestHTMLWriteError(t *testing.T) {
	require.ErrorIs(t, render.HTML(failing{}, render.Document{}), errFull)
}

var errFull = errors.New("no space left")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }
