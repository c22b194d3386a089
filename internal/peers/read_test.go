package peers_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/iana"
)

// A pair is a cipher suite in a version of TLS.
type pair struct{ version, suite uint16 }

// pairs are those that a server accepts.
type pairs map[pair]bool

// versions are what the tools call them: nmap and sslscan alike.
var versions = map[string]uint16{"SSLv3": 0x0300, "TLSv1.0": 0x0301, "TLSv1.1": 0x0302, "TLSv1.2": 0x0303, "TLSv1.3": 0x0304}

// readScan reads what examples/scan prints with -json.
func readScan(output []byte) (pairs, error) {
	var report enumerate.Report
	if err := json.Unmarshal(output, &report); err != nil {
		return nil, err
	}
	found := pairs{}
	for _, p := range report.Protocols {
		if p.Accepted == nil || !p.Complete {
			return found, fmt.Errorf("%s is inconclusive", p.Version)
		}
		for _, suite := range p.CipherSuites {
			found[pair{uint16(p.Code), uint16(suite.ID)}] = true
		}
	}
	return found, nil
}

// readNmap reads nmap's XML: a table for each version, in it a table for each
// suite.
func readNmap(output []byte) (pairs, error) {
	var run struct {
		Versions []struct {
			Name   string `xml:"key,attr"`
			Tables []struct {
				Key    string `xml:"key,attr"`
				Suites []struct {
					Elems []struct {
						Key   string `xml:"key,attr"`
						Value string `xml:",chardata"`
					} `xml:"elem"`
				} `xml:"table"`
			} `xml:"table"`
		} `xml:"host>ports>port>script>table"`
	}
	if err := xml.Unmarshal(output, &run); err != nil {
		return nil, err
	}
	found := pairs{}
	for _, version := range run.Versions {
		for _, table := range version.Tables {
			if table.Key != "ciphers" {
				continue
			}
			for _, suite := range table.Suites {
				for _, elem := range suite.Elems {
					if elem.Key != "name" {
						continue
					}
					// It has names of its own for those of TLS 1.3.
					id, ok := iana.CipherSuiteID(strings.Replace(elem.Value, "TLS_AKE_WITH_", "TLS_", 1))
					if !ok {
						return found, fmt.Errorf("unknown cipher suite %q", elem.Value)
					}
					found[pair{versions[version.Name], id}] = true
				}
			}
		}
	}
	return found, nil
}

// readSSLScan reads sslscan's XML: one element for each suite.
func readSSLScan(output []byte) (pairs, error) {
	var document struct {
		Suites []struct {
			Version string `xml:"sslversion,attr"`
			ID      string `xml:"id,attr"`
		} `xml:"ssltest>cipher"`
	}
	if err := xml.Unmarshal(output, &document); err != nil {
		return nil, err
	}
	found := pairs{}
	for _, suite := range document.Suites {
		id, err := strconv.ParseUint(suite.ID, 0, 16)
		if err != nil {
			return found, err
		}
		found[pair{versions[suite.Version], uint16(id)}] = true
	}
	return found, nil
}

// testSSLFinding is the id of a testssl.sh finding about a suite.
var testSSLFinding = regexp.MustCompile(`^cipher-tls1(?:_([123]))?_x([0-9a-f]+)$`)

// readTestSSL reads testssl.sh's JSON: one finding for each suite, among others.
func readTestSSL(output []byte) (pairs, error) {
	var findings []struct{ ID string }
	if err := json.Unmarshal(output, &findings); err != nil {
		return nil, err
	}
	found := pairs{}
	for _, finding := range findings {
		match := testSSLFinding.FindStringSubmatch(finding.ID)
		if match == nil {
			continue
		}
		minor, _ := strconv.Atoi(match[1]) // none is 0
		id, err := strconv.ParseUint(match[2], 16, 16)
		if err != nil {
			return found, err
		}
		found[pair{0x0301 + uint16(minor), uint16(id)}] = true
	}
	return found, nil
}

func TestRead(t *testing.T) {
	want := pairs{{0x0301, 0x0035}: true, {0x0304, 0x1302}: true}
	tests := []struct {
		name   string
		read   func([]byte) (pairs, error)
		output string
		want   pairs
		err    string
	}{
		{"scan", readScan, `{"protocols":[
			{"code":769,"accepted":true,"complete":true,"cipher_suites":[{"id":53}]},
			{"code":770,"accepted":false,"complete":true,"cipher_suites":[]},
			{"code":772,"accepted":true,"complete":true,"cipher_suites":[{"id":4866}]}]}`, want, ""},
		{"scan, unsure of a version", readScan, `{"protocols":[{"version":"TLS 1.1","accepted":null,"complete":true}]}`,
			pairs{}, "TLS 1.1 is inconclusive"},
		{"scan, unsure of suites", readScan, `{"protocols":[{"version":"TLS 1.1","accepted":true,"complete":false}]}`,
			pairs{}, "TLS 1.1 is inconclusive"},
		{"nmap", readNmap, `<nmaprun><host><ports><port><script id="ssl-enum-ciphers">
			<table key="TLSv1.0"><table key="ciphers"><table>
			<elem key="strength">A</elem><elem key="name">TLS_RSA_WITH_AES_256_CBC_SHA</elem></table></table>
			<table key="compressors"><elem>NULL</elem></table></table>
			<table key="TLSv1.3"><table key="ciphers"><table>
			<elem key="name">TLS_AKE_WITH_AES_256_GCM_SHA384</elem></table></table></table>
			</script></port></ports></host></nmaprun>`, want, ""},
		{"nmap, nothing found", readNmap, `<nmaprun><host><ports><port></port></ports></host></nmaprun>`, pairs{}, ""},
		{"nmap, new name", readNmap, `<nmaprun><host><ports><port><script><table key="TLSv1.0"><table key="ciphers"><table>
			<elem key="name">TLS_NEW</elem></table></table></table></script></port></ports></host></nmaprun>`,
			pairs{}, `unknown cipher suite "TLS_NEW"`},
		{"sslscan", readSSLScan, `<document><ssltest><protocol type="tls" version="1.0" enabled="1"/>
			<cipher status="preferred" sslversion="TLSv1.3" cipher="TLS_AES_256_GCM_SHA384" id="0x1302"/>
			<cipher status="accepted" sslversion="TLSv1.0" cipher="AES256-SHA" id="0x0035"/></ssltest></document>`, want, ""},
		{"testssl", readTestSSL, `[{"id":"TLS1","finding":"offered"},{"id":"cipher-tls1_x35"},{"id":"cipher-tls1_3_x1302"}]`, want, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.read([]byte(tt.output))
			require.Equal(t, tt.want, got)
			if tt.err != "" {
				require.EqualError(t, err, tt.err)
				return
			}
			require.NoError(t, err)
		})
	}
	for name, read := range map[string]func([]byte) (pairs, error){
		"scan": readScan, "nmap": readNmap, "sslscan": readSSLScan, "testssl": readTestSSL,
	} {
		_, err := read([]byte("Segmentation fault"))
		require.Error(t, err, name)
	}
}
