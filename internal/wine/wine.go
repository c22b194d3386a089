package wine

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// timeout bounds one step: compiling, or the run of the test binary.
const timeout = 5 * time.Minute

// Run compiles the tests of the package in directory pkgDir for Windows, runs
// those that match the regular expression tests under Wine, in pkgDir and with
// the variables of env ("NAME=value") added to the environment, and returns
// what they print with -test.v. If one of them fails, or none matches, t fails.
// It skips t where a program that it needs is missing.
func Run(t testing.TB, pkgDir, tests string, env ...string) string {
	t.Helper()
	wine := find(t)
	dir := t.TempDir()

	binary := filepath.Join(dir, "windows.test.exe")
	build := []string{"GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0"}
	output(t, pkgDir, build, "go", "test", "-c", "-o", binary, ".")

	prefix := wine.prefix(t, dir)
	t.Cleanup(func() { wine.stop(t, prefix) })
	out := output(t, pkgDir, append(prefix, env...), wine.loader, binary, "-test.v", "-test.run", tests)
	if strings.Contains(out, "no tests to run") {
		t.Fatalf("no test of %s for Windows matches %q", pkgDir, tests)
	}
	return out
}

// output runs a program to its end and returns what it wrote to its standard
// output and error.
func output(t testing.TB, dir string, env []string, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	return string(out)
}
