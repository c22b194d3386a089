package fuzz

import (
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// Baselines returns what a campaign begins with: what a client of today sends,
// then what older ones do. Their PRELOGIN is spelled out, so that it can be
// changed.
func Baselines(t probe.Target) ([]probe.Attempt, error) {
	list := []probe.Attempt{
		{Name: "baseline: TLS 1.2 and 1.3", Hello: probe.Hello{MaxVersion: probe.TLS13, MinVersion: probe.TLS12}},
		{Name: "baseline: TLS 1.2", Hello: probe.Hello{MaxVersion: probe.TLS12}},
		{Name: "baseline: TLS 1.0", Hello: probe.Hello{MaxVersion: probe.TLS10}},
	}
	if t.Mode != probe.ModeTDS7 && t.Mode != probe.ModeAuto {
		return list, nil
	}
	request, err := prelogin.Request(prelogin.EncryptOn, t.Instance).Raw()
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Prelogin = request
	}
	return list, nil
}
