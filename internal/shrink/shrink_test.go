package shrink_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/shrink"
)

// holding returns a try that looks for lists which hold all of some items, and
// counts the lists that it was given.
func holding(tried *int, items ...int) func([][]int) (int, error) {
	return func(rest [][]int) (int, error) {
		*tried += len(rest)
		return slices.IndexFunc(rest, func(list []int) bool {
			return !slices.ContainsFunc(items, func(v int) bool { return !slices.Contains(list, v) })
		}), nil
	}
}

func TestSmallest(t *testing.T) {
	list := make([]int, 40)
	for i := range list {
		list[i] = i
	}
	tests := []struct {
		name  string
		list  []int
		needs []int
	}{
		{"nothing in the list", nil, nil},
		{"nothing needed", list, nil},
		{"one", list, []int{17}},
		{"neighbours", list, []int{0, 1}},
		{"far apart", list, []int{0, 20, 39}},
		{"the only one", list[:1], []int{0}},
		{"all", list[:5], list[:5]},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tried := 0
			got, err := shrink.Smallest(tt.list, holding(&tried, tt.needs...))
			require.NoError(t, err)
			require.ElementsMatch(t, tt.needs, got)
			require.LessOrEqual(t, tried, 150)
		})
	}
}

func TestSmallestError(t *testing.T) {
	failed := errors.New("failed")
	got, err := shrink.Smallest([]int{1, 2}, func([][]int) (int, error) { return 0, failed })
	require.ErrorIs(t, err, failed)
	require.Nil(t, got)
}

func TestWithout(t *testing.T) {
	require.Equal(t, [][]int{{3, 4, 5}, {1, 2}}, shrink.Without([]int{1, 2, 3, 4, 5}, 2))
	require.Equal(t, [][]int{nil}, shrink.Without([]int{1}, 1))
}
