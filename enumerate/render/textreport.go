package render

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

// Place names a target and says how TLS is reached there.
func Place(t probe.Target) string { return strings.TrimSpace(name(t) + "  " + modePhrases[t.Mode]) }

// head writes what a report is about: the target, and what SQL Server it is.
func (p Page) head(r *enumerate.Report) {
	p.spans(painted(bold, "%s", name(r.Target)), plain("  %s", modePhrases[r.Target.Mode]))
	if r.Server != nil {
		p.Line("%s, version %s", product(r.Server), r.Server.Version)
	}
}

func product(s *enumerate.Server) string {
	if s.Product == "" {
		return "Unknown product"
	}
	return s.Product
}

// failure writes how a scan ended that found nothing out, and reports whether some
// hello was tried.
func (p Page) failure(r *enumerate.Report) bool {
	p.Line("")
	if !r.Attempted() {
		p.Line("Nothing was measured: %s", ending(r))
		return false
	}
	b := r.Baseline
	p.Line("The target could not be measured: %s", Describe(b.Outcome, b.Stage, ""))
	if text := Telltale(b.Rung); text != "" {
		p.Line("  %s", text)
	}
	return true
}

// foot writes what a scan took and what it left open.
func (p Page) foot(r *enumerate.Report) {
	p.Line("")
	p.Line("%s in %.1f s, from %s", Count(connections(r), "connection"), float64(r.DurationMS)/1000,
		r.Started.Format("2006-01-02 15:04:05 UTC"))
	if n := flakes(r); n > 0 {
		p.Line("%s: attempts that failed although the server accepts them", Count(n, "disturbance"))
	}
	if r.Measured() || r.Attempted() && interrupted(r) { // else failure says all
		p.open("Not everything was settled:", r)
	}
}

// Count counts things: "1 connection", "2 connections".
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// open says what a scan left open, if anything.
func (p Page) open(label string, r *enumerate.Report) {
	if why := ending(r); why != "" {
		p.List(label, ";", strings.Split(why, "; "))
	}
}

// server returns a target as clients of SQL Server write it.
func server(t probe.Target) string {
	if t.Host == "" {
		return t.Address
	}
	name := t.Host
	if t.Instance != "" {
		name += `\` + t.Instance
	}
	if t.Port != 0 {
		name += "," + strconv.Itoa(int(t.Port))
	}
	return name
}

// name is server with the address that was used if that is not the host itself.
func name(t probe.Target) string {
	text := server(t)
	if host, _, err := net.SplitHostPort(t.Address); err == nil && host != t.Host && t.Host != "" {
		text += " at " + t.Address
	}
	return text
}

// ending says why a scan left something open, empty if it did not.
func ending(r *enumerate.Report) string {
	switch {
	case interrupted(r):
		return "the scan was interrupted"
	case r.Incomplete != "":
		return Plain(r.Incomplete)
	}
	return ""
}

func interrupted(r *enumerate.Report) bool {
	return strings.Contains(r.Incomplete, context.Canceled.Error())
}

// Plain is the text of an error without the parts for programmers.
func Plain(text string) string {
	text = strings.ReplaceAll(text, "\n", ": ") // of joined errors
	return programmers.Replace(text)
}

// programmers is what only they have a use for: the names of packages.
var programmers = strings.NewReplacer("enumerate: the server could not be measured: ", "",
	"enumerate: ", "", "fuzz: ", "", "probe: ", "", "prelogin: ", "", "capture: ", "", "clients: ", "", "tlswire: ", "")

// connections are those of a scan in all.
func connections(r *enumerate.Report) int {
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
