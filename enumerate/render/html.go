package render

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
)

//go:embed html/*.tmpl html/style.css
var htmlFiles embed.FS

// htmlStyle is the style sheet of the page, the only part of it that acts.
var htmlStyle = func() string {
	style, err := htmlFiles.ReadFile("html/style.css")
	if err != nil {
		panic(err) // it is part of the program
	}
	return string(style)
}()

// htmlPolicy forbids the page all but that style sheet: scripts, requests, forms.
var htmlPolicy = func() string {
	sum := sha256.Sum256([]byte(htmlStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}()

var htmlTemplate = template.Must(template.New("page.tmpl").Funcs(template.FuncMap{
	"asked":    zerosTitle,
	"cause":    diagnose.Cause,
	"causes":   func() int { return diagnose.Causes },
	"count":    Count,
	"deref":    func(b *bool) bool { return *b },
	"day":      func(t time.Time) string { return t.UTC().Format("2006-01-02") },
	"evidence": func(list []string) htmlList { return htmlFew(list, 30) },
	"names":    func(list []string) htmlList { return htmlFew(list, 20) },
	"meaning":  func(word string) string { return htmlMeanings[word] },
	"outcome":  htmlOutcomeMark,
	"https":    func(address string) bool { return strings.HasPrefix(address, "https://") },
	"parts":    htmlParts,
	"phrase":   func(r enumerate.Rung) string { return Describe(r.Outcome, r.Stage, "") },
	"rate":     pressureRate,
	"refusal":  htmlRefusal,
	"second":   func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") },
	"seconds":  func(ms int64) string { return fmt.Sprintf("%.1f s", float64(ms)/1000) },
	"traits":   dheTraits,
	"verdict":  htmlVerdictMark,
	"wording":  func(name any) string { return strings.ReplaceAll(fmt.Sprint(name), "_", " ") },
	"yes":      htmlYesMark,
	"zeros":    zerosAnswers,
}).ParseFS(htmlFiles, "html/*.tmpl"))

// An htmlPage is what the template shows.
type htmlPage struct {
	Title    string
	Subtitle string // empty of several servers
	Policy   string
	Style    template.CSS
	Counts   []htmlSeverity
	Findings []enumerate.Finding
	Ways     []htmlWay
}

// An htmlSeverity is how many findings matter that much.
type htmlSeverity struct {
	Severity enumerate.Severity
	Count    int
}

// String is how many there are, "2 warnings".
func (s htmlSeverity) String() string {
	if s.Severity == enumerate.SeverityError || s.Severity == enumerate.SeverityWarning {
		return Count(s.Count, s.Severity.String())
	}
	return fmt.Sprintf("%d %s", s.Count, s.Severity)
}

// HTML writes a document as one page that stands alone: it makes no request, has
// no script, and its Content-Security-Policy forbids both. Each report can be
// saved from it as JSON. Where clients were not simulated it shows what the
// report foretells of them, and says so.
func HTML(w io.Writer, d Document) error {
	page := htmlPage{Policy: htmlPolicy, Style: template.CSS(htmlStyle)}
	var err error
	if page.Findings, err = htmlHarmless(d.Findings); err != nil {
		return err
	}
	for i, r := range d.Reports {
		ways, err := htmlWays(r, fmt.Sprintf("server-%d", i+1))
		if err != nil {
			return err
		}
		for _, way := range ways {
			if len(d.Reports) > 1 { // which may be of the same server
				way.Title = fmt.Sprintf("%d. %s", i+1, way.Title)
			}
			page.Ways = append(page.Ways, way)
		}
	}
	page.Title = htmlTitle(page.Ways, len(d.Reports))
	if len(d.Reports) == 1 {
		page.Subtitle = page.Ways[0].subtitle()
	}
	page.Counts = htmlSeverities(page.Findings)
	var out bytes.Buffer // so that an error leaves nothing half written
	if err := htmlTemplate.Execute(&out, page); err != nil {
		return err
	}
	_, err = out.WriteTo(w)
	return err
}

func htmlTitle(ways []htmlWay, reports int) string {
	switch {
	case reports == 0:
		return "SQL Server TLS report"
	case reports == 1:
		return "SQL Server TLS report: " + ways[0].Name
	}
	return fmt.Sprintf("SQL Server TLS report: %s and %s", ways[0].Name, Count(reports-1, "more server"))
}

// htmlSeverities counts findings by severity, worst first.
func htmlSeverities(findings []enumerate.Finding) []htmlSeverity {
	var list []htmlSeverity
	for _, f := range findings {
		i := slices.IndexFunc(list, func(s htmlSeverity) bool { return s.Severity == f.Severity })
		if i < 0 {
			i = len(list)
			list = append(list, htmlSeverity{Severity: f.Severity})
		}
		list[i].Count++
	}
	slices.SortFunc(list, func(a, b htmlSeverity) int { return int(b.Severity) - int(a.Severity) })
	return list
}

// htmlParts splits a text where a line can best be broken: names of suites and
// paths in the registry are long.
func htmlParts(text string) []string {
	var parts []string
	for len(text) > 0 {
		end := strings.IndexAny(text, `_\`) + 1
		if end == 0 {
			end = len(text)
		}
		parts, text = append(parts, text[:end]), text[end:]
	}
	return parts
}

// htmlDownload returns a report's JSON as an address that a link can save. Of
// what the server said there is nothing in it but base64.
func htmlDownload(r *enumerate.Report) (template.URL, error) {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return "", err
	}
	return template.URL("data:application/json;base64," + base64.StdEncoding.EncodeToString(append(data, '\n'))), nil
}
