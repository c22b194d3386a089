package render_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// htmlDamaged shows that the checks see what they are for.
func htmlDamaged(t *testing.T, tab *htmlTab) {
	tab.look(htmlLook{"light", "screen", 1280})
	report := &enumerate.Report{Protocols: []enumerate.Protocol{{Version: "TLS 1.2", Code: 0x303}}}
	report.Stability.ConnectMS = enumerate.Percentiles{P50: 1, P95: 2, P99: 3}
	report.Certificates = []enumerate.Certificate{{Subject: "CN=x"}}
	page := string(htmlPage(t, diagnosed(report)))
	tests := []struct{ name, old, put, want string }{
		{"inline script", "</main>", "<script>owned=1</script></main>", "Executing inline script violates"},
		{"handler", "<h1>", `<h1 onclick="owned=1">`, "Executing inline event handler violates"},
		{"style attribute", "<h1>", `<h1 style="color:red">`, "Applying inline style violates"},
		{"style sheet", "--page: #fff", "--page: #ffe", "Applying inline style violates"},
		{"image", "</main>", `<img alt="" src="https://example.com/x.png"></main>`, "violates the following Content Security Policy directive"},
		{"language", ` lang="en"`, "", "no language"},
		{"title", "<title>SQL", "<title></title><p>SQL", "no title"},
		{"second h1", "<h2 id=\"findings\">Findings</h2>", "<h1 id=\"findings\">Findings</h1>", "not one h1"},
		{"heading level", "<h2 id=\"findings\">Findings</h2>", "<h4 id=\"findings\">Findings</h4>", "heading skips a level"},
		{"landmark", ` aria-label="Contents"`, "", "landmark has no label"},
		{"skip link", `class="skip" href="#main"`, `class="skip" href="#findings"`, "no skip link"},
		{"order", `class="save"`, `class="save" tabindex="3"`, "order of focus is changed"},
		{"caption", "<caption>What each version takes, and how it says no to anything else</caption>", "", "no caption"},
		{"scope", `<th scope="col">Version</th>`, "<th>Version</th>", "no scope"},
		{"row header", `<tr><th scope="row">TLS 1.2<br>`, "<tr><td>TLS 1.2<br>", "row has no header"},
		{"id", `id="findings"`, `id="server-1"`, "id is there twice"},
		{"target", `aria-labelledby="server-1-suites"`, `aria-labelledby="nowhere"`, "aria-labelledby leads nowhere"},
		{"link", `href="#server-1-suites"`, `href="#nowhere"`, "link leads nowhere"},
		{"link without a name", ">Save this report as JSON</a>", "></a>", "no name: link"},
		{"colour alone", `<span aria-hidden="true">? </span>inconclusive</span>`, "</span>", "nothing but a colour"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Contains(t, page, tt.old)
			tab.show(t, []byte(strings.Replace(page, tt.old, tt.put, 1)))
			found := strings.Join(slices.Concat(tab.access(), tab.nameless(), tab.problems()), "\n")
			require.Contains(t, found, tt.want)
		})
	}
	htmlDamagedLooks(t, tab, page)
}

// htmlDamagedLooks adds rules to the style sheet, for which the policy is lifted.
func htmlDamagedLooks(t *testing.T, tab *htmlTab, page string) {
	_, rest, _ := strings.Cut(page, `<meta http-equiv`)
	_, rest, _ = strings.Cut(rest, ">")
	head, _, _ := strings.Cut(page, `<meta http-equiv`)
	free := head + rest
	tests := []struct{ name, rule, want string }{
		{"nothing", "", ""},
		{"contrast", ".muted { color: #888 }", "contrast is 3."},
		{"contrast of marks", ".mark { color: #777 }", "contrast is"},
		{"contrast in pictures", "svg .scale { fill: #999 }", "contrast is 2.8"},
		{"contrast of shapes", ".p95 { fill: #ccc }", "contrast of a shape"},
		{"small text", ".muted { font-size: 8px }", "text of 8 px"},
		{"focus", ":focus-visible { outline: none !important }", "focus cannot be seen"},
		{"width", "h1 { width: 3000px }", "wide in a window of"},
		{"region", "h1 { width: 9rem; white-space: nowrap; overflow-x: auto }", "scrolls without a keyboard"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tab.show(t, []byte(strings.Replace(free, "</style>", tt.rule+"</style>", 1)))
			found := strings.Join(slices.Concat(tab.access(), tab.nameless(), tab.problems()), "\n")
			if tt.want == "" {
				require.Empty(t, found)
			}
			require.Contains(t, found, tt.want)
		})
	}
	t.Run("a request that is allowed", func(t *testing.T) {
		tab.show(t, []byte(strings.Replace(free, "</main>", `<img alt="" src="https://example.invalid/x.png"></main>`, 1)))
		require.Contains(t, strings.Join(tab.problems(), "\n"), "request: https://example.invalid/x.png")
	})
}
