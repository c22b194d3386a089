package fuzz_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
)

// registry is what is cited of values that have no document of their own.
const registry = "IANA, TLS ExtensionType Values"

// citing is the form of what else is cited. Appendices begin with a letter.
var citing = regexp.MustCompile(`^(?:(\[MS-TDS\])|(RFC \d+|draft-[a-z0-9-]+), (?:section|(appendix))) ([A-Z]|\d+)((?:\.\d+)*)$`)

// documents are those that mutations may cite, by layer. Each has a section of
// every series of which some may be cited, and none behind it: with 4.2.11 go
// 4.2.1 to 4.2.10.
var documents = map[string]map[string]string{
	"prelogin": {"[MS-TDS]": "2.2.6.9"},
	"framing":  {"[MS-TDS]": "2.2.3.2 2.2.3.1.6 3.2.5.10", "RFC 9293": "3.10"},
	"record":   {"RFC 5246": "7.4", "RFC 6520": "6", "RFC 8446": "11 4.1.4 5.5 6.2 D.5"},
	"hello": {
		"RFC 2246": "A.6", "RFC 5246": "7.4.1.4 A.6", "RFC 8446": "11 4.1.4 4.2.11 4.4.4 B.4", "RFC 9147": "5.11", // TLS and DTLS
		"RFC 3749": "6", "RFC 3943": "6", // compression
		"RFC 5746": "3.7", "RFC 7507": "7", // SCSVs
		"RFC 6176": "4", "RFC 7465": "4", "RFC 7568": "7", // what is out
		"RFC 7685": "6", "RFC 8701": "3.2", // padding and GREASE
		"RFC 8998": "5", "RFC 9189": "5", // national suites
	},
	"extension": {
		registry: "", "RFC 5246": "7.4.1.4", "RFC 6066": "11", "RFC 8446": "4.6 4.2.11",
		"RFC 5077": "3.4", "RFC 5746": "3.7", "RFC 6520": "6", "RFC 6961": "2.2", "RFC 6962": "3.3.1", "RFC 7250": "6",
		"RFC 7301": "3.2", "RFC 7366": "5", "RFC 7627": "5.4", "RFC 7685": "6", "RFC 8422": "5.1.2", "RFC 8449": "7",
		"RFC 8701": "3.2", "RFC 8879": "5", "RFC 9345": "4.1.3", "draft-ietf-tls-esni-22": "11 6.2",
	},
}

// TestMutationsCites: what a mutation cites is a section that there is, in a
// document of its layer.
func TestMutationsCites(t *testing.T) {
	for _, m := range fuzz.Mutations() {
		require.True(t, plausible(m), "%s: %s", m.Name, m.Cites)
	}
	for _, cites := range []string{
		"", "RFC 8446", "RFC 8446, 4.1.2", "RFC 8446 section 4.1.2", "RFC8446, section 4.1.2", "RFC 8446, section 4.1.2.", "RFC 8446, section 4.1.",
		"RFC 8446, section B.4", "RFC 8446, appendix 4", "RFC 8446, section 4.1.5", "RFC 8446, section 4.1.0", "RFC 8446, section 4.3.1",
		"RFC 8446, section 12", "RFC 8447, section 4", "[MS-TDS] 2.2.6.5", "[MS-TDS], section 2.2.6.5", registry,
	} {
		require.False(t, plausible(fuzz.Mutation{Name: "hello: x", Cites: cites}), cites)
	}
}

func plausible(m fuzz.Mutation) bool {
	layer, _, _ := strings.Cut(m.Name, ": ")
	if m.Cites == registry {
		_, ok := documents[layer][registry]
		return ok
	}
	parts := citing.FindStringSubmatch(m.Cites)
	if parts == nil || (parts[3] != "") != (parts[4] >= "A") {
		return false
	}
	chapter, number := series(parts[4] + parts[5])
	return slices.ContainsFunc(strings.Fields(documents[layer][parts[1]+parts[2]]), func(end string) bool {
		other, most := series(end)
		return chapter == other && 1 <= number && number <= most
	})
}

// series returns the section that a section is in, and its number there.
func series(section string) (string, int) {
	at := strings.LastIndexByte(section, '.') + 1
	number, _ := strconv.Atoi(section[at:]) // 0 of an appendix as a whole
	return section[:at], number
}
