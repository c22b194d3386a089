package diagnose

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDescriptions: what the files say is whole, and belongs to one proof each.
func TestDescriptions(t *testing.T) {
	require.NotEmpty(t, descriptions())
	seen := map[string]bool{}
	for _, d := range descriptions() {
		t.Run(d.ID, func(t *testing.T) {
			require.NotEmpty(t, d.ID)
			require.False(t, seen[d.ID], "described twice")
			seen[d.ID] = true
			require.Equal(t, d.ID != "nodes_differ", proofs[d.ID] != nil, "a proof")
			require.True(t, d.Scenario >= 0 && d.Scenario <= 6)
			require.NotEmpty(t, d.Title)
			require.False(t, strings.HasSuffix(d.Title, "."), "a title is no sentence of a text")
			for _, remedy := range []string{d.Remedy, d.RemedyOpenSSL} {
				require.True(t, strings.HasSuffix(remedy, ".") || remedy == "" && d.Remedy != "", "a remedy is text")
			}
			require.NotRegexp(t, "SCHANNEL|PowerShell|Group Policy", d.RemedyOpenSSL)
			u, err := url.Parse(d.Reference)
			require.NoError(t, err)
			require.Equal(t, "https", u.Scheme)
			require.NotEmpty(t, u.Host)
		})
	}
	for id := range proofs {
		require.True(t, seen[id], "%s has no description", id)
	}
}
