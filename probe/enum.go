package probe

import (
	"fmt"
	"slices"
)

// enumName names a value by its index in names.
func enumName[T ~uint8](names []string, v T) string {
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("%d", uint8(v))
}

// enumParse is the inverse of enumName for the values that have a name.
func enumParse[T ~uint8](names []string, what string, text []byte) (T, error) {
	i := slices.Index(names, string(text))
	if i < 0 {
		return 0, fmt.Errorf("probe: unknown %s %q", what, text)
	}
	return T(i), nil
}
