package clients

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGoStack(t *testing.T) {
	for version, want := range map[string]string{
		"go1.17": "go1.17", "go1.20.14": "go1.18", "go1.22.0": "go1.22", "go1.25.7": "go1.25", "go1.26.8": "go1.25",
		"go1.27rc1": "go1.27", "go1.99": "go1.27", "devel go1.28-abc": "go1.27", "": "go1.27",
	} {
		require.Equal(t, want, goStack(load(), version), version)
	}
}
