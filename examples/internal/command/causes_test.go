package command_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/examples/internal/command"
)

func TestCause(t *testing.T) {
	require.Equal(t, "Cause 1 of 6 in Microsoft's article: no common protocol version", command.Cause(1))
	require.Equal(t, "Cause 4 of 6 in Microsoft's article: weak certificate hash", command.Cause(4))
	require.Equal(t, "Cause 6 of 6 in Microsoft's article: connection pressure", command.Cause(6))
	for _, number := range []int{-1, 0, 7} { // what a report that is read may hold
		require.Empty(t, command.Cause(number))
	}
}
