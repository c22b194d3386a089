package diagnose

import (
	"fmt"
	"io"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// ending says how a hello of the ladder ended.
func ending(r enumerate.Rung) string { return fmt.Sprintf("%s: %s at %s", r.Name, r.Outcome, r.Stage) }

// ended says that with the error that came, unless it is the plain end of the
// stream, of which the outcome tells.
func ended(r enumerate.Rung) string {
	if r.Error == "" || r.Error == io.EOF.Error() {
		return ending(r)
	}
	return ending(r) + " (" + r.Error + ")"
}

// endings says how the hellos ended, once for those that follow each other and
// ended alike.
func endings(rungs []enumerate.Rung) []string {
	var lines []string
	for i := 0; i < len(rungs); {
		same := i + 1
		for same < len(rungs) && alike(rungs[i], rungs[same]) {
			same++
		}
		lines = append(lines, ended(rungs[i]))
		if more := same - i - 1; more > 0 {
			lines = append(lines, counted(more, "more attempt")+": the same")
		}
		i = same
	}
	return lines
}

// alike reports whether two hellos ended alike. The errors count only where they
// tell what the server said: others name the connection.
func alike(a, b enumerate.Rung) bool {
	said := a.Outcome == probe.Malformed || a.Outcome == probe.TDSError || a.Outcome == probe.Alerted
	return a.Stage == b.Stage && a.Outcome == b.Outcome && (!said || a.Error == b.Error)
}

// counted puts a number before a noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
