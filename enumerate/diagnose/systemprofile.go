package diagnose

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A profile is what a system does by default.
type profile struct {
	name     string
	family   *family
	versions []probe.Version // enabled
	reserve  []probe.Version // that can be enabled
	suites   []probe.CipherSuite
	// off are the suites that can be enabled; nil if that is every other one.
	off     []probe.CipherSuite
	fits    func(probe.CipherSuite, probe.Version) bool
	groups  []uint16
	schemes []uint16
	dhBits  int // 0 if not known
}

// A family is what systems have in common that cannot be set. Each number is how
// often a server of the family shows something.
type family struct {
	windows    bool
	refusals   map[probe.Outcome]float64
	preference map[enumerate.Preference]float64
	padded     float64 // a DHE generator with leading zeros
	tds7TLS13  float64 // TLS 1.3 inside TDS 7
	refuses    string  // in words
}

// The families. SQL Server on Windows was never seen to send an alert, Schannel
// has no option for the client's preference, and SQL Server ends TDS 7 at TLS
// 1.2; but a proxy may stand before it, hence no number is 0.
var (
	schannelFamily = &family{
		windows:    true,
		refusals:   map[probe.Outcome]float64{probe.Closed: 0.95, probe.Reset: 0.03, probe.TimedOut: 0.01, probe.Alerted: 1e-4},
		preference: map[enumerate.Preference]float64{enumerate.ServerPreference: 1, enumerate.ClientPreference: 1e-4},
		padded:     0.999,
		tds7TLS13:  1e-3,
		refuses:    "by closing the connection",
	}
	opensslFamily = &family{
		refusals:   map[probe.Outcome]float64{probe.Closed: 0.07, probe.Reset: 0.02, probe.TimedOut: 0.01, probe.Alerted: 0.9},
		preference: map[enumerate.Preference]float64{enumerate.ServerPreference: 0.5, enumerate.ClientPreference: 0.5},
		padded:     0.01,
		tds7TLS13:  0.5,
		refuses:    "with an alert",
	}
)

//go:embed openssl.json
var opensslJSON []byte

// opensslName is how the names of systems with OpenSSL begin.
const opensslName = "OpenSSL"

// profiles returns those of all Windows versions, oldest first, and of OpenSSL.
var profiles = sync.OnceValue(func() []profile {
	var list []profile
	for _, system := range schannel.Systems() {
		list = append(list, windowsProfile(system))
	}
	var data struct {
		Versions []probe.Version
		Reserve  []probe.Version
		Suites   []probe.CipherSuite
		Groups   []uint16
		Schemes  []uint16
	}
	if err := json.Unmarshal(opensslJSON, &data); err != nil {
		panic(fmt.Sprintf("diagnose: %v", err)) // the data is part of the program
	}
	return append(list, profile{
		name: opensslName, family: opensslFamily,
		versions: data.Versions, reserve: data.Reserve, suites: data.Suites, fits: probe.CipherSuite.Fits,
		groups: data.Groups, schemes: data.Schemes,
	})
})

func windowsProfile(system schannel.System) profile {
	p := profile{
		name: system.Name, family: schannelFamily,
		versions: converted[probe.Version](system.Protocols), reserve: converted[probe.Version](system.ProtocolsOff),
		off:    append([]probe.CipherSuite{}, converted[probe.CipherSuite](system.SuitesOff)...),
		groups: ids(system.Groups), schemes: ids(system.SignatureSchemes), dhBits: system.DHEBits,
	}
	in := map[probe.CipherSuite][]schannel.ID{}
	for _, s := range system.Suites {
		p.suites = append(p.suites, probe.CipherSuite(s.ID))
		in[probe.CipherSuite(s.ID)] = s.Versions
	}
	p.fits = func(c probe.CipherSuite, v probe.Version) bool { return slices.Contains(in[c], schannel.ID(v)) }
	return p
}

func converted[To ~uint16](list []schannel.ID) []To {
	var out []To
	for _, id := range list {
		out = append(out, To(id))
	}
	return out
}
