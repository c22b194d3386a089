package command

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

var modePhrases = map[probe.Mode]string{
	probe.ModeTDS7: "(tds7: TLS inside PRELOGIN)",
	probe.ModeTDS8: "(tds8: strict, TLS before PRELOGIN)",
	probe.ModeTLS:  "(tls: no TDS)",
}

// Head writes what a report is about: the target, and what SQL Server it is.
func (p Page) Head(r *enumerate.Report) {
	p.Place(r.Target)
	if r.Server == nil {
		return
	}
	product := r.Server.Product
	if product == "" {
		product = "Unknown product"
	}
	p.Line("%s, version %s", product, r.Server.Version)
}

// Place writes a target and how TLS is reached there.
func (p Page) Place(t probe.Target) { p.Line("%s  %s", name(t), modePhrases[t.Mode]) }

// Unmeasured writes how a scan ended that found nothing out. It returns what
// Attempted does.
func (p Page) Unmeasured(r *enumerate.Report) bool {
	p.Line("")
	if !Attempted(r) {
		p.Line("Nothing was measured: %s", Ending(r))
		return false
	}
	b := r.Baseline
	p.Line("The target could not be measured: %s", Describe(b.Outcome, b.Stage, ""))
	if text := Telltale(b.Rung); text != "" {
		p.Line("  %s", text)
	}
	return true
}

// Foot writes what a scan took and what it left open.
func (p Page) Foot(r *enumerate.Report) {
	p.Line("")
	p.Line("%s in %.1f s, from %s", Count(Connections(r), "connection"), float64(r.DurationMS)/1000,
		r.Started.Format("2006-01-02 15:04:05 UTC"))
	if n := flakes(r); n > 0 {
		p.Line("%s: attempts that failed although the server accepts them", Count(n, "disturbance"))
	}
	if Measured(r) || Attempted(r) && interrupted(r) { // else Unmeasured says all
		p.Open("Not everything was settled:", r)
	}
}

// Count counts things: "1 connection", "2 connections".
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Open says what a scan left open, if anything.
func (p Page) Open(label string, r *enumerate.Report) {
	if why := Ending(r); why != "" {
		p.List(label, ";", strings.Split(why, "; "))
	}
}

// name returns a target as clients of SQL Server write it, with the address
// that was used if that is not the host itself.
func name(t probe.Target) string {
	server := t.Host
	if t.Instance != "" {
		server += `\` + t.Instance
	}
	if t.Port != 0 {
		server += "," + strconv.Itoa(int(t.Port))
	}
	if host, _, err := net.SplitHostPort(t.Address); err == nil && host != t.Host {
		server += " at " + t.Address
	}
	return server
}

// Measured reports whether the server answered some hello.
func Measured(r *enumerate.Report) bool {
	return r.Baseline != nil && r.Baseline.Outcome == probe.Accepted
}

// Attempted reports whether some hello was tried to its end.
func Attempted(r *enumerate.Report) bool {
	return r.Baseline != nil && (r.Baseline.Outcome != probe.Unknown || r.Baseline.Error != "")
}

// Ending says why a scan left something open, empty if it did not.
func Ending(r *enumerate.Report) string {
	switch {
	case interrupted(r):
		return "the scan was interrupted"
	case r.Incomplete != "":
		return plain(r.Incomplete)
	}
	return ""
}

func interrupted(r *enumerate.Report) bool {
	return strings.Contains(r.Incomplete, context.Canceled.Error())
}

// plain is an error's text without the parts for programmers.
func plain(text string) string {
	text = strings.ReplaceAll(text, "\n", ": ") // of joined errors
	return strings.NewReplacer("enumerate: the server could not be measured: ", "", "enumerate: ", "", "probe: ", "").Replace(text)
}

// Connections are those of a scan in all.
func Connections(r *enumerate.Report) int {
	if r.Strict != nil {
		return r.Connections + r.Strict.Connections
	}
	return r.Connections
}

func flakes(r *enumerate.Report) int {
	if r.Strict != nil {
		return r.Stability.Flakes + r.Strict.Stability.Flakes
	}
	return r.Stability.Flakes
}
