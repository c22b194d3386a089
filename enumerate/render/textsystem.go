package render

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
)

// system writes what the server is like.
func (p Page) system(r *enumerate.Report) {
	if text := systemOf(r); text != "" {
		p.Words("Its TLS is like that of", text)
	}
}

// systemOf names the likeliest system, and those that nothing tells from it. It is
// empty if they are many, or if none is known.
func systemOf(r *enumerate.Report) string {
	list := diagnose.Systems(r)
	if len(list) == 0 || list[0].Name == diagnose.Unknown {
		return ""
	}
	alike := slices.DeleteFunc(slices.Clone(list), func(s diagnose.System) bool {
		return math.Abs(s.Likelihood-list[0].Likelihood) >= likeliness
	})
	names := fewSystems(alike)
	if names == nil {
		return ""
	}
	how := "with default settings"
	if len(list[0].Differences) > 0 {
		how = "but " + strings.Join(list[0].Differences, "; ")
	}
	return cut(fmt.Sprintf("%s (%.0f %%), %s", strings.Join(names, ", or "), 100*list[0].Likelihood*float64(len(alike)), how), maxText)
}

// likeliness is how far apart the likelihoods of systems are that look the same.
const likeliness = 1e-6

// maxSystems is how many systems say something together.
const maxSystems = 3

// fewSystems names systems that look the same. Of many it names the servers
// alone, where SQL Server is found in earnest, and nothing if those are many too.
func fewSystems(list []diagnose.System) []string {
	var names, servers []string
	for _, s := range list {
		names = append(names, s.Name)
		if strings.HasPrefix(s.Name, "Windows Server ") {
			servers = append(servers, s.Name)
		}
	}
	switch {
	case len(names) <= maxSystems:
		return names
	case len(servers) == 0 || len(servers) > maxSystems:
		return nil
	}
	return append(servers, Count(len(names)-len(servers), "other"))
}
