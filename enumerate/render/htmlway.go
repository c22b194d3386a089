package render

import (
	"cmp"
	"html/template"
	"strconv"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// An htmlWay is one way into a server: a report, or its Strict.
type htmlWay struct {
	*enumerate.Report
	ID       string // in the page
	Name     string // of the server
	Title    string
	Facts    []htmlFact
	Matrix   *htmlMatrix
	Groups   []htmlClientGroup
	Foretold bool // the clients were not simulated
	Plots    []*htmlPlot
	Chains   [][]enumerate.Certificate
	Download template.URL // empty for a Strict, which is in that of its report
	File     string
}

// An htmlFact is a line about the server or the scan.
type htmlFact struct{ Name, Text string }

// htmlWays returns the ways of a report.
func htmlWays(r *enumerate.Report, id string) ([]htmlWay, error) {
	download, err := htmlDownload(r)
	if err != nil {
		return nil, err
	}
	harmless, err := htmlHarmless(r)
	if err != nil {
		return nil, err
	}
	way := newHTMLWay(harmless, id)
	way.Download, way.File = download, "tdsprobe-"+id+".json"
	list := harmless.Clients
	if list == nil {
		list, way.Foretold = htmlForetold(harmless), true
	}
	way.Groups = htmlClientGroups(list)
	ways := []htmlWay{way}
	if harmless.Strict != nil {
		strict := newHTMLWay(harmless.Strict, id+"-strict")
		strict.Title = way.Name + ", strict connections (TDS 8)"
		ways = append(ways, strict)
	}
	return ways, nil
}

func newHTMLWay(r *enumerate.Report, id string) htmlWay {
	way := htmlWay{Report: r, ID: id, Name: htmlName(r.Target), Matrix: newHTMLMatrix(id, r.Protocols)}
	way.Title = way.Name
	way.Facts = append(way.serverFacts(), way.scanFacts()...)
	if len(r.Certificates) > 0 {
		way.Chains = append([][]enumerate.Certificate{r.Certificates}, r.OtherChains...)
	}
	s := r.Stability
	way.plot(id+"-times", "Times in the scan", s.ConnectMS, s.PreloginMS, s.HandshakeMS)
	if p := r.Pressure; p != nil {
		way.plot(id+"-pressure-times", "Times of connections in a row", p.ConnectMS, p.PreloginMS, p.HandshakeMS)
	}
	return way
}

func (w *htmlWay) plot(id, title string, connect, prelogin, handshake enumerate.Percentiles) {
	if plot := newHTMLPlot(id, title, connect, prelogin, handshake); plot != nil {
		w.Plots = append(w.Plots, plot)
	}
}

// Measured reports whether the server answered some hello.
func (w htmlWay) Measured() bool { return w.Baseline != nil && w.Baseline.Outcome == probe.Accepted }

// subtitle says what was scanned, and when.
func (w htmlWay) subtitle() string {
	var parts []string
	if w.Server != nil {
		parts = append(parts, htmlProduct(w.Server))
	}
	if !w.Started.IsZero() {
		parts = append(parts, "scanned at "+w.Started.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	return strings.Join(parts, ", ")
}

// Odd is how many tolerances are not.
func (w htmlWay) Odd() int {
	odd := 0
	for _, t := range w.Tolerances {
		if t.Outcome == nil || *t.Outcome != probe.Accepted {
			odd++
		}
	}
	return odd
}

// Connect is how many clients connect, of how many.
func (w htmlWay) Connect() (n struct{ Connect, Refuse, Open, All int }) {
	for _, g := range w.Groups {
		n.Connect, n.Refuse, n.Open, n.All = n.Connect+g.Connect, n.Refuse+g.Refuse, n.Open+g.Open, n.All+len(g.Clients)
	}
	return n
}

// htmlName returns the name of a target, which headings repeat.
func htmlName(t probe.Target) string {
	return cut(cmp.Or(name(t), "a server without a name"), htmlLongestName)
}

var htmlModes = map[probe.Mode]string{
	probe.ModeTDS7: "TDS 7: TLS inside PRELOGIN", probe.ModeTDS8: "TDS 8: strict, TLS before PRELOGIN", probe.ModeTLS: "TLS without TDS",
}

func (w htmlWay) serverFacts() []htmlFact {
	facts := []htmlFact{{"Way in", htmlModes[w.Target.Mode]}}
	s := w.Server
	if s == nil {
		return facts
	}
	facts = append(facts, htmlFact{"Product", htmlProduct(s)})
	if s.Encryption != "" {
		facts = append(facts, htmlFact{"ENCRYPTION", s.Encryption + ": " + encryptionPhrase(s)})
	}
	if list := encryptionAnswers(s.EncryptionAnswers); list != nil {
		facts = append(facts, htmlFact{"Answers to ENCRYPTION", strings.Join(list, ", ")})
	}
	facts = append(facts,
		htmlFact{"Strict connections only", htmlYesMark(&s.StrictOnly).Word},
		htmlFact{"Instance name matches", htmlYesMark(&s.InstanceMatches).Word},
		htmlFact{"MARS", htmlYesMark(&s.MARS).Word},
		htmlFact{"Federated authentication", htmlYesMark(&s.FedAuth).Word})
	return facts
}

func htmlProduct(s *enumerate.Server) string {
	return cut(product(s), htmlLongestName) + ", version " + cut(s.Version, htmlLongestName)
}

func (w htmlWay) scanFacts() []htmlFact {
	var facts []htmlFact
	if system := systemOf(w.Report); system != "" {
		facts = append(facts, htmlFact{"Its TLS is like that of", system})
	}
	if b := w.Baseline; b != nil {
		facts = append(facts, htmlFact{"Baseline hello", b.Name + ": " + Describe(b.Outcome, b.Stage, "")})
	}
	facts = append(facts, htmlFact{"Connections", strconv.Itoa(w.Connections)})
	if w.LowerBound > 0 {
		facts = append(facts, htmlFact{"Least that suites take", Count(w.LowerBound, "connection")})
	}
	if !w.Complete {
		facts = append(facts, htmlFact{"Not settled", w.Incomplete})
	}
	return facts
}
