package capture

import (
	"cmp"
	"slices"
)

// A finding is a connection that has been judged, and the number of its first
// packet.
type finding struct {
	n int
	Connection
}

// over reports whether nothing that comes can change what is known of a flow.
func (f *flow) over() bool {
	a, b := &f.sides[0], &f.sides[1]
	return a.rst != nil || b.rst != nil || a.fin != nil && b.fin != nil || a.full || b.full
}

// settle judges the flows that are over, to make room for others. If that does
// not make much, no more data is kept.
func (fs *flows) settle() {
	for _, f := range fs.open {
		if !f.other && !f.settled && f.over() {
			fs.judge(f)
			f.settled = true
			fs.kept -= f.drop()
		}
	}
	for _, f := range fs.ended {
		fs.judge(f)
		fs.kept -= f.drop()
	}
	fs.ended = nil
	fs.stuffed = fs.kept > maxKept/2
}

// judge examines a flow, and keeps what it finds.
func (fs *flows) judge(f *flow) {
	if len(fs.found) > MaxConnections {
		return
	}
	if c, ok := examine(f, fs.last); ok {
		fs.found = append(fs.found, finding{f.first.n, c})
	}
}

// all judges the flows that are left, and returns all connections by the time
// of their start.
func (fs *flows) all() (all []Connection) {
	left := fs.ended
	for _, f := range fs.open {
		if !f.settled {
			left = append(left, f)
		}
	}
	slices.SortFunc(left, func(a, b *flow) int { return a.first.n - b.first.n })
	for _, f := range left {
		fs.judge(f)
	}
	slices.SortFunc(fs.found, func(a, b finding) int {
		return cmp.Or(a.Start.Compare(b.Start), a.n-b.n)
	})
	for _, f := range fs.found {
		all = append(all, f.Connection)
	}
	return all
}
