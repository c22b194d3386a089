package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/hostile"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// free are the fields of a report whose text is not one of a few.
var free = []string{
	"host", "instance", "address", "incomplete", "version", "product", "encryption", "name", "error", "attempt", "alert",
	"answered", "subject", "issuer", "serial", "key", "signature_algorithm", "hash", "sha256", "group", "note", "suite", "groups_note",
}

// spoil replaces the free text in a report by something else.
func spoil(v any, by string) {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if _, ok := value.(string); ok && slices.Contains(free, name) {
				v[name] = by
			}
			if _, ok := value.([]any); ok && name == "names" {
				v[name] = []any{by, by}
			}
			spoil(v[name], by)
		}
	case []any:
		for _, value := range v {
			spoil(value, by)
		}
	}
}

// TestHostileReport: whatever text a report holds, a terminal shows it, and it
// stays short.
func TestHostileReport(t *testing.T) {
	live := runDiagnose(t.Context(), "-json")
	long := strings.ToValidUTF8(strings.Repeat(hostile.Text+"<script>alert(1)</script> ", 1000)[:1<<16], "")
	for _, by := range []string{hostile.Text, "<script>alert(1)</script>", long} {
		for _, outcome := range []string{`"accepted"`, `"closed"`, `"malformed"`} {
			t.Run(fmt.Sprintf("%d bytes, %s", len(by), outcome), func(t *testing.T) {
				var report any
				decode(t, strings.ReplaceAll(live.stdout, `"accepted"`, outcome), &report)
				spoil(report, by)
				got := runWith(t.Context(), encode(t, report), "-report", "-")
				require.NotEqual(t, command.StatusUsage, got.status, got.stderr)
				hostile.RequirePrintable(t, got.stdout+got.stderr)
				require.Less(t, len(got.stdout), 50000)
				if len(by) > 100 {
					return // takes its time in JSON
				}
				got = runWith(t.Context(), encode(t, report), "-json", "-report", "-")
				hostile.RequirePrintable(t, got.stdout+got.stderr)
				require.True(t, json.Valid([]byte(got.stdout)))
			})
		}
	}
}

// TestHostileCertificate scans a server whose certificate has such a name.
func TestHostileCertificate(t *testing.T) {
	for _, subject := range []string{hostile.Text, strings.Repeat("x ", 1<<15)} {
		chain := hostile.Certificate(t, subject, "db1")
		addr := commandtest.Start(t, testserver.Config{Certificate: &chain})
		for _, format := range []string{"-json=true", "-json=false"} {
			got := runDiagnose(t.Context(), format, "-connects", "1", addr)
			require.Equal(t, command.StatusDone, got.status)
			hostile.RequirePrintable(t, got.stdout+got.stderr)
		}
	}
}
