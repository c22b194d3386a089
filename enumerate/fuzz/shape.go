package fuzz

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A Shape is what answers are grouped by: how an attempt ended, and what the
// server showed, without what differs from one connection to the next.
type Shape struct {
	Outcome probe.Outcome `json:"outcome"`
	Stage   probe.Stage   `json:"stage"`
	// Alert names the alert, Error the number of the TDS error; empty if none.
	Alert string `json:"alert,omitempty"`
	Error string `json:"error,omitempty"`
	// Prelogin are the options of the PRELOGIN answer in order, and ENCRYPTION;
	// empty if it was the hello that was refused.
	Prelogin string `json:"prelogin,omitempty"`
	// Hello is version, suite, group and the like of the ServerHello, and its
	// extensions in order.
	Hello string `json:"hello,omitempty"`
	Time  Time   `json:"time,omitempty"`
}

// A Time is how long an answer took. It is coarse, so that a busy machine does
// not change it.
type Time string

// The times.
const (
	Prompt Time = "prompt"
	Slow   Time = "slow" // at least half of the timeout, and two seconds
	Never  Time = "never"
)

// leastSlow is what no machine is so busy for, or hardly any.
const leastSlow = 2 * time.Second

// ShapeOf returns the shape of a result of an attempt that might take a timeout.
// If that is zero, the shape has no time.
func ShapeOf(r probe.Result, timeout time.Duration) Shape {
	s := Shape{Outcome: r.Outcome, Stage: r.Stage, Hello: helloShape(r.Flight)}
	if r.Outcome == probe.Accepted || r.Stage == probe.StagePrelogin {
		s.Prelogin = preloginShape(r.Prelogin)
	}
	if r.Alert != nil && r.Outcome != probe.Accepted {
		s.Alert = r.Alert.String()
	}
	var tds *prelogin.ServerError
	if errors.As(r.Err, &tds) {
		s.Error = fmt.Sprint(tds.Number)
	}
	switch {
	case timeout == 0:
	case r.Outcome == probe.TimedOut:
		s.Time = Never
	case max(r.Timing.Prelogin, r.Timing.Handshake) >= max(timeout/2, leastSlow):
		s.Time = Slow
	default:
		s.Time = Prompt
	}
	return s
}

func preloginShape(m *prelogin.Message) string {
	if m == nil {
		return ""
	}
	var b strings.Builder
	for _, o := range m.Options {
		fmt.Fprintf(&b, "%v ", o.Token)
	}
	if e, err := m.Encryption(); err == nil {
		fmt.Fprintf(&b, "encryption=%v", e)
	}
	return strings.TrimSpace(b.String())
}

func helloShape(f *probe.Flight) string {
	if f == nil {
		return ""
	}
	parts := []string{f.Version.String()}
	if f.Version != probe.SSL20 {
		parts = append(parts, f.CipherSuite.String())
	}
	add := func(some bool, format string, args ...any) {
		if some {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(f.Group != 0, "%v", f.Group)
	if f.DH != nil {
		add(true, "DH of %d bits", f.DH.Bits())
	}
	add(f.SignatureScheme != 0, "%v", f.SignatureScheme)
	add(f.Retry, "retry")
	add(f.Resumed, "resumed")
	add(f.Compression != 0, "compression %d", f.Compression)
	add(f.ALPN != "", "alpn %.20q", f.ALPN)
	add(f.ClientCertificate, "asks for a certificate")
	add(len(f.OCSPResponse) > 0, "ocsp")
	add(len(f.CipherKinds) > 0, "%d kinds", len(f.CipherKinds))
	var types []string
	for _, e := range f.Extensions {
		types = append(types, fmt.Sprint(e.Type))
	}
	add(len(types) > 0, "extensions %s", strings.Join(types, " "))
	return strings.Join(parts, ", ")
}

// timeless returns the shape without its time.
func (s Shape) timeless() Shape {
	s.Time = ""
	return s
}

// String says in one line what the shape is.
func (s Shape) String() string {
	parts := []string{fmt.Sprintf("%v at %v", s.Outcome, s.Stage)}
	for _, p := range []string{s.Alert, s.Error, s.Hello, s.Prelogin} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if s.Time == Slow {
		parts = append(parts, "slow")
	}
	return strings.Join(parts, "; ")
}

// compare orders shapes: what was accepted first.
func (s Shape) compare(other Shape) int {
	rank := func(s Shape) int {
		return slices.Index([]bool{s.Outcome == probe.Accepted, s.Outcome != probe.Accepted}, true)
	}
	if d := rank(s) - rank(other); d != 0 {
		return d
	}
	return strings.Compare(s.String(), other.String())
}
