package clients

import (
	"maps"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// linux are drivers that leave TLS to the system's OpenSSL: each sends what that
// sends.
type linux struct {
	Systems []struct{ ID, OS, OpenSSL string }
	Drivers []struct {
		product
		Suites map[string]ids    // by system, where the driver has its own
		Hellos map[string]string // suffix of the id: suffix of the capture's id
	}
}

func (c *catalog) addLinux(l linux) {
	for _, p := range l.Drivers {
		for _, system := range l.Systems {
			for _, suffix := range slices.Sorted(maps.Keys(p.Hellos)) {
				base := c.client(system.OpenSSL + p.Hellos[suffix])
				client := p.client(system.ID+suffix, base.Mode)
				client.OS, client.Stack, client.Runtime = system.OS, base.Stack, base.Runtime
				client.Settings, client.Hello = suffixSettings[suffix], withSuites(base.Hello, p.Suites[system.ID])
				client.Evidence = append(client.Evidence, "hello: "+base.ID)
				c.add(client, base.Rules.MinVersion)
			}
		}
	}
}

// suffixSettings says what the suffix of an id means.
var suffixSettings = map[string]string{
	"-seclevel0": "openssl.cnf: MinProtocol = TLSv1, CipherString = DEFAULT@SECLEVEL=0",
	"-strict":    "Encrypt=Strict",
}

// withSuites returns a captured hello with other suites, the same if there are
// none.
func withSuites(record []byte, suites ids) []byte {
	if suites == nil {
		return slices.Clone(record)
	}
	hello, err := parse(record)
	must(err, "suites")
	hello.CipherSuites = suites
	message, err := hello.Append(nil)
	must(err, "suites")
	return tlswire.AppendRecords(nil, recordHandshake, uint16(recordVersion(record)), message, 0)
}

// parse reads the ClientHello in TLS records.
func parse(record []byte) (*tlswire.ClientHello, error) {
	message, err := tlswire.HandshakeMessage(record)
	if err != nil {
		return nil, err
	}
	return tlswire.ParseClientHello(message)
}

// recordVersion returns the version in the header of a record.
func recordVersion(record []byte) probe.Version {
	return probe.Version(record[1])<<8 | probe.Version(record[2])
}
