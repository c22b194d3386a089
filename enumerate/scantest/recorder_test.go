package scantest_test

import (
	"context"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/scantest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// A recorder is a test that others look at.
type recorder struct {
	testing.TB // of the real test, for its temporary files and such
	ctx        context.Context
	errors     []string
	logs       []string
	skipped    string
	fatal      bool
}

func (r *recorder) Helper()                   {}
func (r *recorder) Context() context.Context  { return r.ctx }
func (r *recorder) Error(args ...any)         { r.errors = append(r.errors, fmt.Sprint(args...)) }
func (r *recorder) Log(args ...any)           { r.logs = append(r.logs, fmt.Sprint(args...)) }
func (r *recorder) Fatalf(f string, a ...any) { r.Fatal(fmt.Sprintf(f, a...)) }

func (r *recorder) Fatal(args ...any) {
	r.Error(args...)
	r.fatal = true
	runtime.Goexit()
}

func (r *recorder) Skipf(format string, args ...any) {
	r.skipped = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// record carries an assertion out as a test of its own.
func record(ctx context.Context, t testing.TB, assert func(t testing.TB)) *recorder {
	r := &recorder{TB: t, ctx: ctx}
	done := make(chan struct{})
	go func() {
		defer close(done)
		assert(r)
	}()
	<-done
	return r
}

// quick asks as fast as a fake server answers.
var quick = scantest.Config{Parallel: 4, Rate: 1e6}

// start starts a fake server, and returns its address.
func start(t testing.TB, config testserver.Config) string {
	t.Helper()
	server, err := testserver.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	return server.Addr()
}

// local replaces in what was recorded all that differs from run to run: the
// address of a server, and the hash of its certificate.
func local(dsn string, texts []string) []string {
	var found []string
	for _, text := range texts {
		text = strings.ReplaceAll(text, strings.Replace(dsn, ":", ",", 1), "SERVER")
		found = append(found, fingerprint.ReplaceAllString(text, "SHA-256 HASH"))
	}
	return found
}

var fingerprint = regexp.MustCompile(`SHA-256 [0-9a-f]{64}\b`)
