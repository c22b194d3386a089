package archtest_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/tdsprobe/tdsprobe"

// allowed lists, for every package, what it may import beyond the standard
// library. A package that is not listed may not exist; paths that begin with a
// slash are below the module. A new row is a change of the architecture.
var allowed = map[string][]string{
	"/prelogin":                      {},
	"/probe":                         {"/prelogin", "/internal/dhe", "/internal/tlswire", "/internal/iana", "/internal/ssrp", utls, "golang.org/x/crypto/chacha20poly1305", "github.com/microsoft/go-mssqldb/msdsn"},
	"/probe/capture":                 {"/probe", "/prelogin", "/internal/tlswire", "github.com/gopacket/gopacket", "github.com/gopacket/gopacket/layers"},
	"/probe/clients":                 {"/probe", "/prelogin", "/internal/tlswire"},
	"/enumerate":                     {"/probe", "/probe/clients", "/prelogin", "/internal/dhgroup", "/internal/shrink", "golang.org/x/time/rate"},
	"/enumerate/diagnose":            {"/enumerate", "/probe", "/probe/clients", "/prelogin", "/internal/schannel"},
	"/enumerate/fuzz":                {"/enumerate", "/probe", "/prelogin", "/internal/shrink", "/internal/tlswire"},
	"/enumerate/render":              {"/enumerate", "/enumerate/diagnose", "/probe", "/probe/clients", goPretty + "/table", goPretty + "/text"},
	"/enumerate/scantest":            {"/enumerate", "/enumerate/diagnose", "/enumerate/render", "/probe", "/probe/clients"},
	"/examples/clients":              program,
	"/examples/compare":              program,
	"/examples/diagnose":             program,
	"/examples/fuzz":                 append([]string{"/enumerate/fuzz"}, program...),
	"/examples/internal/command":     append([]string{"/internal/testserver", "github.com/schollz/progressbar/v3"}, public...),
	"/examples/integration":          {},
	"/examples/internal/commandtest": {"/internal/testserver", "github.com/stretchr/testify/require"},
	"/examples/internal/lineup":      {"/probe/clients"},
	"/examples/scan":                 program,
	"/examples/why":                  program,
	"/internal/archtest":             {},
	"/internal/dhe":                  {},
	"/internal/dhgroup":              {},
	"/internal/hostile":              {"github.com/stretchr/testify/require"},
	"/internal/iana":                 {},
	"/internal/peers":                {},
	"/internal/realclients":          {},
	"/internal/schannel":             {},
	"/internal/shrink":               {},
	"/internal/ssrp":                 {},
	"/internal/testserver":           {"/internal/schannel"},
	"/internal/testserver/stacks":    {},
	"/internal/tlswire":              {"/internal/iana", "golang.org/x/crypto/cryptobyte"},
	"/internal/wine":                 {},
}

const (
	utls     = "github.com/refraction-networking/utls"
	goPretty = "github.com/jedib0t/go-pretty/v6"
)

// public is all that programs outside this module can import, and what tells
// whether they write to a terminal.
var public = []string{"/prelogin", "/probe", "/probe/capture", "/probe/clients", "/enumerate", "/enumerate/diagnose", "/enumerate/render", "golang.org/x/term"}

// program is what any program below /examples may import.
var program = append([]string{"/examples/internal/command", "/examples/internal/lineup"}, public...)

// independent packages judge the prober and share nothing with it, not even in
// their tests: a bug that both have would cancel itself out.
var independent = []string{"/internal/testserver", "/internal/testserver/stacks"}

// A folder is a package as its source files have it, whatever system they are
// for. Its name is its path below the module.
type folder struct {
	name        string
	imports     []string
	testImports []string
}

func TestImports(t *testing.T) {
	for _, f := range folders(t) {
		t.Run("."+f.name, func(t *testing.T) {
			require.Empty(t, violations(f))
		})
	}
}

// violations says what f does that the table forbids.
func violations(f folder) []string {
	may, known := allowed[f.name]
	if !known {
		return []string{"no row in the table"}
	}
	var found []string
	for _, path := range f.imports {
		if !standard(path) && !slices.Contains(may, strings.TrimPrefix(path, module)) {
			found = append(found, "imports "+path)
		}
	}
	if !slices.Contains(independent, f.name) {
		return found
	}
	for _, path := range f.testImports {
		own, ours := strings.CutPrefix(path, module)
		if ours && own != "/internal/schannel" && !slices.Contains(independent, own) {
			found = append(found, "its tests import "+path)
		}
	}
	return found
}

// TestViolations shows that the check sees what it is for.
func TestViolations(t *testing.T) {
	tests := []struct {
		name string
		f    folder
		want []string
	}{
		{"all in order", folder{name: "/enumerate", imports: []string{"net/http", module + "/probe"}}, nil},
		{"no such package", folder{name: "/internal/utils"}, []string{"no row in the table"}},
		{"upwards", folder{name: "/prelogin", imports: []string{"io", module + "/probe"}}, []string{"imports " + module + "/probe"}},
		{"third party", folder{name: "/prelogin", imports: []string{utls}}, []string{"imports " + utls}},
		{"tests of the fake server", folder{
			name:        "/internal/testserver",
			testImports: []string{"testing", module + "/internal/testserver", module + "/prelogin"},
		}, []string{"its tests import " + module + "/prelogin"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, violations(tt.f))
		})
	}
}

// folders reads the imports of all packages of the module. It parses the files
// rather than asking the go command, so that it sees those of every system and
// go test knows which files its result depends on.
func folders(t *testing.T) []folder {
	t.Helper()
	var all []folder
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if name := entry.Name(); path != root && (name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
			return filepath.SkipDir
		}
		if files, _ := filepath.Glob(filepath.Join(path, "*.go")); len(files) > 0 { // the pattern is well formed
			all = append(all, read(t, path, files))
		}
		return nil
	}))
	require.NotEmpty(t, all)
	return all
}

// read collects what the Go files in one directory import.
func read(t *testing.T, dir string, files []string) folder {
	t.Helper()
	f := folder{name: strings.TrimPrefix(filepath.ToSlash(dir), root)}
	for _, file := range files {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		syntax, err := parser.ParseFile(token.NewFileSet(), file, source, parser.ImportsOnly)
		require.NoError(t, err)
		list := &f.imports
		if strings.HasSuffix(file, "_test.go") {
			list = &f.testImports
		}
		for _, spec := range syntax.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			if !slices.Contains(*list, path) {
				*list = append(*list, path)
			}
		}
	}
	return f
}

// standard reports whether path is in the standard library: its first part has
// no dot.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}
