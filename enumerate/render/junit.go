package render

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// JUnit writes a document as the XML of JUnit that CI systems read.
//
// There is a suite of the findings, and one of each report. A finding is a test
// that fails if it is a warning or worse. A report has tests that the server was
// measured, which is an error if not, and that everything was settled; one for
// each rule of its policies; and one for each simulated client, which fails if
// the client does not connect. What is not settled is skipped.
func JUnit(w io.Writer, d Document) error {
	all := junitSuites{Name: "tdsprobe"}
	if len(d.Findings) > 0 {
		all.Suites = append(all.Suites, junitFindings(d))
	}
	for _, r := range d.Reports {
		all.Suites = append(all.Suites, junitReport(r))
	}
	for i := range all.Suites {
		s := &all.Suites[i]
		s.count()
		all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Errors    int         `xml:"errors,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Time      string      `xml:"time,attr,omitempty"`      // seconds
	Timestamp string      `xml:"timestamp,attr,omitempty"` // UTC
	Cases     []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Skipped string        `xml:"skipped,omitempty"`
	Error   *junitProblem `xml:"error"`
	Failure *junitProblem `xml:"failure"`
}

// A junitProblem is why a test did not pass: Message is the line that lists show.
type junitProblem struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func (s *junitSuite) count() {
	s.Tests = len(s.Cases)
	for _, c := range s.Cases {
		switch {
		case c.Error != nil:
			s.Errors++
		case c.Failure != nil:
			s.Failures++
		case c.Skipped != "":
			s.Skipped++
		}
	}
}

// junitFindings is the suite of what the reports mean together.
func junitFindings(d Document) junitSuite {
	where := "no target"
	if len(d.Reports) > 0 {
		where = exportText(server(d.Reports[0].Target))
	}
	s := junitSuite{Name: where + " diagnosis"}
	for _, f := range d.Findings {
		c := junitCase{Name: exportText(f.Title), Class: where + ".diagnosis"}
		if f.Severity >= enumerate.SeverityWarning {
			c.Failure = &junitProblem{f.Severity.String(), exportText(where + ": " + f.Title), exportAdvice(f)}
		}
		s.Cases = append(s.Cases, c)
	}
	return s
}

// junitReport is the suite of one report.
func junitReport(r *enumerate.Report) junitSuite {
	where := exportText(name(r.Target))
	s := junitSuite{
		Name:      where,
		Time:      strconv.FormatFloat(float64(r.DurationMS)/1000, 'f', 3, 64),
		Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05"),
		Cases:     junitScan(r, where),
	}
	if r.Started.Equal(time.Time{}) {
		s.Timestamp = ""
	}
	for _, j := range r.Policies {
		for _, rule := range j.Rulings {
			s.Cases = append(s.Cases, junitRuling(j, rule, where))
		}
	}
	for _, c := range r.Clients {
		s.Cases = append(s.Cases, junitClient(c, where))
	}
	return s
}

// junitScan is whether the scan itself went well.
func junitScan(r *enumerate.Report, where string) []junitCase {
	measured := junitCase{Name: "the server was measured", Class: where + ".scan"}
	if !r.Measured() {
		why := exportUnmeasured(r)
		measured.Error = &junitProblem{"unmeasured", where + ": " + why, junitRungs(r)}
		return []junitCase{measured}
	}
	complete := junitCase{Name: "everything was settled", Class: where + ".scan"}
	if !r.Complete {
		complete.Skipped = exportText("not settled: " + r.Incomplete)
	}
	return []junitCase{measured, complete}
}

// junitRungs has the hellos that were tried.
func junitRungs(r *enumerate.Report) string {
	if r.Baseline == nil {
		return exportText(r.Incomplete)
	}
	var lines []string
	for _, rung := range r.Baseline.Rungs {
		line := fmt.Sprintf("%s: %s at %s", rung.Name, rung.Outcome, rung.Stage)
		if rung.Error != "" {
			line += ": " + rung.Error
		}
		lines = append(lines, line)
	}
	return strings.Join(exportList(lines), "\n")
}

func junitRuling(j enumerate.Judgement, rule enumerate.Ruling, where string) junitCase {
	c := junitCase{Name: exportText(rule.Title), Class: where + ".policy " + exportText(j.Policy)}
	switch {
	case rule.Meets == nil:
		c.Skipped = exportText("not settled: " + rule.Note)
	case !*rule.Meets:
		lines := exportList(rule.Cells)
		if rule.Note != "" {
			lines = append(lines, exportText(rule.Note))
		}
		c.Failure = &junitProblem{"policy", exportText(where + ": " + j.Title + ": " + rule.Title), strings.Join(lines, "\n")}
	}
	return c
}

func junitClient(client enumerate.Client, where string) junitCase {
	c := junitCase{Name: exportText(client.Name + " connects"), Class: where + ".clients"}
	switch {
	case client.Connects == nil:
		c.Skipped = exportText("inconclusive: " + client.Reason)
	case !*client.Connects:
		c.Failure = &junitProblem{"client", exportText(where + ": " + client.Name + " does not connect"), strings.Join(exportClient(client), "\n")}
	}
	return c
}

// exportClient says why a client does not connect, and what helps.
func exportClient(c enumerate.Client) []string {
	lines := []string{fmt.Sprintf("%s at %s", c.Outcome, c.Stage)}
	if c.Outcome == probe.Aborted {
		lines[0] = fmt.Sprintf("refused by the client itself at %s", c.Stage)
	}
	for _, part := range []struct{ label, text string }{
		{"", c.Reason}, {"It prints: ", c.ErrorText}, {"At the client: ", c.Fix}, {"At the server: ", c.ServerFix},
	} {
		if part.text != "" {
			lines = append(lines, exportText(part.label+part.text))
		}
	}
	return lines
}
