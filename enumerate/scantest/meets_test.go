package scantest_test

import (
	"crypto"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/scantest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A judge is a policy that sees whether there was a scan, and comes to what it
// comes to.
type judge []enumerate.Ruling

func (j judge) Judge(r *enumerate.Report) enumerate.Judgement {
	meets := r.Baseline != nil
	return enumerate.Judgement{Policy: "ours", Title: "Our rules", Reference: "https://example.com/", Meets: &meets, Rulings: j}
}

var kept = enumerate.Ruling{Rule: "versions", Title: "TLS 1.2 or newer", Meets: &yes}

var yes = true

// TestMeets: a policy judges a whole scan, and fails the test if it is not met.
func TestMeets(t *testing.T) {
	t.Parallel()
	dsn := start(t, testserver.Config{})
	got := record(t.Context(), t, func(t testing.TB) { quick.Meets(t, dsn, judge{kept}) })
	require.Empty(t, got.errors)
	require.Empty(t, got.logs)

	broken := enumerate.Ruling{Rule: "suites", Title: "No 3DES", Meets: new(bool)}
	got = record(t.Context(), t, func(t testing.TB) { quick.Meets(t, dsn, judge{kept, broken}) })
	require.Equal(t, []string{"scantest: SERVER does not meet ours (Our rules) https://example.com/\n  broken: suites (No 3DES)"}, local(dsn, got.errors))
}

// TestMeetsClients: the clients that a policy wants to connect are simulated.
func TestMeetsClients(t *testing.T) {
	t.Parallel()
	policy, ok := enumerate.FindPolicy("drivers")
	require.True(t, ok)
	modern := start(t, testserver.Config{OS: "2022"})
	require.Empty(t, record(t.Context(), t, func(t testing.TB) { quick.Meets(t, modern, policy) }).errors)

	old := testserver.Linked(testserver.Link{Hash: crypto.SHA1})
	profile, err := testserver.Profile("2012 R2")
	require.NoError(t, err)
	profile.ChainHashes = true
	dsn := start(t, testserver.Config{OS: "2012 R2", TLS: profile, Certificate: &old})
	got := record(t.Context(), t, func(t testing.TB) { quick.Meets(t, dsn, policy) })
	require.Len(t, got.errors, 1)
	require.Contains(t, got.errors[0], "broken: go (go-mssqldb on Go 1.25 and 1.26): go-mssqldb-1.11.2-go1.25: no signature scheme in common; ")
}

// TestMeetsLeftOpen: what the scan left open is told, though the policy is kept.
func TestMeetsLeftOpen(t *testing.T) {
	t.Parallel()
	silent := scantest.Config{Parallel: 100, Rate: quick.Rate, Prober: &probe.Prober{Timeout: 400 * time.Millisecond}}
	dsn := start(t, testserver.Config{Refusal: testserver.RefuseSilence, NoStrict: true})
	got := record(t.Context(), t, func(t testing.TB) { silent.Meets(t, dsn, judge{kept}) })
	require.Empty(t, got.errors)
	require.Len(t, got.logs, 1)
	require.Contains(t, local(dsn, got.logs)[0], "scantest: SERVER meets the policy\n  left open by the scan: ")
	require.Contains(t, got.logs[0], "SSL 2.0 is inconclusive")
}
