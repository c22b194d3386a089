//go:build linux

package peers_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// right reports whether a run found the truth, all of it and nothing else.
func (m measurement) right(truth pairs) bool { return m.err == nil && maps.Equal(m.found, truth) }

// verdict says what a run found.
func (m measurement) verdict(truth pairs) string {
	missing, extra := 0, 0
	for p := range truth {
		if !m.found[p] {
			missing++
		}
	}
	for p := range m.found {
		if !truth[p] {
			extra++
		}
	}
	return fmt.Sprintf("%d of %d missing, %d too many, error: %v", missing, len(truth), extra, m.err)
}

// A row is the runs of one tool against one back end in one scenario.
type row struct {
	backend        backend
	scenario, tool string
	runs           []measurement
}

// right returns how many of the runs were.
func (r row) right() int {
	n := 0
	for _, m := range r.runs {
		if m.right(r.backend.truth) {
			n++
		}
	}
	return n
}

// median returns the middle of a figure of the runs.
func median[T cmp.Ordered](r row, figure func(measurement) T) T {
	var all []T
	for _, m := range r.runs {
		all = append(all, figure(m))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func (r row) connections() int { return median(r, func(m measurement) int { return m.connections }) }

func (r row) wall() time.Duration {
	return median(r, func(m measurement) time.Duration { return m.wall })
}

func (r row) cpu() time.Duration {
	return median(r, func(m measurement) time.Duration { return m.cpu })
}

func (r row) megabytes() float64 {
	return float64(median(r, func(m measurement) int { return m.peak })) / 1024
}

func (r row) ofBound() float64 { return float64(r.connections()) / float64(r.backend.bound()) }

const heading = "back end\tnetwork\ttool\tright\tconnections\tof bound\twall s\tCPU s\tpeak MB\t"

func (r row) String() string {
	return fmt.Sprintf("%s\t%s\t%s\t%d/%d\t%d\t%.3f\t%.2f\t%.2f\t%.1f\t", r.backend.config.Name, r.scenario, r.tool,
		r.right(), len(r.runs), r.connections(), r.ofBound(), r.wall().Seconds(), r.cpu().Seconds(), r.megabytes())
}

// table shows all rows; but for the second figure of right, they are medians.
func table(rows []row) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, heading)
	for _, r := range rows {
		fmt.Fprintln(w, r)
	}
	w.Flush()
	return b.String()
}

// goals compares scan with nmap wherever both ran.
func goals(rows []row) []string {
	lines := []string{"scan -parallel 8 beside nmap:"}
	for _, r := range rows {
		i := slices.IndexFunc(rows, func(n row) bool {
			return n.tool == "nmap" && n.scenario == r.scenario && n.backend.config.Name == r.backend.config.Name
		})
		if i < 0 || r.tool != quick {
			continue
		}
		n := rows[i]
		lines = append(lines, fmt.Sprintf("%s, %s: wrong in %d of %d runs (nmap %d of %d), %.3f x bound, wall %.2f x, CPU %.2f x, memory %.2f x",
			r.backend.config.Name, r.scenario, len(r.runs)-r.right(), len(r.runs), len(n.runs)-n.right(), len(n.runs),
			r.ofBound(), r.wall().Seconds()/n.wall().Seconds(), r.cpu().Seconds()/n.cpu().Seconds(), r.megabytes()/n.megabytes()))
	}
	return lines
}
