// Package shrink is delta debugging: it finds a smallest part of a list that
// still has the effect of the whole.
package shrink

import "slices"

// Smallest leaves out ever smaller pieces of a list as long as what is left
// still does (Zeller's ddmin). try is given lists that each lack one piece, and
// returns the number of the first that does, -1 if none. No single item of the
// result can be left out, as far as try tells. An error of try ends it.
func Smallest[S ~[]T, T any](list S, try func(rest []S) (int, error)) (S, error) {
	for pieces := 2; len(list) > 0; {
		pieces = min(pieces, len(list))
		rest := Without(list, pieces)
		i, err := try(rest)
		switch {
		case err != nil:
			return nil, err
		case i >= 0:
			list, pieces = rest[i], max(pieces-1, 2)
		case pieces == len(list):
			return list, nil
		default:
			pieces *= 2
		}
	}
	return list, nil
}

// Without returns what is left of a list without each of so many pieces of it.
func Without[S ~[]T, T any](list S, pieces int) []S {
	var rest []S
	for i := range pieces {
		from, to := i*len(list)/pieces, (i+1)*len(list)/pieces
		rest = append(rest, slices.Concat(list[:from], list[to:]))
	}
	return rest
}
