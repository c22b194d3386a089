package fuzz

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe"
)

// DefaultMost is how many mutations Random composes at most if [Random.Most] is
// zero.
const DefaultMost = 8

// Random composes mutations at random: each is of a layer that is drawn first,
// which is what its name says before the colon, so that a layer of many mutations
// does not crowd out the others. The attempt with number i is drawn from the seed
// and i alone, unless it is guided.
type Random struct {
	Space
	// Attempts is how many are drawn. One that turns out to be impossible is not
	// made.
	Attempts int
	// Most is how many mutations an attempt has at most. If zero, DefaultMost.
	Most int
	// Guided lets half of the attempts go on from one whose answer was new when
	// it came: they add a mutation to it, or put it in the place of one.
	Guided bool

	from  int
	known []Shape // of the answers so far, without their times
	fresh [][]step
}

// Plan returns the next attempts.
func (r Random) Plan(seen []probe.Result) []probe.Attempt {
	if len(seen) > 0 {
		return r.After(seen).Plan(nil)
	}
	attempts, _ := round(r.list(), r.from)
	return attempts
}

// Tentative reports that refusals are taken as they come.
func (r Random) Tentative([]probe.Result) bool { return true }

// After implements [Strategy]. How far it has come is in the name of the last
// result: to make the attempts anew would cost as much as they did.
func (r Random) After(seen []probe.Result) Strategy {
	if len(seen) == 0 {
		return r
	}
	if last, err := r.read(seen[len(seen)-1].Name); err == nil {
		r.from = int(last.number) + 1
	}
	if r.Guided {
		return r.learn(seen)
	}
	return r
}

// Len implements [Strategy].
func (r Random) Len() int { return r.Attempts }

// learn notes which answers are new.
func (r Random) learn(seen []probe.Result) Random {
	for _, result := range seen {
		shape := ShapeOf(result, 0)
		if slices.Contains(r.known, shape) {
			continue
		}
		r.known = append(slices.Clip(r.known), shape)
		if recipe, err := r.read(result.Name); err == nil {
			r.fresh = append(slices.Clip(r.fresh), recipe.steps)
		}
	}
	return r
}

func (r Random) list() draws {
	most := r.Most
	if most == 0 {
		most = DefaultMost
	}
	table := r.allowed()
	d := draws{r.Space, layers(table), map[string]int{}, r.Attempts, min(most, len(table)), r.fresh}
	for i, m := range table {
		d.places[m.Name] = i
	}
	return d
}

// layers returns mutations by layer, in their order.
func layers(table []Mutation) [][]Mutation {
	var list [][]Mutation
	at := map[string]int{}
	for _, m := range table {
		layer, _, _ := strings.Cut(m.Name, ":")
		if _, ok := at[layer]; !ok {
			at[layer] = len(list)
			list = append(list, nil)
		}
		list[at[layer]] = append(list[at[layer]], m)
	}
	return list
}

// draws are attempts drawn by lot.
type draws struct {
	Space
	layers   [][]Mutation
	places   map[string]int // in the table
	attempts int
	most     int // at most all there are
	parents  [][]step
}

func (d draws) length() int { return d.attempts }

func (d draws) at(i int) (probe.Attempt, bool) {
	if d.most == 0 {
		return probe.Attempt{}, false
	}
	rng := rand.New(rand.NewPCG(d.Seed, uint64(i)))
	a, steps := d.compose(d.draw(uint64(i), rng))
	a.Name = recipe{randomName, d.Seed, uint64(i), steps}.String()
	return a, len(steps) > 0
}

// draw returns steps by lot, in the order of the table.
func (d draws) draw(number uint64, rng *rand.Rand) []step {
	var steps []step
	wanted := 1 + rng.IntN(d.most)
	if len(d.parents) > 0 && rng.IntN(2) == 0 {
		steps = slices.Clone(d.parents[rng.IntN(len(d.parents))])
		if len(steps) > 0 && (len(steps) >= 2*d.most || rng.IntN(2) == 0) {
			at := rng.IntN(len(steps))
			steps = slices.Delete(steps, at, at+1)
		}
		wanted = len(steps) + 1
	}
	for len(steps) < min(wanted, len(d.places)) {
		layer := d.layers[rng.IntN(len(d.layers))]
		m := layer[rng.IntN(len(layer))]
		if !slices.ContainsFunc(steps, func(s step) bool { return s.Name == m.Name }) {
			steps = append(steps, step{m, number})
		}
	}
	slices.SortStableFunc(steps, func(s, t step) int { return cmp.Compare(d.places[s.Name], d.places[t.Name]) })
	return steps
}

// compose does steps, and returns those that could be done.
func (d draws) compose(steps []step) (probe.Attempt, []step) {
	a := d.Baseline
	var done []step
	for _, s := range steps {
		if changed, ok := s.apply(a, d.Seed); ok {
			a, done = changed, append(done, s)
		}
	}
	return a, done
}
