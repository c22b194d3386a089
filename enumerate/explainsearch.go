package enumerate

import (
	"cmp"
	"context"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/shrink"
	"github.com/tdsprobe/tdsprobe/probe"
)

// maxFixes bounds how many fixes are looked for.
const maxFixes = 5

// search finds the fixes. Every layer that a fix changes may have an alternative,
// which the next ones are looked for without, and so may what it changes there.
func (e *explainer) search(ctx context.Context, x *Explanation) error {
	first, err := e.start(ctx)
	if err != nil {
		return err
	}
	banned := []set{first}
	for at := 0; at < len(banned) && len(x.Fixes) < maxFixes; at++ {
		fix, err := e.fix(ctx, banned[at], x)
		if err != nil {
			return err
		}
		if fix == nil {
			continue
		}
		var whole, used []set
		for _, layer := range layersOf(e.parts, fix) {
			whole = append(whole, union(banned[at], e.ofLayer(layer, e.all())))
			used = append(used, union(banned[at], e.ofLayer(layer, fix)))
		}
		for _, ban := range slices.Concat(whole, used) {
			if !slices.ContainsFunc(banned, func(other set) bool { return slices.Equal(ban, other) }) {
				banned = append(banned, ban)
			}
		}
	}
	slices.SortStableFunc(x.Fixes, func(a, b Fix) int { return cmp.Compare(len(a.Changes), len(b.Changes)) })
	return nil
}

// start returns what to do without from the start: nothing, or the one part that
// is not of the hello that is known to be accepted, if that is refused with it.
func (e *explainer) start(ctx context.Context) (set, error) {
	answers, err := e.ask(ctx, []set{e.all()}, true)
	if err != nil || answered(answers[0]) {
		return set{}, err
	}
	return e.ofLayer(LayerSize, e.all()), nil
}

// fix adds to x a fix that does without the banned parts, and returns it, nil if
// there is none.
func (e *explainer) fix(ctx context.Context, banned set, x *Explanation) (set, error) {
	start, first := without(e.all(), banned), len(x.Fixes) == 0
	answers, err := e.ask(ctx, []set{start}, first)
	if err != nil {
		return nil, err
	}
	if !answered(answers[0]) {
		if first {
			x.Note = "even with everything changed it is refused: " + outcome(answers[0].Result)
		}
		return nil, nil
	}
	s, proven, err := e.smallest(ctx, start)
	if err != nil {
		return nil, err
	}
	if len(s) == 0 {
		return nil, ErrInexpressible
	}
	x.Fixes = append(x.Fixes, Fix{Changes: e.changes(s), Attempt: e.with(s), Proven: proven})
	return s, nil
}

// smallest returns a smallest part of a set that is accepted, and whether it is
// believed that nothing can be left out of it. What the server chose says which
// ids of a long list matter.
func (e *explainer) smallest(ctx context.Context, s set) (set, bool, error) {
	for {
		answers, err := e.ask(ctx, []set{s}, false)
		if err != nil {
			return nil, false, err
		}
		s = e.guess(ctx, s, answers[0])
		if s, err = e.shrink(ctx, s); err != nil {
			return nil, false, err
		}
		answers, err = e.ask(ctx, shrink.Without(s, len(s)), true)
		if err != nil {
			return nil, false, err
		}
		i := slices.IndexFunc(answers, func(a Answer) bool { return answered(a) })
		if i < 0 {
			return s, !slices.ContainsFunc(answers, func(a Answer) bool { return !a.Believed }), nil
		}
		s = shrink.Without(s, len(s))[i]
	}
}

// guess leaves out of a set what the server did not choose: all ids but the
// ones that it used. It returns the set itself if that is refused.
func (e *explainer) guess(ctx context.Context, s set, a Answer) set {
	if a.Flight == nil {
		return s
	}
	f := a.Flight
	used := []string{f.Version.String(), f.CipherSuite.String(), f.Group.String(), f.SignatureScheme.String(), probe.EmptyRenegotiationInfoSCSV.String()}
	narrow := slices.DeleteFunc(slices.Clone(s), func(i int) bool {
		p := e.parts[i]
		return p.add != "" && slices.Contains([]Layer{LayerVersion, LayerCipherSuites, LayerGroups, LayerSignatureSchemes}, p.layer) && !slices.Contains(used, p.add)
	})
	if answers, err := e.ask(ctx, []set{narrow}, false); err == nil && answered(answers[0]) {
		return narrow
	}
	return s
}

// shrink leaves out ever smaller pieces as long as what is left is accepted. A
// refusal by disturbance makes the result larger, never wrong.
func (e *explainer) shrink(ctx context.Context, s set) (set, error) {
	return shrink.Smallest(s, func(rest []set) (int, error) {
		answers, err := e.ask(ctx, rest, false)
		return slices.IndexFunc(answers, answered), err
	})
}

// answered reports whether a hello was accepted in a version that it offers: a
// server that does not know supported_versions may take another.
func answered(a Answer) bool {
	if !accepted(a.Result) {
		return false
	}
	h, v := a.Hello, a.Flight.Version
	switch {
	case h.SupportedVersions != nil:
		return slices.Contains(h.SupportedVersions, v)
	case h.MaxVersion == probe.TLS13:
		return v == probe.TLS13 || h.MinVersion != 0 && v >= h.MinVersion
	}
	return true
}

// changes describes a set layer by layer.
func (e *explainer) changes(s set) []Change {
	var list []Change
	for _, layer := range layersOf(e.parts, s) {
		c := Change{Layer: layer}
		for _, i := range s {
			p := e.parts[i]
			if p.layer != layer {
				continue
			}
			if p.add != "" {
				c.Add = append(c.Add, p.add)
			}
			if p.remove != "" {
				c.Remove = append(c.Remove, p.remove)
			}
		}
		list = append(list, c)
	}
	return list
}

// layersOf returns the layers that a set changes, in their order.
func layersOf(parts []part, s set) []Layer {
	return slices.DeleteFunc(slices.Clone(layers), func(l Layer) bool {
		return !slices.ContainsFunc(s, func(i int) bool { return parts[i].layer == l })
	})
}

// ofLayer returns the parts of a set that are of one layer.
func (e *explainer) ofLayer(l Layer, s set) set {
	return slices.DeleteFunc(slices.Clone(s), func(i int) bool { return e.parts[i].layer != l })
}

func union(a, b set) set {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}
