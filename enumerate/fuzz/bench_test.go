package fuzz_test

import (
	"testing"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
)

// BenchmarkApply makes one mutation after the other, each on the baseline.
func BenchmarkApply(b *testing.B) {
	mutations := fuzz.Mutations()
	for _, base := range baselines(b) {
		b.Run(base.name, func(b *testing.B) {
			rng := source(1)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				mutations[i%len(mutations)].Apply(base.attempt, rng)
			}
		})
	}
}
