package diagnose

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A measure is a size of the hello that was tried.
type measure struct {
	bytes   int // of the handshake message
	refused bool
}

// measures returns the sizes that were tried, ascending.
func (w way) measures() []measure {
	var list []measure
	for _, t := range w.Tolerances {
		var n int
		if _, err := fmt.Sscanf(t.Name, "ClientHello of %d bytes", &n); err != nil {
			const recordHeader = 5
			if _, err := fmt.Sscanf(t.Name, "TLS record of %d bytes", &n); err != nil {
				continue
			}
			n -= recordHeader
		}
		if outcome := w.tolerance(t.Name); outcome != nil {
			list = append(list, measure{n, *outcome != probe.Accepted})
		}
	}
	slices.SortFunc(list, func(a, b measure) int { return cmp.Compare(a.bytes, b.bytes) })
	return list
}

// size judges the size of the hello by the nearest sizes that were tried: it is
// proven to be refused if it is one that was, or lies between two that were, or
// above all of them where the largest was.
func (j judge) size() []Constraint {
	n := j.messageSize()
	list := j.measures()
	if !slices.ContainsFunc(list, func(m measure) bool { return m.refused }) {
		return nil
	}
	below, above := measure{}, list[len(list)-1]
	fits, larger := 0, 0 // the nearest sizes that were accepted
	for _, m := range list {
		if m.bytes <= n {
			below = m
		}
		if !m.refused && m.bytes <= n {
			fits = m.bytes
		}
	}
	for _, m := range slices.Backward(list) {
		if m.bytes >= n {
			above = m
		}
		if !m.refused && m.bytes >= n {
			larger = m.bytes
		}
	}
	if !below.refused && !above.refused || below.bytes == n && !below.refused {
		return nil
	}
	c := Constraint{Layer: LayerShape, Offers: []string{fmt.Sprintf("%d bytes", n)}, Accepts: []string{}}
	if fits > 0 {
		c.Accepts = append(c.Accepts, fmt.Sprintf("%d bytes", fits))
		c.Client = fmt.Sprintf("send a hello of %d bytes or less: fewer suites, groups or extensions", fits)
	}
	if larger > 0 {
		c.Accepts = append(c.Accepts, fmt.Sprintf("%d bytes", larger))
		c.Client = fmt.Sprintf("bring the hello to %d bytes with the padding extension of RFC 7685", larger)
		c.mend = func(h *probe.Hello) { h.Pad = larger }
	}
	if below.refused != above.refused {
		c.Open = "whether a hello of this size is accepted: of the nearest sizes tried one was, the other was not"
	}
	return []Constraint{c}
}

// messageSize returns the size of the handshake message, its header included.
func (j judge) messageSize() int {
	const header = 5
	return len(j.raw) - header*j.records()
}
