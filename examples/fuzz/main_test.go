package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/hostile"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// asProgram makes the test binary the program itself, so that it can be killed.
const asProgram = "TDSPROBE_FUZZ"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// An outcome is what the program has done.
type outcome struct {
	status         int
	stdout, stderr string
}

// fast makes the program as fast as the machine.
var fast = []string{"-rate", "1e6", "-timeout", "2s"}

func runWith(ctx context.Context, args ...string) outcome {
	var stdout, stderr bytes.Buffer
	status := run(ctx, append(fast[:len(fast):len(fast)], args...), &stdout, &stderr)
	return outcome{status, stdout.String(), stderr.String()}
}

// random are the flags of a short run.
var random = []string{"-strategy", "random", "-attempts", "70", "-seed", "42"}

// blank returns text without the number of connections, which a busy machine may
// raise.
func blank(text string) string { return connections.ReplaceAllString(text, ", N connections") }

var connections = regexp.MustCompile(`, \d+ connections`)

// TestGolden compares the whole map of the embedded server.
func TestGolden(t *testing.T) {
	got := runWith(t.Context(), "-timeout", "10s")
	require.Equal(t, command.StatusDone, got.status, got.stderr)
	commandtest.RequireGolden(t, "embedded", blank(got.stdout))
}

func TestEmbedded(t *testing.T) {
	got := runWith(t.Context(), random...)
	require.Equal(t, command.StatusDone, got.status, got.stderr)
	require.Contains(t, got.stderr, "No target given")
	require.Regexp(t, `^127\.0\.0\.1,\d+  \(tds7: TLS inside PRELOGIN\)\n\d+ attempts \(random, seed 42\), \d+ connections, \d+ ways to answer\n`, got.stdout)
	require.Contains(t, got.stdout, "\nFIN after ClientHello\n")
	require.Contains(t, got.stdout, "  - random 42/")
	hostile.RequirePrintable(t, got.stdout)
}

func TestJSON(t *testing.T) {
	got := runWith(t.Context(), append([]string{"-json"}, random...)...)
	require.Equal(t, command.StatusDone, got.status)
	m, err := fuzz.ReadMap(strings.NewReader(got.stdout))
	require.NoError(t, err)
	require.Equal(t, fuzz.Schema, m.Schema)
	require.NotEmpty(t, m.Clusters)
}

// TestReplay: a witness that is made again is answered as its cluster says.
func TestReplay(t *testing.T) {
	addr := commandtest.Start(t, testserver.Config{})
	got := runWith(t.Context(), append(append([]string{"-json"}, random...), addr)...)
	m, err := fuzz.ReadMap(strings.NewReader(got.stdout))
	require.NoError(t, err)
	for _, c := range m.Clusters[len(m.Clusters)-3:] {
		name := c.Witnesses[0].Name
		got := runWith(t.Context(), "-replay", name, addr)
		require.Equal(t, command.StatusDone, got.status, got.stderr)
		require.Contains(t, got.stdout, name+"\n"+render.Ended(c.Shape.Outcome, c.Shape.Stage, c.Shape.Alert))
	}
	attempt, err := json.Marshal(m.Baseline)
	require.NoError(t, err)
	got = runWith(t.Context(), "-replay", string(attempt), addr)
	require.Equal(t, command.StatusDone, got.status, got.stderr)
	require.Contains(t, got.stdout, m.Baseline.Name+"\naccepted after ClientHello\n")
}

func TestCompare(t *testing.T) {
	dir := t.TempDir()
	old, again, other := filepath.Join(dir, "old"), filepath.Join(dir, "again"), filepath.Join(dir, "other")
	for file, os := range map[string]string{old: "2008 R2", again: "2008 R2", other: "2022"} {
		addr := commandtest.Start(t, testserver.Config{OS: os})
		got := runWith(t.Context(), append(append([]string{"-log", file}, random...), addr)...)
		require.Equal(t, command.StatusDone, got.status, got.stderr)
	}
	got := runWith(t.Context(), "-compare", old, again)
	require.Equal(t, command.StatusDone, got.status, got.stderr)
	require.Contains(t, got.stdout, "Nothing differs\n")
	require.NotContains(t, got.stdout, "Not made alike")
	got = runWith(t.Context(), "-compare", old, other)
	require.Equal(t, command.StatusFailed, got.status, got.stderr)
	require.Contains(t, got.stdout, "B: never\n")
	server := commandtest.Start(t, testserver.Config{OS: "2022"})
	got = runWith(t.Context(), append(append([]string{"-json", "-compare"}, random...), other, server)...)
	require.Equal(t, command.StatusDone, got.status, got.stderr)
	var c comparison
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &c))
	require.Empty(t, c.Differences)
	require.Empty(t, c.Caveats)

	for _, addr := range []string{server, commandtest.ClosedPort(t)} { // neither the map nor an error has the password
		got = runWith(t.Context(), append(append([]string{"-compare"}, random...), other, "sqlserver://sa:hunter2@"+addr)...)
		require.Contains(t, got.stdout+got.stderr, "127.0.0.1")
		require.NotContains(t, got.stdout+got.stderr, "hunter2")
	}
}

// TestCompareUnlike: of two files that were not made alike, -compare says so
// first.
func TestCompareUnlike(t *testing.T) {
	server := commandtest.Start(t, testserver.Config{})
	one, two := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "two")
	for file, args := range map[string][]string{
		one: {"-strategy", "random", "-attempts", "5"}, two: {"-strategy", "grid", "-attempts", "6", "-seed", "2", "-malformed"},
	} {
		got := runWith(t.Context(), append(args, "-log", file, server)...)
		require.Equal(t, command.StatusDone, got.status, got.stderr)
	}
	got := runWith(t.Context(), "-compare", one, two)
	require.Equal(t, command.StatusFailed, got.status, got.stderr)
	require.Contains(t, got.stdout, "two\nNot made alike: another strategy: random, not grid\n"+
		"Not made alike: another seed: 1, not 2\nNot made alike: another choice about malformed attempts: false, not true\n\n")
	got = runWith(t.Context(), "-json", "-compare", one, two)
	var c comparison
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &c))
	require.Len(t, c.Caveats, 3)
}

// TestKill: of a program that is killed, what was answered is in the file, and a
// second run goes on with it to the end that an undisturbed run comes to.
func TestKill(t *testing.T) {
	server := commandtest.Start(t, testserver.Config{})
	file := filepath.Join(t.TempDir(), "lines")
	args := append(append(append([]string{}, fast...), random...), "-timeout", "10s")
	const connections = 40
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	cmd := exec.CommandContext(ctx, os.Args[0]) // which is killed, not asked to end
	addr := commandtest.Relay(t, server, connections, kill)
	cmd.Args = append(append(cmd.Args, args...), "-log", file, addr)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	require.Error(t, cmd.Run())

	lines, err := os.ReadFile(file)
	require.NoError(t, err)
	inFlight := 2 + 1 // those that were open, and the one that killed it
	require.GreaterOrEqual(t, bytes.Count(lines, []byte(`{"attempt":`)), connections-1-inFlight, "the first is the baseline, which has its own line")

	lines = append(lines, []byte(`{"attempt":{"sha`)...) // as if it had been killed while it wrote
	lines = append(lines, bytes.Repeat([]byte("a"), 1<<20)...)
	_, relayed, _ := strings.Cut(addr, ":")
	_, direct, _ := strings.Cut(server, ":")
	lines = bytes.ReplaceAll(lines, []byte(addr), []byte(server))
	lines = bytes.ReplaceAll(lines, []byte(`"port":`+relayed), []byte(`"port":`+direct))
	require.NoError(t, os.WriteFile(file, lines, 0o666))
	got := runWith(t.Context(), "-json", "-resume", file, server)
	require.Equal(t, command.StatusDone, got.status, got.stderr)
	resumed, err := fuzz.ReadMap(strings.NewReader(got.stdout))
	require.NoError(t, err)
	lines, err = os.ReadFile(file)
	require.NoError(t, err)
	read, err := fuzz.ReadMap(bytes.NewReader(lines))
	require.NoError(t, err)
	require.Equal(t, resumed, read)
	got = runWith(t.Context(), append(append([]string{"-json"}, random...), server)...)
	whole, err := fuzz.ReadMap(strings.NewReader(got.stdout))
	require.NoError(t, err)
	require.Equal(t, whole.Attempts, resumed.Attempts)
	require.Equal(t, whole.Clusters, resumed.Clusters)
}

// TestInterrupted: the map has what was found until then.
func TestInterrupted(t *testing.T) {
	server := commandtest.Start(t, testserver.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	file := filepath.Join(t.TempDir(), "lines")
	got := runWith(ctx, append(append([]string{"-log", file}, random...), commandtest.Relay(t, server, 40, cancel))...)
	require.Equal(t, command.StatusInterrupted, got.status)
	require.Contains(t, got.stdout, "There is more to do: the run was interrupted\n")
	require.Equal(t, "fuzz: interrupted: -resume "+file+" goes on\n", got.stderr)
}

// TestUnmeasured: a run that has reached no server does not keep another from
// writing to its file.
func TestUnmeasured(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lines")
	for range 2 {
		got := runWith(t.Context(), "-log", file, commandtest.Start(t, testserver.Config{Fault: testserver.NotTDS}))
		require.Equal(t, command.StatusUnmeasured, got.status)
		require.Empty(t, got.stdout)
		require.Regexp(t, `^fuzz: .+\n$`, got.stderr)
	}
}

// TestResumeStranger: a file that no campaign has left is left as it is, whether
// it ends in a whole line or not.
func TestResumeStranger(t *testing.T) {
	server := commandtest.Start(t, testserver.Config{})
	for _, text := range []string{"first\nlast", `{"schema":"tdsprobe/report/v1"}`, "{}\n{", "\x00"} {
		file := filepath.Join(t.TempDir(), "stranger")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o666))
		got := runWith(t.Context(), "-resume", file, server)
		require.Equal(t, command.StatusUsage, got.status, got.stderr)
		require.Contains(t, got.stderr, "stranger: not the lines of a campaign")
		left, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, text, string(left))
	}
}

func TestWrongUse(t *testing.T) {
	existing := filepath.Join(t.TempDir(), "existing")
	require.NoError(t, os.WriteFile(existing, []byte("{}\n"), 0o666))
	server := commandtest.Start(t, testserver.Config{})
	tests := []struct {
		name string
		args []string
		want string // in the message
	}{
		{"strategy", []string{"-strategy", "luck"}, "-strategy takes sweep"},
		{"guided sweep", []string{"-guided"}, "-guided goes with -strategy random"},
		{"mutations of a sweep", []string{"-mutations", "x"}, "-mutations goes with -strategy pairs"},
		{"no attempts", []string{"-attempts", "0"}, "must be more than zero"},
		{"addresses", []string{"-addresses", "db1"}, "flag provided but not defined: -addresses"},
		{"one side", []string{"-compare", "db1"}, "-compare takes two files or targets, not 1"},
		{"log and out", []string{"-log", "x", "-out", "x"}, "give it another file than -log or -resume"},
		{"log and resume", []string{"-log", "x", "-resume", "y"}, "it does not go with -log"},
		{"no such file", []string{"-resume", existing + "s"}, "no such file"},
		{"log exists", []string{"-log", existing, server}, "exists, and is not empty (-resume goes on with a run"},
		{"resume what is none", []string{"-resume", existing, server}, "not the lines of a campaign"},
		{"name", []string{"-replay", "luck 1", server}, "not the name of an attempt"},
		{"JSON", []string{"-replay", "{", server}, "not an attempt as JSON"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runWith(t.Context(), tt.args...)
			require.Equal(t, command.StatusUsage, got.status, got.stderr)
			require.Contains(t, got.stderr, tt.want)
			require.Empty(t, got.stdout)
		})
	}
}

func TestHelp(t *testing.T) {
	got := runWith(t.Context(), "-h")
	require.Equal(t, command.StatusDone, got.status)
	for _, want := range []string{"usage: fuzz [flags] [target]\n", "ERRORLOG", "  -strategy how\n", "  -replay name\n", "exit status: 0 done"} {
		require.Contains(t, got.stdout, want)
	}
}

// TestFlagsDocumented: every flag is in the page on programs.
func TestFlagsDocumented(t *testing.T) {
	commandtest.RequireFlags(t, new(config).program().FlagSet())
}
