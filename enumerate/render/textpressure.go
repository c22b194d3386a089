package render

import (
	"fmt"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// pressure says how the server took connections one after the other.
func (p Page) pressure(l *enumerate.Load) {
	if l == nil {
		return
	}
	how := "none failed"
	if l.Failures > 0 {
		how = fmt.Sprintf("%d failed (%s)", l.Failures, endings(l.Endings))
	}
	p.Line("")
	p.List(Count(l.Connects, "connection")+" one after the other:", "", strings.Fields(fmt.Sprintf(
		"%s; rate of failures %.1f to %.1f %% (95 %% interval)", how, 100*l.RateLow, 100*l.RateHigh)))
	var times []string
	for _, part := range []struct {
		what string
		enumerate.Percentiles
	}{{"connect", l.ConnectMS}, {"PRELOGIN", l.PreloginMS}, {"handshake", l.HandshakeMS}} {
		if part.Percentiles != (enumerate.Percentiles{}) { // else none came that far
			times = append(times, fmt.Sprintf("%s %.1f / %.1f ms", part.what, part.P50, part.P95))
		}
	}
	if len(times) > 0 {
		p.Line("  median / 95th percentile: %s", strings.Join(times, ", "))
	}
}

// endings says where and how connections failed.
func endings(list []enumerate.Ending) string {
	var parts []string
	for _, e := range list {
		parts = append(parts, fmt.Sprintf("%d: %s", e.Count, Ended(e.Outcome, e.Stage, "")))
	}
	return strings.Join(parts, "; ")
}
