package clients

import (
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// windows are drivers that leave TLS to Schannel: each sends what its Windows
// sends by default.
type windows struct {
	Hellos    []description
	Uncertain []string // about all of them
	Drivers   []product
}

// A product is a driver as it is installed.
type product struct {
	ID         string
	Name       string
	Family     string
	Driver     string
	Encryption string
	Strict     bool     // it can speak TDS 8
	Cap        version  // the highest version that it asks for, if it has one
	CapOn      []string `json:"cap_on"` // hellos that Cap holds for; nil for all
	Prelogin   hexBytes
	Drawn      int
	Evidence   []string
	Uncertain  []string
}

func (c *catalog) addWindows(w windows) {
	for _, p := range w.Drivers {
		for _, d := range w.Hellos {
			limit := p.limit(d.ID)
			if d.Mode == probe.ModeTDS8 && !p.Strict || d.Switched && limit != 0 {
				continue // such a client does not exist, or is another one over again
			}
			record, err := d.record(limit)
			must(err, d.ID)
			client := p.client(d.ID, d.Mode)
			client.OS, client.Settings, client.Stack, client.Hello = d.OS, d.Settings, "schannel", record
			client.Evidence = append(client.Evidence, d.Evidence...)
			client.Uncertain = append(client.Uncertain, "hello: built from a description ("+d.Confidence+" confidence)")
			client.Uncertain = slices.Concat(client.Uncertain, d.Uncertain, w.Uncertain)
			c.add(client, 0)
		}
	}
}

// limit returns the highest version that p asks for on a system, 0 for any.
func (p product) limit(system string) probe.Version {
	if p.CapOn == nil || slices.Contains(p.CapOn, system) {
		return probe.Version(p.Cap)
	}
	return 0
}

// client returns p on a system, without its hello.
func (p product) client(system string, mode probe.Mode) Client {
	client := Client{
		ID: p.ID + "-" + system, Name: p.Name, Family: p.Family, Driver: p.Driver, Mode: mode,
		Evidence: slices.Clone(p.Evidence), Uncertain: slices.Clone(p.Uncertain),
	}
	if mode == probe.ModeTDS8 {
		client.Uncertain = slices.DeleteFunc(client.Uncertain, func(s string) bool { return strings.Contains(s, "PRELOGIN") })
		return client
	}
	client.Mode = probe.ModeTDS7
	body := []byte(p.Prelogin)
	if body == nil {
		plain, err := prelogin.Request(prelogin.EncryptOn, "").Raw()
		must(err, p.ID)
		body = plain.Append(nil)
	}
	client.setPrelogin(body, p.Encryption, p.Drawn)
	return client
}
