package prelogin

import "slices"

// crashing are the builds of KB3146034 by product, ascending: they know TLS 1.2,
// but end the service at times when it is used. The next build of each servicing
// branch replaces them.
var crashing = map[[2]uint8][]uint16{
	{10, 0}:  {5544, 5894, 6543},
	{10, 50}: {4046, 4343, 6537},
}

// CrashesWithTLS12 reports whether that build of the server was withdrawn because
// TLS 1.2 connections end its service at times: KB3146034.
func (v Version) CrashesWithTLS12() bool {
	return slices.Contains(crashing[[2]uint8{v.Major, v.Minor}], v.Build)
}

// TLS12Builds returns the builds of v's product that are later than v and were
// the first with TLS 1.2 in their servicing branch, ascending: KB3135244. Those
// that crash are left out. It is nil for products that never had it, had it from
// the start or are not known.
func (v Version) TLS12Builds() []Version {
	var list []Version
	for _, b := range tls12Branches[[2]uint8{v.Major, v.Minor}] {
		for _, build := range b.tls12 {
			first := Version{Major: v.Major, Minor: v.Minor, Build: build}
			if build > v.Build && !first.CrashesWithTLS12() {
				list = append(list, first)
			}
		}
	}
	return list
}
