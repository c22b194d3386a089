package enumerate_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/probe"
)

func TestPolicies(t *testing.T) {
	var ids []string
	for _, p := range enumerate.Policies() {
		ids = append(ids, p.ID)
		require.True(t, strings.HasPrefix(p.Reference, "https://"), p.ID)
		found, ok := enumerate.FindPolicy(p.ID)
		require.True(t, ok)
		require.Equal(t, p, found)
		data, err := json.Marshal(p)
		require.NoError(t, err)
		again, err := enumerate.ReadPolicy(bytes.NewReader(data))
		require.NoError(t, err)
		require.Equal(t, p, again)
	}
	require.Equal(t, []string{"mozilla-modern", "mozilla-intermediate", "mozilla-old", "nist-800-52r2", "windows-2022", "windows-2025", "drivers"}, ids)
	_, ok := enumerate.FindPolicy("../policies/windows-2022")
	require.False(t, ok)
}

// TestPoliciesOfWindows: they are the defaults of those systems, neither more nor
// less.
func TestPoliciesOfWindows(t *testing.T) {
	for _, year := range []string{"2022", "2025"} {
		p, _ := enumerate.FindPolicy("windows-" + year)
		system, ok := schannel.Server(year)
		require.True(t, ok)
		exact := func(names []string, in ...string) *enumerate.Names {
			return &enumerate.Names{In: in, Required: names, Allowed: []string{}}
		}
		all := func(list []schannel.Named) []string {
			var names []string
			for _, n := range list {
				names = append(names, n.Name)
			}
			return names
		}
		var versions []string
		suites := map[string][]string{}
		for _, v := range system.Protocols {
			versions = append(versions, probe.Version(v).String())
		}
		for _, s := range system.Suites {
			for _, v := range s.Versions {
				name := probe.Version(v).String()
				suites[name] = append(suites[name], s.Name)
			}
		}
		rules := p.Rules
		require.Len(t, rules, 9)
		require.Equal(t, exact(versions), rules[0].Versions)
		for i, v := range []string{"TLS 1.3", "TLS 1.2", "TLS 1.1", "TLS 1.0"} {
			require.Equal(t, exact(suites[v], v), rules[1+i].CipherSuites)
		}
		require.Equal(t, exact(all(system.Groups)), rules[5].Groups)
		require.Equal(t, &enumerate.Names{Allowed: all(system.SignatureSchemes)}, rules[6].SignatureSchemes, "which depend on the certificate")
		require.Equal(t, map[string]int{"DH": system.DHEBits}, rules[7].MinBits)
		require.Equal(t, enumerate.ServerPreference, rules[8].Preference)
	}
}

// TestPolicySchema: it has the fields of the types, the built-in policies keep to it,
// and each name that it lists can be read.
func TestPolicySchema(t *testing.T) {
	schema := readSchema(t, policySchemaFile)
	defs, seen := schema["$defs"].(map[string]any), map[reflect.Type]bool{}
	requireFields(t, defs, schema, schema, reflect.TypeFor[enumerate.Policy](), seen)
	require.Len(t, seen, 3, "policies, rules and names")
	for _, p := range enumerate.Policies() {
		file, err := os.Open("policies/" + p.ID + ".json")
		require.NoError(t, err)
		defer file.Close()
		policy, err := jsonschema.UnmarshalJSON(file)
		require.NoError(t, err)
		require.NoError(t, compiledSchema(t, policySchemaFile).Validate(policy), p.ID)
	}
	for field, name := range map[string]string{"versions": "version", "certificate_keys": "key", "certificate_hashes": "hash"} {
		data, err := json.Marshal(defs[name].(map[string]any)["enum"])
		require.NoError(t, err)
		_, err = enumerate.ReadPolicy(strings.NewReader(`{"id":"p","title":"P","rules":[{"id":"r","title":"R","` + field + `":{"allowed":` + string(data) + `}}]}`))
		require.NoError(t, err)
	}
}

func TestReadPolicy(t *testing.T) {
	rule := func(condition string) string {
		return `{"id":"p","title":"P","rules":[{"id":"r","title":"R",` + condition + `}]}`
	}
	schema := compiledSchema(t, policySchemaFile)
	keeps := func(policy string) bool {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(policy))
		return err == nil && schema.Validate(value) == nil
	}
	for _, good := range []string{
		rule(`"versions":{"required":["TLS 1.2"]}`),
		rule(`"cipher_suites":{"in":["TLS 1.0"],"forbidden":["*_RC4_*","SSL_CK_*"]}`),
		rule(`"certificate_days":1`),
		rule(`"min_bits":{"RSA":1}`),
		rule(`"behaviours":{"compression":false}`),
		rule(`"clients":["go-mssqldb-go1.25"]`),
		rule(`"versions":{"allowed":[]}`) + "\n",
	} {
		p, err := enumerate.ReadPolicy(strings.NewReader(good))
		require.NoError(t, err, good)
		require.True(t, keeps(good), good)
		data, err := json.Marshal(p)
		require.NoError(t, err)
		require.JSONEq(t, good, string(data))
	}
	tests := []struct{ name, data, want string }{
		{"nothing", ``, "EOF"},
		{"no JSON", `policy`, "invalid character 'p'"},
		{"unknown field", `{"id":"p","title":"P","rules":[{"id":"r","title":"R","cyphers":[]}]}`, `unknown field "cyphers"`},
		{"unknown field within", rule(`"groups":{"only":["x25519"]}`), `unknown field "only"`},
		{"two policies", rule(`"certificate_days":1`) + `{}`, "there is more after its end"},
		{"no id", `{"title":"P","rules":[]}`, "id or title is missing"},
		{"no rules", `{"id":"p","title":"P","rules":[]}`, "there are no rules"},
		{"rule without title", `{"id":"p","title":"P","rules":[{"id":"r","certificate_valid":true}]}`, "rule 1: id or title is missing"},
		{"rule twice", `{"id":"p","title":"P","rules":[{"id":"r","title":"R","certificate_valid":true},{"id":"r","title":"R","certificate_valid":true}]}`, `rule "r" is there twice`},
		{"no condition", rule(`"certificate_days":0`), `rule "r": 0 conditions`},
		{"nothing wanted", `{"id":"p","title":"P","rules":[{"id":"r","title":"R"}]}`, `rule "r": 0 conditions`},
		{"two conditions", rule(`"certificate_days":1,"certificate_valid":true`), `rule "r": 2 conditions`},
		{"no names", rule(`"versions":{}`), "versions: nothing is required, allowed or forbidden"},
		{"version", rule(`"versions":{"allowed":["TLSv1.2"]}`), `versions: unknown "TLSv1.2"`},
		{"versions in a version", rule(`"versions":{"in":["TLS 1.2"],"allowed":["TLS 1.2"]}`), "versions: in: that is the same in all versions"},
		{"in", rule(`"groups":{"in":["TLS 1.4"],"allowed":["x25519"]}`), `groups: in: unknown "TLS 1.4"`},
		{"suite", rule(`"cipher_suites":{"forbidden":["TLS_RSA_WITH_AES_129_CBC_SHA"]}`), `cipher_suites: unknown "TLS_RSA_WITH_AES_129_CBC_SHA"`},
		{"suite pattern", rule(`"cipher_suites":{"forbidden":["*_RC5_*"]}`), `cipher_suites: unknown "*_RC5_*"`},
		{"no pattern", rule(`"cipher_suites":{"forbidden":["[TLS"]}`), "syntax error in pattern"},
		{"group", rule(`"groups":{"required":["P-256"]}`), `groups: unknown "P-256"`},
		{"scheme", rule(`"signature_schemes":{"allowed":["sha1"]}`), `signature_schemes: unknown "sha1"`},
		{"key", rule(`"certificate_keys":{"allowed":["rsa"]}`), `certificate_keys: unknown "rsa"`},
		{"hash", rule(`"certificate_hashes":{"allowed":["SHA-256"]}`), `certificate_hashes: unknown "SHA-256"`},
		{"days", rule(`"certificate_days":-1`), "certificate_days: -1"},
		{"type of key", rule(`"min_bits":{"EC":256}`), `min_bits: unknown "EC"`},
		{"bits", rule(`"min_bits":{"RSA":0}`), `min_bits: "RSA": 0`},
		{"no number", rule(`"min_bits":{"RSA":"2048"}`), "min_bits"},
		{"preference", rule(`"preference":"unknown"`), `preference: unknown "unknown"`},
		{"client", rule(`"clients":["go-mssqldb-go1.9"]`), `clients: clients: no such client: "go-mssqldb-go1.9"`},
	}
	beyond := []string{"rule twice", "suite", "suite pattern", "no pattern", "group", "scheme", "client"} // of what a schema can say
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, slices.Contains(beyond, tt.name), keeps(tt.data), "by the schema")
			_, err := enumerate.ReadPolicy(strings.NewReader(tt.data))
			require.ErrorIs(t, err, enumerate.ErrPolicy)
			require.ErrorContains(t, err, tt.want)
		})
	}
	failure := errors.New("broken")
	_, err := enumerate.ReadPolicy(iotest.ErrReader(failure))
	require.ErrorIs(t, err, failure)
	require.NotErrorIs(t, err, enumerate.ErrPolicy)
}

// TestPoliciesPage: the documentation has every built-in policy and every field of
// a rule, and its example is a policy.
func TestPoliciesPage(t *testing.T) {
	data, err := os.ReadFile("docs/policies.md")
	require.NoError(t, err)
	page := string(data)
	for _, p := range enumerate.Policies() {
		require.Contains(t, page, "`"+p.ID+"`")
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[enumerate.Rule]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "id" && name != "title" {
			require.Contains(t, page, "`"+name+"`")
		}
	}
	_, example, ok := strings.Cut(page, "```json\n")
	require.True(t, ok)
	example, _, _ = strings.Cut(example, "```\n")
	_, err = enumerate.ReadPolicy(strings.NewReader(example))
	require.NoError(t, err)
}
