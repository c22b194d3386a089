package clients

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe"
)

// errorText returns what c prints, and how that is known; empty if it is not.
func (c Client) errorText(v Verdict, a Answer, found finding) (printed, seen string) {
	for _, t := range load().drivers[c.Driver].Texts {
		if !matches(t.At, t.Ends, t.Mode, c.Mode, v.Stage, v.Outcome) {
			continue
		}
		words := c.places(v, a, found)
		for _, needed := range []string{"{cause}", "{alert}"} {
			if strings.Contains(t.Text, needed) && words[needed] == "" {
				return "", ""
			}
		}
		return expand(t.Text, words), t.Seen
	}
	return "", ""
}

// expand puts words in the places of text.
func expand(text string, words map[string]string) string {
	var pairs []string
	for place, word := range words {
		pairs = append(pairs, place, word)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// places are what the {places} of texts stand for. {cause} and {alert} are in the
// words of the client's TLS, {iana} is the registered name of the alert.
func (c Client) places(v Verdict, a Answer, found finding) map[string]string {
	stack := load().stacks[c.Stack]
	host, port := hostPort(a)
	words := map[string]string{
		"{host}": host, "{port}": port, "{address}": net.JoinHostPort(host, port),
		"{encrypt}": setting(c.Settings, "encrypt", "true"), "{trust}": setting(c.Settings, "trustServerCertificate", "false"),
	}
	if address := a.Result.Address; address != "" {
		words["{address}"] = address
	}
	if alert := a.Result.Alert; alert != nil {
		words["{iana}"] = alert.String()
		words["{alert}"] = stack.alert(*alert)
	}
	inner := map[string]string{
		"{chosen}": compact(v.Version), "{chosen_hex}": fmt.Sprintf("%x", uint16(v.Version)),
		"{offered}": c.offered(), "{bits}": strconv.Itoa(found.bits),
	}
	if f := a.Result.Flight; f != nil {
		inner["{scheme}"], inner["{exchange}"] = f.SignatureScheme.String(), "ECDH"
		if f.DH != nil {
			inner["{exchange}"] = "DH"
		}
	}
	words["{cause}"] = expand(stack.Causes[found.cause], inner)
	return words
}

// alert returns what a TLS implementation says of an alert, empty if that is not
// known.
func (s stack) alert(a probe.Alert) string {
	name, known := s.Alerts[a.Code]
	if !known && strings.Contains(s.Alert, "{name}") {
		return ""
	}
	return expand(s.Alert, map[string]string{"{name}": name, "{iana}": a.String(), "{code}": strconv.Itoa(int(a.Code))})
}

// compact writes a version as Java does.
func compact(v probe.Version) string {
	return strings.NewReplacer(" ", "", ".", "").Replace(v.String())
}

// offered lists the versions that c takes, highest first.
func (c Client) offered() string {
	var names []string
	for _, v := range probe.Versions() {
		if c.Rules.MinVersion <= v && v <= c.MaxVersion() {
			names = append(names, compact(v))
		}
	}
	slices.Reverse(names)
	return strings.Join(names, ", ")
}

// hostPort returns what a user typed to reach the target, as far as it is known.
func hostPort(a Answer) (host, port string) {
	host, port = a.Target.Host, strconv.Itoa(probe.DefaultPort)
	for _, address := range []string{a.Target.Address, a.Result.Address} {
		if h, p, err := net.SplitHostPort(address); err == nil {
			host, port = cmp.Or(host, h), p
		}
	}
	if a.Target.Port != 0 {
		port = strconv.Itoa(int(a.Target.Port))
	}
	return host, port
}

// setting returns a property in settings like "encrypt=true; server=…".
func setting(settings, name, otherwise string) string {
	for part := range strings.SplitSeq(settings, ";") {
		if key, value, ok := strings.Cut(strings.TrimSpace(part), "="); ok && key == name {
			return value
		}
	}
	return otherwise
}
