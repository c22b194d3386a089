package diagnose_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
)

func TestCause(t *testing.T) {
	require.Equal(t, "no common protocol version", diagnose.Cause(1))
	require.Equal(t, "weak certificate hash", diagnose.Cause(4))
	require.Equal(t, "connection pressure", diagnose.Cause(diagnose.Causes))
	for _, none := range []int{-1, 0, 7} {
		require.Empty(t, diagnose.Cause(none))
	}
}
