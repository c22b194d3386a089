package diagnose

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

// A hosting says which Windows versions a SQL Server can be installed on. Names
// are the client's or server's of a [System]'s name; empty if there is no bound
// among those that are known.
type hosting struct {
	major          uint8
	oldest, newest string
}

// hostings are as "Hardware and software requirements for installing SQL
// Server" of each product has it; that 2008 and 2008 R2 end with Windows 8.1 is
// from KB2681562. Windows 10 1507 stands for every Windows 10 where the server
// bound is Windows Server 2016 or 2019. Azure reports 12.0, whatever it runs on.
var hostings = []hosting{
	{10, "", "Windows Server 2012 R2 / Windows 8.1"},
	{13, "Windows Server 2012 / Windows 8", ""},
	{14, "Windows Server 2012 / Windows 8", ""},
	{15, "Windows 10 1507", ""},
	{16, "Windows 10 1507", ""},
	{17, "Windows 10 1507", ""},
}

// How probable a VERSION is on a system that it is not made for.
const (
	notHosted = 0.01 // on Windows: a proxy before the server, or an upgrade in place
	notLinux  = 0.1  // OpenSSL before a SQL Server that is on Windows only: a proxy
)

// firstOnLinux is the major version of SQL Server 2017, the first on Linux.
const firstOnLinux = 14

// hosts reports whether v can be installed on the system.
func hosts(v prelogin.Version, system string) bool {
	at := func(name string) int {
		return slices.IndexFunc(profiles(), func(p profile) bool { return p.name == name })
	}
	for _, h := range hostings {
		if h.major == v.Major && (h.oldest != "" && at(system) < at(h.oldest) || h.newest != "" && at(system) > at(h.newest)) {
			return false
		}
	}
	return true
}

func (s sight) compareSQLServer(p profile, t *tally) {
	if s.sqlServer == nil {
		return
	}
	switch v := *s.sqlServer; {
	case p.family.windows && hosts(v, p.name), !p.family.windows && (v.Major >= firstOnLinux || ambiguous(v)):
		t.weigh(1, "")
	case p.family.windows:
		t.weigh(notHosted, v.Product()+" does not run on it")
	default:
		t.weigh(notLinux, v.Product()+" does not run on Linux")
	}
}

// ambiguous reports whether v is 12.0: SQL Server 2014, Azure, or a server that
// passes for that.
func ambiguous(v prelogin.Version) bool { return v.Major == 12 && v.Minor == 0 }

// nameOf names the system, with what VERSION adds to OpenSSL's name.
func (s sight) nameOf(p profile) string {
	switch {
	case p.family.windows || s.sqlServer == nil:
		return p.name
	case ambiguous(*s.sqlServer):
		return p.name + "; VERSION 12.0 is what Babelfish and Azure report"
	case s.sqlServer.Major >= firstOnLinux:
		return p.name + " (SQL Server on Linux)"
	}
	return p.name + " (a proxy before SQL Server)"
}
