package enumerate_test

import (
	"context"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

const (
	schemaFile       = "docs/report.schema.json"
	policySchemaFile = "docs/policy.schema.json"
)

func compiledSchema(t *testing.T, file string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	schema, err := c.Compile(file)
	require.NoError(t, err)
	return schema
}

// decoded is a report as other programs read it.
func decoded(t *testing.T, r *enumerate.Report) map[string]any {
	t.Helper()
	data, err := json.Marshal(r)
	require.NoError(t, err)
	var v map[string]any
	require.NoError(t, json.Unmarshal(data, &v))
	return v
}

// TestSchemaReports: the reports on servers of every kind, in every mode, keep to
// the schema.
func TestSchemaReports(t *testing.T) {
	schema := compiledSchema(t, schemaFile)
	options := whole()
	if os.Getenv("TDSPROBE_LONG") == "" {
		options.Only = []enumerate.Dimension{enumerate.Encryption, enumerate.Suites, enumerate.Certificates}
	}
	configs := map[string]testserver.Config{
		"not offered": {Encryption: testserver.NotSupported}, "force strict": {OS: "2022", ForceStrict: true},
		"not TDS": {Fault: testserver.NotTDS}, "error token": {Fault: testserver.ErrorToken}, "garbage": {Fault: testserver.Garbage},
	}
	for _, name := range schannel.Servers() {
		configs[name] = testserver.Config{OS: name}
	}
	for name, config := range configs {
		t.Run(name, func(t *testing.T) {
			server := start(t, config)
			for _, mode := range []probe.Mode{probe.ModeAuto, probe.ModeTDS7, probe.ModeTDS8, probe.ModeTLS} {
				report, err := enumerate.Scan(t.Context(), target(t, server.Addr(), mode), options)
				if err != nil {
					require.ErrorIs(t, err, enumerate.ErrUnmeasured)
				}
				report.Findings = diagnose.Diagnose(report)
				require.NoError(t, schema.Validate(decoded(t, report)), mode)
			}
		})
	}
}

// schemaReport is one that has every part.
func schemaReport(t *testing.T) *enumerate.Report {
	t.Helper()
	r := fullReport(t)
	r.Findings = diagnose.Diagnose(r)
	server := start(t, testserver.Config{})
	found, _, err := enumerate.Clients(t.Context(), target(t, server.Addr(), probe.ModeAuto), some(t, "go-mssqldb-go1.25", "jdbc-java17-strict"), nil, fast())
	require.NoError(t, err)
	r.Clients = found
	r.Policies = []enumerate.Judgement{{Policy: "p", Title: "P", Meets: new(bool), Rulings: []enumerate.Ruling{{Rule: "r", Title: "R", Cells: []string{"TLS 1.0"}}}}}
	strict := *r
	r.Strict = &strict
	return r
}

// TestSchemaOther: reports of scans that came to nothing keep to the schema, and so
// does one that has every part.
func TestSchemaOther(t *testing.T) {
	schema := compiledSchema(t, schemaFile)
	server := start(t, testserver.Config{})
	address := server.Addr()
	interrupted, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	report, _ := enumerate.Scan(interrupted, target(t, address, probe.ModeAuto), enumerate.Options{})
	require.NoError(t, schema.Validate(decoded(t, report)), "interrupted")
	require.NoError(t, server.Close())
	report, err := enumerate.Scan(t.Context(), target(t, address, probe.ModeAuto), fast())
	require.ErrorIs(t, err, enumerate.ErrUnmeasured)
	require.NoError(t, schema.Validate(decoded(t, report)), "unreachable")
	require.NoError(t, schema.Validate(decoded(t, schemaReport(t))), "whole")
}

// TestSchemaRefuses: what is no report is refused.
func TestSchemaRefuses(t *testing.T) {
	schema := compiledSchema(t, schemaFile)
	r := schemaReport(t)
	tests := []struct {
		path  string // to what is changed; the first of a list
		value any    // nil: left out
	}{
		{"schema", "tdsprobe/report/v2"}, {"schema", nil}, {"extra", 1}, {"target", nil}, {"target.mode", "tds9"}, {"target.port", 65536},
		{"target.password", "secret"}, {"started", "yesterday"}, {"complete", "yes"}, {"connections", -1}, {"server.extra", 1},
		{"server.encryption", "maybe"}, {"server.encryption_answers.off", "maybe"}, {"server.encryption_answers.never", "off"},
		{"baseline.outcome", "10"}, {"baseline.rungs.stage", "lunch"}, {"baseline.extra", 1}, {"protocols.version", "TLS 1.4"},
		{"protocols.code", 773}, {"protocols.accepted", nil}, {"protocols.accepted", "yes"}, {"protocols.preference", "mine"},
		{"protocols.cipher_suites.id", 1 << 24}, {"protocols.cipher_suites.name", nil}, {"protocols.extra", 1},
		{"certificates.sha256", "12"}, {"certificates.not_after", "never"}, {"certificates.serial", "0x12"}, {"chain_complete", nil},
		{"dhe.bits", 2048.5}, {"dhe.leading_zeros.secret", "perhaps"}, {"behaviours.value", "yes"}, {"tolerances.outcome", "gone"},
		{"stability.reset", -1}, {"stability.connect_ms.p50", "1 ms"}, {"pressure.failure_rate_high", 1.5}, {"strict.target", nil},
		{"strict.extra", 1}, {"clients.connects", nil}, {"clients.outcome", "fine"}, {"clients.cause", "moon"}, {"findings.severity", "fatal"},
		{"findings.scenario", 7}, {"findings.id", ""}, {"findings.extra", 1}, {"policies.meets", "no"}, {"policies.rulings.rule", nil},
		{"policies.rulings.cells", "all"},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			v := decoded(t, r)
			require.NoError(t, schema.Validate(v))
			damage(v, strings.Split(tt.path, "."), tt.value)
			require.Error(t, schema.Validate(v))
		})
	}
}

// damage changes what a path leads to.
func damage(v any, path []string, value any) {
	if list, ok := v.([]any); ok {
		damage(list[0], path, value)
		return
	}
	object := v.(map[string]any)
	switch {
	case len(path) > 1:
		damage(object[path[0]], path[1:], value)
	case value == nil:
		delete(object, path[0])
	default:
		object[path[0]] = value
	}
}

// readSchema reads a schema as JSON.
func readSchema(t *testing.T, file string) (schema map[string]any) {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &schema))
	return schema
}

// TestSchemaFields: the schema has the fields of the types and no others, and wants
// those that are never left out.
func TestSchemaFields(t *testing.T) {
	schema := readSchema(t, schemaFile)
	defs := schema["$defs"].(map[string]any)
	properties, seen := schema["properties"].(map[string]any), map[reflect.Type]bool{}
	requireFields(t, defs, schema, properties["systems"].(map[string]any), reflect.TypeFor[diagnose.System](), seen)
	delete(properties, "systems") // which package render adds
	requireFields(t, defs, schema, schema, reflect.TypeFor[enumerate.Report](), seen)
	require.Len(t, seen, 23, "the structs of a report, and the system")
	for name, values := range map[string][]string{
		"outcome": enumNames[probe.Outcome](), "stage": enumNames[probe.Stage](), "mode": enumNames[probe.Mode](), "severity": enumNames[enumerate.Severity](),
	} {
		var got []string
		for _, v := range defs[name].(map[string]any)["enum"].([]any) {
			got = append(got, v.(string))
		}
		require.Equal(t, values, got, name)
	}
}

// enumNames are the names of the values that can be read back.
func enumNames[T interface {
	~uint8
	String() string
}]() (names []string) {
	for i := range 256 {
		v := T(i)
		if json.Unmarshal([]byte(`"`+v.String()+`"`), &v) == nil {
			names = append(names, v.String())
		}
	}
	return names
}

// requireFields compares the schema of a value with its type.
func requireFields(t *testing.T, defs, root, schema map[string]any, typ reflect.Type, seen map[reflect.Type]bool) {
	t.Helper()
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct || typ == reflect.TypeFor[time.Time]() || seen[typ] {
		return
	}
	seen[typ] = true
	schema = resolveSchema(defs, root, schema)
	properties, _ := schema["properties"].(map[string]any)
	require.Equal(t, false, schema["additionalProperties"], typ)
	var names, required, wanted []string
	for _, f := range reflect.VisibleFields(typ) {
		if f.Anonymous {
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, name)
		if options == "" {
			required = append(required, name)
		}
		require.Contains(t, properties, name, typ)
		requireFields(t, defs, root, properties[name].(map[string]any), f.Type, seen)
	}
	for _, name := range schema["required"].([]any) {
		wanted = append(wanted, name.(string))
	}
	require.ElementsMatch(t, required, wanted, typ)
	for name := range properties {
		require.True(t, slices.Contains(names, name), "%v has no %s", typ, name)
	}
}

// resolveSchema follows references, to the items of lists too.
func resolveSchema(defs, root, schema map[string]any) map[string]any {
	for {
		switch ref, _ := schema["$ref"].(string); {
		case ref == "#":
			return root
		case ref != "":
			schema = defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
		case schema["items"] != nil:
			schema = schema["items"].(map[string]any)
		case schema["anyOf"] != nil:
			schema = schema["anyOf"].([]any)[0].(map[string]any)
		default:
			return schema
		}
	}
}
