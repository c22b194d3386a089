package diagnose

import (
	"path"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A class is a set of suites that an administrator removes or adds as one.
type class struct {
	name    string
	pattern string  // of the suites' names, as in path.Match
	removed float64 // how often all of them are removed where they are default
}

// classes are in the order in which they explain what is missing: what goes by
// mode and key exchange first, since who removes CBC has removed 3DES.
var classes = []class{
	{"CBC", "*_CBC_*", 0.1},
	{"static RSA", "TLS_RSA_WITH_*", 0.2},
	{"DHE", "TLS_DHE_*", 0.3},
	{"3DES", "*_3DES_*", 0.4},
	{"RC4", "*_RC4_*", 0.5},
	{"SHA-1", "*_SHA", 0.1},
	{"ChaCha20", "*_CHACHA20_*", 0.2},
	{"AES-128", "*_AES_128_*", 0.03},
	{"AES-256", "*_AES_256_*", 0.01},
}

// kinds are the classes that suites are added in: the first that fits.
var kinds = []class{
	{name: "NULL", pattern: "*_NULL_*"},
	{name: "export", pattern: "*_EXPORT*"},
	{name: "anonymous", pattern: "*_anon_*"},
	{name: "RC4", pattern: "*_RC4_*"},
	{name: "3DES", pattern: "*_3DES_*"},
	{name: "DES", pattern: "*_DES*"},
	{name: "CCM", pattern: "*_CCM*"},
	{name: "Camellia", pattern: "*_CAMELLIA_*"},
	{name: "ARIA", pattern: "*_ARIA_*"},
	{name: "SEED", pattern: "*_SEED_*"},
	{name: "IDEA", pattern: "*_IDEA_*"},
	{name: "ChaCha20", pattern: "*_CHACHA20_*"},
	{name: "DHE", pattern: "TLS_DHE_*"},
}

func (c class) has(suite probe.CipherSuite) bool {
	ok, err := path.Match(c.pattern, suite.String())
	return ok && err == nil
}

// kindOf returns the name of the first kind that a suite is of, or the suite's
// own.
func kindOf(suite probe.CipherSuite) string {
	for _, k := range kinds {
		if k.has(suite) {
			return k.name
		}
	}
	return suite.String()
}

// keyExchange splits the name of a suite into key exchange and authentication:
// "ECDHE" and "ECDSA". Suites of TLS 1.3 name neither; they are ECDHE with any
// certificate.
func keyExchange(suite string) (exchange, authentication string) {
	words, _, with := strings.Cut(strings.TrimPrefix(suite, "TLS_"), "_WITH_")
	if !with {
		return "ECDHE", ""
	}
	exchange, authentication, both := strings.Cut(words, "_")
	if !both {
		return exchange, exchange // RSA is both
	}
	return exchange, authentication
}

// signs reports whether a certificate for suites of an authentication, empty if
// any will do, signs with a scheme.
func signs(scheme probe.SignatureScheme, authentication string) bool {
	prefix := map[string]string{"": "", "RSA": "rsa_", "ECDSA": "ecdsa_", "DSS": "dsa_"}[authentication]
	return strings.HasPrefix(scheme.String(), prefix)
}

// moved returns how many elements must be moved to bring seen into the order of
// want: all but those of the longest sequence that is in order already. Elements
// of only one of both do not count.
func moved[T comparable](seen, want []T) int {
	var places []int
	for _, s := range seen {
		if i := slices.Index(want, s); i >= 0 {
			places = append(places, i)
		}
	}
	longest := 0
	ending := make([]int, len(places)) // length of the longest that ends here
	for i, place := range places {
		for j := range i {
			if places[j] < place {
				ending[i] = max(ending[i], ending[j])
			}
		}
		ending[i]++
		longest = max(longest, ending[i])
	}
	return len(places) - longest
}

// less returns what is in a and not in b.
func less[T comparable](a, b []T) []T {
	return slices.DeleteFunc(slices.Clone(a), func(e T) bool { return slices.Contains(b, e) })
}

// and joins words as a sentence does.
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
