package enumerate_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestComparisonJSON holds the names that programs rely on.
func TestComparisonJSON(t *testing.T) {
	before, after := nodeReport("a"), nodeReport("b")
	before.Started, after.Started = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 2, 0, 0, 0, 0, time.UTC)
	before.Protocols[0].Refusal = &enumerate.Refusal{Outcome: probe.Closed, Stage: probe.StageClientHello}
	after.Protocols[0].Refusal = &enumerate.Refusal{Outcome: probe.Reset, Stage: probe.StageClientHello}
	after.Behaviours = []enumerate.Behaviour{{Name: "alpn", Value: new(bool)}}
	before.Clients = []enumerate.Client{{ID: "jdbc", Connects: new(bool)}, {ID: "odbc"}}
	after.Clients = before.Clients
	got, err := json.Marshal(enumerate.Compare(before, after))
	require.NoError(t, err)
	require.JSONEq(t, `{
		"schema": "tdsprobe/comparison/v1",
		"before": {"target": {"host": "listener", "port": 0, "instance": "", "address": "a", "mode": "tds7"}, "started": "2026-02-01T00:00:00Z"},
		"after": {"target": {"host": "listener", "port": 0, "instance": "", "address": "b", "mode": "tds7"}, "started": "2026-02-02T00:00:00Z"},
		"differences": [
			{"ways": ["tds7"], "area": "versions", "version": "TLS 1.0", "kind": "changed", "item": "TLS 1.0",
			"before": "closed at client_hello", "after": "reset at client_hello"}
		],
		"not_comparable": [
			{"ways": ["tds7"], "area": "certificates", "before": "inconclusive", "after": "inconclusive"},
			{"ways": ["tds7"], "area": "behaviours", "before": "not_asked", "after": "settled"},
			{"area": "clients", "items": ["odbc"], "before": "inconclusive", "after": "inconclusive"}
		]
	}`, string(got))
}
