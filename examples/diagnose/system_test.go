package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
)

// TestFewSystems: names that fill a page say nothing.
func TestFewSystems(t *testing.T) {
	tests := []struct {
		name       string
		list, want []string
	}{
		{"one", []string{"Windows 7"}, []string{"Windows 7"}},
		{"as many as may be", []string{"A", "B", "C"}, []string{"A", "B", "C"}},
		{"clients alone", []string{"A", "B", "C", "D"}, nil},
		{"one server", []string{"Windows Server 2019", "A", "B", "C"}, []string{"Windows Server 2019", "3 others"}},
		{"servers but for one", []string{"Windows Server 1", "Windows Server 2", "Windows Server 3", "A"},
			[]string{"Windows Server 1", "Windows Server 2", "Windows Server 3", "1 other"}},
		{"many servers", []string{"Windows Server 1", "Windows Server 2", "Windows Server 3", "Windows Server 4"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var list []diagnose.System
			for _, name := range tt.list {
				list = append(list, diagnose.System{Name: name})
			}
			require.Equal(t, tt.want, fewSystems(list))
		})
	}
}
