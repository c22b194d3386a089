package prelogin

import (
	"fmt"
	"slices"
)

// A Version is the content of the VERSION option: [MS-TDS], section 2.2.6.5.
type Version struct {
	Major    uint8  `json:"major"`
	Minor    uint8  `json:"minor"`
	Build    uint16 `json:"build"`
	SubBuild uint16 `json:"sub_build"` // some senders write it little-endian
}

// String returns "16.0.1000.6".
func (v Version) String() string {
	return fmt.Sprintf("%d.%d.%d.%d", v.Major, v.Minor, v.Build, v.SubBuild)
}

// ParseVersion is the inverse of String. The error is a [*ParseError].
func ParseVersion(s string) (Version, error) {
	var v Version
	_, err := fmt.Sscanf(s, "%d.%d.%d.%d", &v.Major, &v.Minor, &v.Build, &v.SubBuild)
	if err != nil || v.String() != s {
		return Version{}, &ParseError{"version", 0, fmt.Sprintf("%q is not of the form 16.0.1000.6", s)}
	}
	return v, nil
}

// azureBuild is the build of 12.0 that Azure SQL Database and Azure SQL
// Managed Instance report, whatever they run. SQL Server 2014 RTM is
// 12.0.2000.8 and the same build.
const azureBuild = 2000

// products by major and minor version.
var products = map[[2]uint8]string{
	{8, 0}: "SQL Server 2000", {9, 0}: "SQL Server 2005",
	{10, 0}: "SQL Server 2008", {10, 50}: "SQL Server 2008 R2",
	{11, 0}: "SQL Server 2012", {12, 0}: "SQL Server 2014",
	{13, 0}: "SQL Server 2016", {14, 0}: "SQL Server 2017",
	{15, 0}: "SQL Server 2019", {16, 0}: "SQL Server 2022", {17, 0}: "SQL Server 2025",
}

// Product returns the name that belongs to the version, empty if none is
// known. A version that is not [Version.Comparable] may be Azure's.
func (v Version) Product() string {
	name := products[[2]uint8{v.Major, v.Minor}]
	if name != "" && !v.Comparable() {
		return name + " RTM or Azure SQL"
	}
	return name
}

// Comparable reports whether v says which build runs. 12.0.2000 does not: it
// is SQL Server 2014 RTM as well as every Azure SQL Database and Managed
// Instance (SERVERPROPERTY documents that number as not comparable).
func (v Version) Comparable() bool {
	return !(v.Major == 12 && v.Minor == 0 && v.Build == azureBuild)
}

// A Support says whether a build has a feature.
type Support uint8

// The answers. Between the service branches of a product only the build number
// is not enough to tell.
const (
	SupportUnknown Support = iota
	Supported
	NotSupported
)

func (s Support) String() string {
	return [...]string{"unknown", "supported", "not supported"}[s%3]
}

// A branch is the builds of one product from a service pack on.
type branch struct {
	from  uint16   // build of the service pack
	tls12 []uint16 // first builds with TLS 1.2 in each servicing branch, ascending
}

// tls12Branches by product, ascending: those that came to know TLS 1.2, from
// KB3135244 "TLS 1.2 support for Microsoft SQL Server". In 2008 and 2008 R2 the
// lower build of each pair is from KB3146034, which replaces it because it ends
// the service at times.
var tls12Branches = map[[2]uint8][]branch{
	{10, 0}: {
		{from: 5500, tls12: []uint16{5544, 5545, 5894, 5896}}, // SP3, IA-64 only: GDR, CU
		{from: 6000, tls12: []uint16{6543, 6547}},             // SP4
	},
	{10, 50}: {
		{from: 4000, tls12: []uint16{4046, 4047, 4343, 4344}}, // SP2, IA-64 only: GDR, CU
		{from: 6000, tls12: []uint16{6537, 6542}},             // SP3
	},
	{11, 0}: {
		{from: 5058, tls12: []uint16{5352, 5644}}, // SP2: GDR, CU10
		{from: 6020, tls12: []uint16{6216, 6518}}, // SP3: GDR, CU1; SP4 has it
	},
	{12, 0}: {
		{from: 0, tls12: []uint16{2271, 2564}},    // RTM: GDR, CU12
		{from: 4050, tls12: []uint16{4219, 4439}}, // SP1: GDR, CU5; SP2 and SP3 have it
	},
}

// TLS12 says whether that build of the server knows TLS 1.2: none before 2008
// does, every one from 2016 on does. It is SupportUnknown for versions that are
// not comparable, for others that no product has, and for builds between the
// first TLS 1.2 builds of two servicing branches, which may be of either.
func (v Version) TLS12() Support {
	switch {
	case !v.Comparable() || v.Major == 0:
		return SupportUnknown
	case v.Major < 10:
		return NotSupported
	case v.Major >= 13:
		return Supported
	}
	var first []uint16
	branches := tls12Branches[[2]uint8{v.Major, v.Minor}]
	for _, b := range branches {
		if b.from <= v.Build {
			first = b.tls12
		}
	}
	switch {
	case branches == nil:
		return SupportUnknown
	case len(first) == 0 || v.Build < first[0]:
		return NotSupported
	case v.Build >= first[len(first)-1] || slices.Contains(first, v.Build):
		return Supported
	}
	return SupportUnknown
}
