package diagnose

import (
	"cmp"
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// Diagnose says what reports mean for those who connect, worst first; of those
// that matter as much, first what ends connections with error 10054. Each is of
// one server; several are of the nodes behind one name, whose differences are
// findings too, and keep all of them from being called healthy, as any finding
// does that is an error. A report on TDS 7 is taken with its Strict; none may be
// nil. What is returned is not nil either.
func Diagnose(reports ...*enumerate.Report) []enumerate.Finding {
	findings := []enumerate.Finding{}
	for _, r := range rules() {
		var evidence []string
		var on subject // the first that it is on
		for _, report := range reports {
			s := newSubject(report)
			for _, line := range r.proof(s) {
				if evidence == nil {
					on = s
				}
				evidence = append(evidence, node(reports, report)+line)
			}
		}
		if len(evidence) > 0 {
			findings = append(findings, r.finding(evidence, on))
		}
	}
	if differences := enumerate.Differences(reports); len(differences) > 0 {
		findings = append(findings, describe("nodes_differ").finding(differences, newSubject(reports[0])))
	}
	slices.SortStableFunc(findings, func(a, b enumerate.Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	ill := slices.ContainsFunc(reports, func(r *enumerate.Report) bool { return well(newSubject(r)) == nil })
	if ill || len(findings) > 0 && findings[0].Severity >= enumerate.SeverityError {
		findings = slices.DeleteFunc(findings, func(f enumerate.Finding) bool { return slices.Contains(healthyIDs, f.ID) })
	}
	return findings
}

// node says which of several nodes evidence is of.
func node(reports []*enumerate.Report, of *enumerate.Report) string {
	if len(reports) < 2 {
		return ""
	}
	return of.Target.Address + ": "
}
