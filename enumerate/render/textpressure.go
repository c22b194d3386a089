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
	p.Line("")
	label, rest, _ := strings.Cut(pressureRate(l), ": ")
	p.Words(label+":", rest)
	if times := pressureTimes(l); times != "" {
		p.Line("  %s", times)
	}
}

// pressureRate says how many of the connections failed, and how.
func pressureRate(l *enumerate.Load) string {
	how := "none failed"
	if l.Failures > 0 {
		how = fmt.Sprintf("%d failed (%s)", l.Failures, endings(l.Endings))
	}
	return fmt.Sprintf("%s one after the other: %s; rate of failures %.1f to %.1f %% (95 %% interval)",
		Count(l.Connects, "connection"), how, 100*l.RateLow, 100*l.RateHigh)
}

// pressureTimes says how long the others took, empty if none came that far.
func pressureTimes(l *enumerate.Load) string {
	var times []string
	for _, part := range []struct {
		what string
		enumerate.Percentiles
	}{{"connect", l.ConnectMS}, {"PRELOGIN", l.PreloginMS}, {"handshake", l.HandshakeMS}} {
		if part.Percentiles != (enumerate.Percentiles{}) {
			times = append(times, fmt.Sprintf("%s %.1f / %.1f ms", part.what, part.P50, part.P95))
		}
	}
	if len(times) == 0 {
		return ""
	}
	return "median / 95th percentile: " + strings.Join(times, ", ")
}

// endings says where and how connections failed.
func endings(list []enumerate.Ending) string {
	var parts []string
	for _, e := range list {
		parts = append(parts, fmt.Sprintf("%d: %s", e.Count, Ended(e.Outcome, e.Stage, "")))
	}
	return strings.Join(parts, "; ")
}
