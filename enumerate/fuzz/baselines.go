package fuzz

import "github.com/tdsprobe/tdsprobe/probe"

// Baselines returns what a campaign begins with: what a client of today sends,
// then what older ones do. They are Stated. The error is that of Stated.
func Baselines(t probe.Target) ([]probe.Attempt, error) {
	list := []probe.Attempt{
		{Name: "baseline: TLS 1.2 and 1.3", Hello: probe.Hello{MaxVersion: probe.TLS13, MinVersion: probe.TLS12}},
		{Name: "baseline: TLS 1.2", Hello: probe.Hello{MaxVersion: probe.TLS12}},
		{Name: "baseline: TLS 1.0", Hello: probe.Hello{MaxVersion: probe.TLS10}},
	}
	for i, a := range list {
		var err error
		if list[i], err = Stated(a, t); err != nil {
			return nil, err
		}
	}
	return list, nil
}
