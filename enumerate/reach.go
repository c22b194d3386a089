package enumerate

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// resolve finds the port of an instance.
func (w *way) resolve(ctx context.Context) error {
	prober := w.runner.prober()
	target, err := prober.Resolve(ctx, w.runner.Target)
	if err == nil {
		w.runner.Target = target
		return nil
	}
	if ctx.Err() != nil {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnmeasured, err)
}

// climb looks for a hello that the server answers. Its PRELOGIN asks for
// ENCRYPTION = OFF, which shows Force Encryption; TLS follows all the same.
func (w *way) climb(ctx context.Context) error {
	rungs := climb(w.rungs)
	if w.runner.Target.Mode == probe.ModeTDS7 {
		request, err := prelogin.Request(prelogin.EncryptOff, w.runner.Target.Instance).Raw()
		if err != nil {
			return err
		}
		for i := range rungs {
			rungs[i].Prelogin = request
		}
	}
	answers, err := w.runner.Run(ctx, rungs)
	w.climbed = answers[0]
	if n := len(w.climbed); n > 0 && w.climbed[n-1].Prelogin != nil {
		w.server = foldServer(w.climbed[n-1].Prelogin)
	}
	if err != nil {
		return err
	}
	last := w.climbed[len(w.climbed)-1]
	if last.Outcome != probe.Accepted {
		return Unmeasured(furthest(w.climbed).Result)
	}
	w.stay(last)
	return nil
}

// Unmeasured returns the error of a target of which no hello came further than r.
// It wraps [ErrUnmeasured], and what kept r from connecting, which says where.
func Unmeasured(r probe.Result) error {
	err := fmt.Errorf("%w: %v at stage %v", ErrUnmeasured, r.Outcome, r.Stage)
	if r.Outcome == probe.Unreachable && r.Err != nil {
		return fmt.Errorf("%w: %w", err, r.Err)
	}
	return err
}

// stay makes an accepted hello the control, and keeps to the address that
// accepted it: another node of the same name may answer otherwise.
func (w *way) stay(last Answer) {
	w.runner.Control = last.Attempt
	if w.runner.prober().DialContext == nil {
		w.runner.Target.Address = last.Address
	}
	// A pick counts for the loops if it comes from a list in their order: a rung
	// without a list has one in another order, which would hide the preference.
	f := last.Flight
	if len(without([]probe.CipherSuite{f.CipherSuite}, last.Hello.CipherSuites)) == 0 && f.CipherSuite.Fits(f.Version) {
		w.known[f.Version] = []probe.CipherSuite{f.CipherSuite}
	}
}

// furthest returns the answer that came furthest, the first of several.
func furthest(answers []Answer) Answer {
	best := answers[0]
	for _, a := range answers[1:] {
		if a.Stage > best.Stage {
			best = a
		}
	}
	return best
}

// strictFrom is the first major version of SQL Server that knows TDS 8.
const strictFrom = 16

// suggestsStrict reports whether a server that was asked in clear text may take
// strict connections: it closed on PRELOGIN, as one that takes nothing else
// does ([MS-TDS] 3.3.5), or its version knows TDS 8, or does not tell.
func (w *way) suggestsStrict() bool {
	for _, a := range w.climbed {
		if a.Prelogin != nil {
			version, err := a.Prelogin.Version()
			return err != nil || version.Major >= strictFrom || !version.Comparable()
		}
		if a.Stage == probe.StagePrelogin && (a.Outcome.ForciblyClosed() || a.Outcome == probe.Malformed) {
			return true
		}
	}
	return false
}

// Addresses returns the target once for every address of its host, each pinned
// to one of them, so that the nodes behind one name can be scanned one by one.
// The error is that of the resolution, or of SQL Server Browser.
func Addresses(ctx context.Context, target probe.Target, prober *probe.Prober) ([]probe.Target, error) {
	if prober == nil {
		prober = &probe.Prober{}
	}
	target, err := prober.Resolve(ctx, target)
	if err != nil {
		return nil, err
	}
	if target.Address != "" {
		return []probe.Target{target}, nil
	}
	ips, err := net.DefaultResolver.LookupHost(ctx, target.Host)
	if err != nil {
		return nil, errors.Join(ErrUnmeasured, err)
	}
	targets := make([]probe.Target, len(ips))
	for i, ip := range ips {
		targets[i] = target
		targets[i].Address = net.JoinHostPort(ip, fmt.Sprint(target.Port))
	}
	return targets, nil
}
