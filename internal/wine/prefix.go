package wine

import (
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// compiler is the C compiler for Windows programs.
const compiler = "x86_64-w64-mingw32-gcc"

//go:embed stub/bcryptprimitives.c
var stubSource []byte

// An installation says where the parts of Wine are. Debian keeps them out of
// the PATH.
type installation struct {
	loader    string // runs a program
	server    string // the process that all programs of a prefix share
	libraries string // the folder of Windows libraries
}

// find returns Debian's installation of Wine, or skips t, naming the package
// that is missing.
func find(t testing.TB) installation {
	t.Helper()
	wine := installation{loader: "/usr/lib/wine/wine64", server: "/usr/lib/wine/wineserver64"}
	folders, _ := filepath.Glob("/usr/lib/*/wine/x86_64-windows") // the pattern is well formed
	if _, err := os.Stat(wine.loader); err != nil || len(folders) == 0 {
		t.Skip("Wine is not installed: Debian's package wine64 has it")
	}
	if _, err := exec.LookPath(compiler); err != nil {
		t.Skipf("%s is not installed: Debian's package gcc-mingw-w64-x86-64-win32 has it", compiler)
	}
	wine.libraries = folders[0]
	return wine
}

// prefix makes a Wine prefix below dir and returns the environment that selects
// it. Wine would take about seven seconds and 700 MB to set one up by itself;
// links to its libraries are enough for a program that only uses sockets.
func (w installation) prefix(t testing.TB, dir string) []string {
	t.Helper()
	root := filepath.Join(dir, "prefix")
	system := filepath.Join(root, "drive_c", "windows", "system32")
	must(t, os.MkdirAll(system, 0o755))

	libraries, err := os.ReadDir(w.libraries)
	must(t, err)
	for _, library := range libraries {
		name := library.Name()
		must(t, os.Symlink(filepath.Join(w.libraries, name), filepath.Join(system, name)))
	}
	w.stub(t, dir, filepath.Join(system, "bcryptprimitives.dll"))
	return []string{
		"WINEPREFIX=" + root,
		"WINEDEBUG=-all",
		"WINEDLLOVERRIDES=mscoree,mshtml=;wineboot.exe=d", // no set-up, no installers
		"DISPLAY=",
	}
}

// stub builds the library that Wine lacks. A newer Wine that has one keeps it
// out of sight: the stub replaces the link.
func (w installation) stub(t testing.TB, dir, library string) {
	t.Helper()
	source := filepath.Join(dir, "bcryptprimitives.c")
	must(t, os.WriteFile(source, stubSource, 0o644))
	if err := os.Remove(library); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	output(t, dir, nil, compiler, "-shared", "-O2", "-s", "-o", library, source, "-ladvapi32")
}

// stop ends all processes of the prefix, and those of no other.
func (w installation) stop(t testing.TB, prefix []string) {
	cmd := exec.Command(w.server, "-k") // t.Context has ended by now
	cmd.Env = append(os.Environ(), prefix...)
	if out, err := cmd.CombinedOutput(); err != nil && len(out) > 0 {
		t.Errorf("%s: %v\n%s", cmd, err, out)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
