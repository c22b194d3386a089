package prelogin

import "fmt"

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
	n, err := fmt.Sscanf(s, "%d.%d.%d.%d", &v.Major, &v.Minor, &v.Build, &v.SubBuild)
	if err != nil || v.String() != s {
		return Version{}, &ParseError{"version", n, fmt.Sprintf("%q is not of the form 16.0.1000.6", s)}
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

// A branch is a range of builds of one product in which the first build with
// TLS 1.2 is known.
type branch struct {
	from  uint16 // first build of the branch
	first uint16 // first build that may know TLS 1.2; 0 if none does
	sure  uint16 // first build that does for certain; 0 if first is
}

// tls12Branches by product, ascending, from KB3135244 "TLS 1.2 support for
// Microsoft SQL Server" and KB3146034, which withdrew some first builds.
// Servicing branches (GDR, CU) interleave: builds between the first of two
// branches may be of either, and some branches exist for IA-64 only.
var tls12Branches = map[[2]uint8][]branch{
	{10, 0}: {
		{from: 0},
		{from: 5500, first: 5544, sure: 6547}, // SP3, IA-64 only: GDR 5545, CU 5896
		{from: 6000, first: 6543, sure: 6547}, // SP4
	},
	{10, 50}: {
		{from: 0},
		{from: 4000, first: 4046, sure: 6542}, // SP2, IA-64 only: GDR 4047, CU 4344
		{from: 6000, first: 6537, sure: 6542}, // SP3
	},
	{11, 0}: {
		{from: 0},
		{from: 5058, first: 5352, sure: 5644}, // SP2: GDR 5352, CU10 5644
		{from: 6020, first: 6216, sure: 6518}, // SP3: GDR 6216, CU1 6518
		{from: 7001, first: 7001},             // SP4
	},
	{12, 0}: {
		{from: 0, first: 2271, sure: 2564},    // RTM: GDR 2271, CU12 2564
		{from: 4050, first: 4219, sure: 4439}, // SP1: GDR 4219, CU5 4439
		{from: 5000, first: 5000},             // SP2 and later
	},
}

// TLS12 says whether that build of the server knows TLS 1.2. It is
// SupportUnknown for versions that are not comparable, for unknown products,
// and for builds between the first TLS 1.2 builds of two servicing branches.
func (v Version) TLS12() Support {
	switch {
	case !v.Comparable() || v.Major == 0:
		return SupportUnknown
	case v.Major < 10:
		return NotSupported
	case v.Major >= 13:
		return Supported
	}
	branches, ok := tls12Branches[[2]uint8{v.Major, v.Minor}]
	if !ok {
		return SupportUnknown
	}
	last := branches[0]
	for _, b := range branches {
		if b.from <= v.Build {
			last = b
		}
	}
	switch {
	case last.first == 0 || v.Build < last.first:
		return NotSupported
	case v.Build < last.sure:
		return SupportUnknown
	}
	return Supported
}
