package render

import (
	"github.com/tdsprobe/tdsprobe/enumerate"
)

// differences says what the nodes behind one name do not have in common.
func (p Page) differences(reports []*enumerate.Report) {
	if len(reports) == 1 && reports[0].Target.Address == "" {
		return // the report says why there are no addresses
	}
	p.Rule()
	if len(reports) == 1 {
		p.Line("One address: nothing to compare it with")
		return
	}
	list := enumerate.Differences(reports)
	if len(list) == 0 {
		p.Line("%d addresses, no difference found", len(reports))
	} else {
		p.Line("%d addresses, which differ:", len(reports))
	}
	for _, text := range list {
		p.Words("  -", text)
	}
	for _, r := range reports {
		switch {
		case !r.Measured():
			p.Line("  %s could not be measured and is not compared", r.Target.Address)
		case !r.Complete:
			p.Line("  %s: what is inconclusive there is not compared", r.Target.Address)
		}
	}
}
