package diagnose_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/internal/testserver/stacks"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A confusion is a server, and all findings of a whole scan of it.
type confusion struct {
	name     string
	config   testserver.Config
	node     *testserver.Config // another behind the same name, nil if there is none
	stack    *stacks.Config     // what does the TLS, nil if the fake server does
	mode     probe.Mode
	target   func(*probe.Target)   // changes what is known of the server
	own      string                // the finding that it is there for, empty if none
	beside   string                // the others
	only     []enumerate.Dimension // that are enough for its own, nil if none are
	evidence []string              // stands in that of its own
}

// whole reports whether the i-th case has its whole scan: one in seven of a short
// run, but none that waits.
func (c confusion) whole(i int) bool {
	return long || i%7 == 0 && c.config.SlowRate == 0 && c.config.ResetRate == 0
}

// TestConfusion holds every finding against every server: whole scans find what
// is to be found, and nothing else. A short run scans most servers no further
// than to their own findings, and those with defaults, which have none, not at
// all. No scan sends a login, or connections that its
// report does not count, or more at once than it may.
func TestConfusion(t *testing.T) {
	cases := slices.Concat(confusions(), defaults())
	rows := make([]string, len(cases))
	t.Cleanup(func() { t.Log("\n" + table(rows)) })
	for i, tt := range cases {
		if tt.only == nil && !tt.whole(i) {
			continue
		}
		t.Run(fmt.Sprintf("%s, %v", tt.name, tt.mode), func(t *testing.T) {
			t.Parallel()
			options := fast(tt.only...)
			if tt.whole(i) {
				options.Only, options.Connects = nil, 0
			}
			if tt.silent() {
				options.Prober.Timeout = 100 * time.Millisecond
			}
			reports := tt.scan(t, options)
			if tt.whole(i) {
				rows[i] = tt.row(reports)
			}
			tt.check(t, tt.whole(i), reports)
		})
	}
}

// check holds what was found against what is there. Less than a whole scan finds
// less, and may take for healthy what is not; so does one that is disturbed at
// random.
func (c confusion) check(t *testing.T, whole bool, reports []*enumerate.Report) {
	found, want := ids(reports...), strings.Fields(c.own+" "+c.beside)
	require.True(t, worstFirst(diagnose.Diagnose(reports...)))
	if c.own != "" {
		require.Contains(t, found, c.own)
		lines := strings.Join(evidence(t, c.own, reports...), "\n")
		for _, text := range c.evidence {
			require.Contains(t, lines, text)
		}
	}
	switch {
	case !whole:
		require.Subset(t, append(want, "healthy", "healthy_handshake"), found)
	case c.config.ResetRate > 0:
		require.Subset(t, want, found)
	default:
		require.ElementsMatch(t, want, found)
	}
}

// silent reports whether the server lets the client wait.
func (c confusion) silent() bool {
	return c.config.Fault == testserver.Mute || c.config.Refusal == testserver.RefuseSilence
}

// disturbed reports whether something about the server cannot be told: one that
// fails at random, or has TLS of a stack that answers nothing inside.
func (c confusion) disturbed() bool { return c.config.ResetRate > 0 || c.stack != nil }

// scan returns the reports on all nodes.
func (c confusion) scan(t *testing.T, options enumerate.Options) []*enumerate.Report {
	nodes := []testserver.Config{c.config}
	if c.node != nil {
		nodes = append(nodes, *c.node)
	}
	var reports []*enumerate.Report
	for _, config := range nodes {
		server := c.start(t, config)
		target := target(server, c.mode)
		if c.target != nil {
			c.target(&target)
		}
		report := scanAt(t, target, options)
		require.Zero(t, server.Logins())
		if target.Address == server.Addr() {
			require.Equal(t, server.Connections(), connections(report))
		}
		// A server sees later than we do that we hang up, as our own stack does at a
		// negative serial number, and a bridge hears of it from its backend.
		if c.own != "negative_serial" && c.stack == nil {
			require.LessOrEqual(t, server.Peak(), options.Parallel)
		}
		small := c.config.Wants.MaxSize > 0 // and larger hellos leave it open what the server accepts
		require.True(t, report.Complete || report.Baseline.Outcome != probe.Accepted || c.disturbed() || small, report.Incomplete)
		reports = append(reports, report)
	}
	return reports
}

func (c confusion) start(t *testing.T, config testserver.Config) *testserver.Server {
	if c.stack == nil {
		server, err := testserver.Start(config)
		require.NoError(t, err)
		t.Cleanup(func() { server.Close() })
		return server
	}
	backend := *c.stack
	backend.N = 8
	server, err := testserver.StartBridge(testserver.BridgeConfig{Backends: stacks.Start(t, backend).Addrs, Front: config})
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	return server
}

// connections counts those of a scan, strict ones too.
func connections(r *enumerate.Report) int {
	if r == nil {
		return 0
	}
	return r.Connections + connections(r.Strict)
}

func worstFirst(findings []enumerate.Finding) bool {
	return slices.IsSortedFunc(findings, func(a, b enumerate.Finding) int { return cmp.Compare(b.Severity, a.Severity) })
}

// row is that of a table in Markdown.
func (c confusion) row(reports []*enumerate.Report) string {
	own := c.own
	beside := slices.DeleteFunc(ids(reports...), func(id string) bool { return id == own })
	if own == "" {
		own = "-"
	}
	var made []string
	for _, r := range reports {
		made = append(made, fmt.Sprint(connections(r)))
	}
	return fmt.Sprintf("| %s | %v | %s | %s | %s |\n", c.name, c.mode, own, strings.Join(beside, ", "), strings.Join(made, " + "))
}

func table(rows []string) string {
	return "| server | mode | its own finding | beside it | connections |\n| --- | --- | --- | --- | --- |\n" + strings.Join(rows, "")
}

// descriptions returns the ids of all findings that there are.
var descriptions = sync.OnceValue(func() []string {
	files, _ := filepath.Glob("findings/*.json")
	var all []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		var list []enumerate.Finding
		if err == nil {
			err = json.Unmarshal(data, &list)
		}
		if err != nil {
			panic(err)
		}
		for _, f := range list {
			all = append(all, f.ID)
		}
	}
	return all
})

// TestConfusionAll: every finding has a server of its own, and is on no server
// with defaults that is not said to deserve it.
func TestConfusionAll(t *testing.T) {
	require.NotEmpty(t, descriptions())
	var own []string
	for _, tt := range confusions() {
		if tt.own != "" {
			require.Contains(t, descriptions(), tt.own)
			own = append(own, tt.own)
		}
	}
	own = append(own, "instance_not_resolved", "connection_filtered") // there is no server: TestConnect
	for _, id := range descriptions() {
		require.Contains(t, own, id)
	}
	for _, tt := range defaults() {
		for _, id := range strings.Fields(tt.beside) {
			require.Contains(t, deserved, id, tt.name)
		}
	}
}
