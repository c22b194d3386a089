package fuzz

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A Grid offers one version, one suite, one scheme and one group at a time, in
// all combinations. It shows what a loop that eliminates one pick after the other
// may have missed.
type Grid struct {
	Space
	// Versions, Suites, Schemes and Groups are what is combined. If nil, they are
	// TLS 1.0 to 1.3, every suite, and every registered scheme and group. Suites
	// are offered in versions that they fit, schemes from TLS 1.2 on.
	Versions []probe.Version
	Suites   []probe.CipherSuite
	Schemes  []probe.SignatureScheme
	Groups   []probe.Group
	// Sample is how many combinations are made, drawn by Seed. If zero, all.
	Sample int

	from int
}

// Plan returns the next combinations.
func (g Grid) Plan(seen []probe.Result) []probe.Attempt {
	attempts, _ := round(g.list(), g.from+len(seen))
	return attempts
}

// Tentative reports that refusals are taken as they come.
func (g Grid) Tentative([]probe.Result) bool { return true }

// After implements [Strategy].
func (g Grid) After(seen []probe.Result) Strategy {
	g.from += len(seen)
	return g
}

// Len implements [Strategy].
func (g Grid) Len() int { return g.list().length() }

// A plane is the combinations of one version.
type plane struct {
	version probe.Version
	suites  []probe.CipherSuite
	schemes []probe.SignatureScheme // one zero if the version has none
	groups  []probe.Group
}

func (p plane) size() int { return combinations(len(p.suites), len(p.schemes), len(p.groups)) }

// cells are the combinations of a grid in the order in which they are made.
type cells struct {
	Space
	planes []plane
	total  int
	made   int
	// The i-th that is made has the number (start + i*stride) modulo total.
	start, stride int
}

func (g Grid) list() cells {
	c := cells{Space: g.Space, stride: 1}
	versions := g.Versions
	if versions == nil {
		versions = []probe.Version{probe.TLS10, probe.TLS11, probe.TLS12, probe.TLS13}
	}
	for _, v := range versions {
		p := plane{v, g.fitting(v), []probe.SignatureScheme{0}, g.Groups}
		if v >= probe.TLS12 {
			if p.schemes = g.Schemes; p.schemes == nil {
				p.schemes = probe.SignatureSchemes()
			}
		}
		if p.groups == nil {
			p.groups = probe.Groups()
		}
		c.planes = append(c.planes, p)
		c.total += p.size()
	}
	c.made = c.total
	if g.Sample > 0 && g.Sample < c.total {
		rng := rand.New(rand.NewPCG(g.Seed, 0))
		c.made, c.start, c.stride = g.Sample, rng.IntN(c.total), 1+rng.IntN(c.total-1)
		for divisor(c.stride, c.total) != 1 {
			c.stride++
		}
	}
	return c
}

func (g Grid) fitting(v probe.Version) []probe.CipherSuite {
	if g.Suites == nil {
		return probe.CipherSuites(v)
	}
	return slices.DeleteFunc(slices.Clone(g.Suites), func(s probe.CipherSuite) bool { return !s.Fits(v) })
}

// divisor returns the greatest common divisor.
func divisor(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func (c cells) length() int { return c.made }

func (c cells) at(i int) (probe.Attempt, bool) {
	number := int((uint64(i)*uint64(c.stride) + uint64(c.start)) % uint64(c.total))
	return c.cell(number), true
}

// cell returns the combination with a number below total.
func (c cells) cell(number int) probe.Attempt {
	rest, at := number, 0
	for rest >= c.planes[at].size() {
		rest -= c.planes[at].size()
		at++
	}
	p := c.planes[at]
	group := p.groups[rest%len(p.groups)]
	rest /= len(p.groups)
	scheme := p.schemes[rest%len(p.schemes)]
	suite := p.suites[rest/len(p.schemes)]
	a := c.Baseline
	a.Name = fmt.Sprintf("%s %d/%d: %v, %v, %v", gridName, c.Seed, number, p.version, suite, group)
	a.Hello = probe.Hello{MaxVersion: p.version, MinVersion: p.version, CipherSuites: []probe.CipherSuite{suite}, Groups: []probe.Group{group}}
	if p.version < probe.TLS13 {
		a.Hello.CipherSuites = append(a.Hello.CipherSuites, probe.EmptyRenegotiationInfoSCSV)
	}
	if p.version >= probe.TLS12 {
		a.Name += fmt.Sprintf(", %v", scheme)
		a.Hello.SignatureSchemes = []probe.SignatureScheme{scheme}
	}
	if p.version == probe.TLS13 {
		a.Hello.KeyShares = slices.DeleteFunc(probe.ShareGroups(), func(share probe.Group) bool { return share != group })
	}
	return a
}

// replay returns the combination that has a name.
func (g Grid) replay(name string) (probe.Attempt, error) {
	number := 0
	if n, err := fmt.Sscanf(name, gridName+" %d/%d:", &g.Seed, &number); n < 2 {
		return probe.Attempt{}, fmt.Errorf("%w: %.80q: %v", ErrName, name, err)
	}
	c := g.list()
	if number < 0 || number >= c.total {
		return probe.Attempt{}, fmt.Errorf("%w: the grid has no number %d", ErrName, number)
	}
	a := c.cell(number)
	if a.Name != name {
		return probe.Attempt{}, fmt.Errorf("%w: number %d is %q", ErrName, number, a.Name)
	}
	return a, nil
}
