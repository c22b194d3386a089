package render_test

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// schemaServers are servers of every kind: each system in each of its ways in, and
// those that cannot be measured.
func schemaServers() map[string]testserver.Config {
	servers := map[string]testserver.Config{
		"not offered": {Encryption: testserver.NotSupported}, "not TDS": {Fault: testserver.NotTDS},
		"error token": {Fault: testserver.ErrorToken}, "garbage": {Fault: testserver.Garbage},
	}
	for _, os := range schannel.Servers() {
		servers[os] = testserver.Config{OS: os}
		if long {
			servers[os+", TDS 7 only"] = testserver.Config{OS: os, NoStrict: true, Encryption: testserver.On, Refusal: testserver.RefuseRST}
			servers[os+", strict only"] = testserver.Config{OS: os, ForceStrict: true, Refusal: testserver.RefuseAlert}
		}
	}
	return servers
}

// schemaDocument is of one server. In the longer run it has all that a document
// can have.
func schemaDocument(t *testing.T, config testserver.Config) render.Document {
	t.Helper()
	target := start(t, config)
	if !long {
		return diagnosed(scanned(t, target, enumerate.Encryption, enumerate.Suites, enumerate.Certificates))
	}
	report := scanned(t, target)
	fails := config.Fault != testserver.NoFault || config.Encryption == testserver.NotSupported
	require.Equal(t, !fails, report.Measured() && report.Complete, report.Incomplete)
	var err error
	list := clients.All()
	report.Clients, _, err = enumerate.Clients(t.Context(), target, list, diagnose.Clients(report, list), scanOptions())
	require.NoError(t, err)
	for _, p := range enumerate.Policies() {
		report.Policies = append(report.Policies, p.Judge(report))
	}
	return diagnosed(report)
}

// The schemas: that of the standard, ours, and what
// Jenkins takes.
const (
	sarifSchema     = "testdata/sarif-2.1.0-rtm.5.json"
	reportSchema    = "../docs/report.schema.json"
	addressesSchema = "../docs/addresses.schema.json"
	junitSchema     = "testdata/jenkins-junit.xsd"
)

// compiledSchema reads a JSON Schema, of which formats are held too.
func compiledSchema(t testing.TB, file string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	ours := []string{reportSchema, addressesSchema}
	for _, name := range ours { // one refers to the other by its id
		f, err := os.Open(name)
		require.NoError(t, err)
		defer f.Close()
		schema, err := jsonschema.UnmarshalJSON(f)
		require.NoError(t, err)
		require.NoError(t, c.AddResource(schema.(map[string]any)["$id"].(string), schema))
	}
	schema, err := c.Compile(file)
	require.NoError(t, err)
	return schema
}

// validJSON holds JSON against a schema.
func validJSON(t testing.TB, schema *jsonschema.Schema, data []byte) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	return schema.Validate(value)
}

// validJUnit holds XML against what Jenkins takes.
func validJUnit(t *testing.T, data []byte) error {
	t.Helper()
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed: Debian's libxml2-utils")
	}
	lint := exec.Command(xmllint, "--noout", "--nonet", "--schema", junitSchema, "-")
	lint.Stdin = bytes.NewReader(data)
	out, err := lint.CombinedOutput()
	t.Logf("%.300s", out)
	return err
}

// TestSchemas: what other programs read of servers of every kind keeps to the
// schemas that they know.
func TestSchemas(t *testing.T) {
	documents := map[string]func(*testing.T) render.Document{
		"everything": func(*testing.T) render.Document { return exportDocument() },
		"hostile":    func(*testing.T) render.Document { return hostileDocument(exportHostile) },
		"nothing":    func(*testing.T) render.Document { return render.Document{} },
	}
	for name, config := range schemaServers() {
		documents[name] = func(t *testing.T) render.Document { return schemaDocument(t, config) }
	}
	sarif, report, addresses := compiledSchema(t, sarifSchema), compiledSchema(t, reportSchema), compiledSchema(t, addressesSchema)
	for name, document := range documents {
		t.Run(name, func(t *testing.T) {
			d := document(t)
			require.NoError(t, validJSON(t, sarif, exported(t, render.SARIF, d)))
			for _, r := range d.Reports {
				require.NoError(t, validJSON(t, report, exported(t, render.JSON, render.Document{Reports: []*enumerate.Report{r}, Findings: d.Findings})))
			}
			d.Addresses = true
			require.NoError(t, validJSON(t, addresses, exported(t, render.JSON, d)))
			require.NoError(t, validJUnit(t, exported(t, render.JUnit, d)))
		})
	}
}

// TestSchemasRefuse: each schema refuses something.
func TestSchemasRefuse(t *testing.T) {
	d := exportDocument()
	tests := []struct {
		schema   string
		write    func(io.Writer, render.Document) error
		old, put string
	}{
		{sarifSchema, render.SARIF, `"level": "error"`, `"level": "fatal"`},
		{addressesSchema, render.JSON, `"likelihood": `, `"likelihood": -`},
		{addressesSchema, render.JSON, `"outcome": "timed_out"`, `"outcome": "late"`},
		{addressesSchema, render.JSON, `"differences": [`, `"differences": [1, `},
	}
	for _, tt := range tests {
		t.Run(tt.put, func(t *testing.T) {
			schema, data := compiledSchema(t, tt.schema), exported(t, tt.write, d)
			require.NoError(t, validJSON(t, schema, data))
			require.Error(t, validJSON(t, schema, bytes.Replace(data, []byte(tt.old), []byte(tt.put), 1)))
		})
	}
	t.Run("JUnit", func(t *testing.T) {
		data := exported(t, render.JUnit, d)
		require.NoError(t, validJUnit(t, data))
		require.Error(t, validJUnit(t, bytes.ReplaceAll(data, []byte("classname="), []byte("class="))))
	})
}
