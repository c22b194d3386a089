package render_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// htmlHostile would run a script, leave its place in the page, steer a terminal
// or turn the direction of text, wherever it gets.
const htmlHostile = "javascript:owned=1//</title></style></script><script>owned=1</script>'\"><img src=x onerror=owned=1><svg onload=owned=1>" +
	"<style>*{display:none}</style>{{.}}<!--\x00\x1b[31m\u009b\x7f\u202eevil\u2028\xff\xfe&#60;b&#62;"

// htmlExpected are the elements and attributes of which the page is made.
var (
	htmlExpected = strings.Fields("html head meta title style body a header h1 h2 h3 h4 ul ol li span div nav main section article p strong details summary dl dt dd " +
		"table caption thead tbody tr th td code samp small wbr br button figure figcaption svg desc line text g circle rect path")
	htmlAttributes = strings.Fields("lang charset http-equiv content name class href download rel role tabindex scope open type popover popovertarget id " +
		"aria-label aria-labelledby aria-hidden viewbox viewBox x y x1 x2 y1 y2 cx cy r d width height transform text-anchor")
	htmlAddress = regexp.MustCompile(`^(#[a-z0-9-]+|https://.*|data:application/json;base64,[A-Za-z0-9+/=]+)$`)
)

// htmlProblems returns what is in a page that the template does not have.
func htmlProblems(t testing.TB, page []byte) []string {
	t.Helper()
	var problems []string
	for _, n := range htmlElements(t, page, func(*html.Node) bool { return true }) {
		if !slices.Contains(htmlExpected, n.Data) {
			problems = append(problems, "<"+n.Data+">")
		}
		for _, a := range n.Attr {
			if !slices.Contains(htmlAttributes, a.Key) || a.Key == "href" && !htmlAddress.MatchString(a.Val) {
				problems = append(problems, n.Data+" "+a.Key+"="+a.Val)
			}
		}
	}
	if i := slices.IndexFunc([]rune(string(page)), htmlSteers); i >= 0 {
		problems = append(problems, "a character that acts")
	}
	return problems
}

func htmlSteers(r rune) bool {
	return r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// htmlFill puts a text into every string that v leads to.
func htmlFill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			htmlFill(v.Elem(), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				htmlFill(v.Field(i), text)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			htmlFill(v.Index(i), text)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			htmlFill(v.MapIndex(key), text)
		}
	case reflect.String:
		v.SetString(text)
	}
}

// htmlHostileDocument has a hostile text in each of its strings, and some that are
// very long.
func htmlHostileDocument(t testing.TB) render.Document {
	t.Helper()
	report := scan(t, testserver.Config{OS: "2022"})
	report.Policies = htmlPolicies()
	report.Clients = htmlClients()
	report.Handshake = &enumerate.Rung{}
	report.Clear = &enumerate.Baseline{}
	d := diagnosed(report)
	htmlFill(reflect.ValueOf(&d), htmlHostile)
	report.Policies[0].Title = "another than the other" // of which landmarks are named
	report.Protocols[4].Preference = enumerate.ServerPreference
	for _, text := range []*string{&report.Target.Instance, &report.Baseline.Error, &report.Certificates[0].Subject, &d.Findings[0].Evidence[0], &d.Findings[0].Title, &report.Tolerances[0].Note} {
		*text = strings.Repeat("long<", 64<<10/5)
	}
	report.Server.Product = strings.Repeat("x", 64<<10)
	return d
}

// TestHTMLHostile: whatever a string holds is text.
func TestHTMLHostile(t *testing.T) {
	page := htmlPage(t, htmlHostileDocument(t))
	require.Empty(t, htmlProblems(t, page))
	require.Contains(t, string(page), "&lt;img src=x onerror=owned=1&gt;")
	require.Contains(t, string(page), "xxxx…")
}

// TestHTMLProblems shows that the check sees what it is for.
func TestHTMLProblems(t *testing.T) {
	const page = `<!DOCTYPE html><html lang="en"><head></head><body><p class="a">%</p></body></html>`
	tests := []struct{ name, put, want string }{
		{"all in order", `<a href="#a">x</a><a href="https://example.com">y</a>`, ""},
		{"script", `<script>owned=1</script>`, "<script>"},
		{"handler", `<p onclick="owned=1">`, "p onclick=owned=1"},
		{"style", `<p style="color:red">`, "p style=color:red"},
		{"address", `<a href="javascript:owned=1">x</a>`, "a href=javascript:owned=1"},
		{"data", `<a href="data:text/html;base64,AAAA">x</a>`, "a href=data:text/html;base64,AAAA"},
		{"NUL and the like", "\x01", "a character that acts"},
		{"direction", "\u202e", "a character that acts"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.Join(htmlProblems(t, []byte(strings.Replace(page, "%", tt.put, 1))), "; ")
			require.Equal(t, tt.want, got)
		})
	}
}
