package fuzz

import (
	"errors"
	"time"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// Defaults of [Limits], where they are not those of a [enumerate.Runner].
const (
	DefaultConnections = 20_000
	DefaultBytes       = 256 << 20
	DefaultDuration    = time.Hour
	DefaultRecovery    = time.Minute
)

// Limits bound what a campaign does to a server. The zero value is gentle. A
// campaign that is resumed has them anew.
type Limits struct {
	// Parallel bounds the connections open at once. If zero,
	// enumerate.DefaultParallel.
	Parallel int
	// Rate bounds the connections per second. If zero, enumerate.DefaultRate.
	Rate float64
	// Connections bounds all of them. If zero, DefaultConnections.
	Connections int
	// Bytes bounds those sent and received together. They are counted once a
	// connection has ended: those that are open then may go beyond. If zero,
	// DefaultBytes.
	Bytes int64
	// Duration bounds the whole campaign. If zero, DefaultDuration.
	Duration time.Duration
	// Recovery is how long a server that does not accept the baseline any more is
	// waited for. If zero, DefaultRecovery.
	Recovery time.Duration
}

// ErrLimit says that a limit was reached.
var ErrLimit = errors.New("fuzz: a limit was reached")

// orDefaults fills in what is zero.
func (l Limits) orDefaults() Limits {
	defaults := Limits{enumerate.DefaultParallel, enumerate.DefaultRate, DefaultConnections, DefaultBytes, DefaultDuration, DefaultRecovery}
	positive(&l.Parallel, defaults.Parallel)
	positive(&l.Rate, defaults.Rate)
	positive(&l.Connections, defaults.Connections)
	positive(&l.Bytes, defaults.Bytes)
	positive(&l.Duration, defaults.Duration)
	positive(&l.Recovery, defaults.Recovery)
	return l
}

func positive[T int | int64 | float64 | time.Duration](v *T, fallback T) {
	if *v <= 0 {
		*v = fallback
	}
}
