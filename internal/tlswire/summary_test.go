package tlswire_test

import (
	"fmt"
	"strings"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// summary says in one line what a flight holds: numbers of the registries in
// hexadecimal, lengths of byte strings in decimal.
func summary(f *tlswire.Flight) string {
	var s lines
	s.add(f.SSL2 != nil, func() string { return ssl2Summary(f.SSL2) })
	s.add(f.SSL2Error != 0, func() string { return fmt.Sprintf("ssl2error=%04x", f.SSL2Error) })
	s.add(f.RecordVersion != 0, func() string { return fmt.Sprintf("record=%04x", f.RecordVersion) })
	s.add(f.Messages != nil, func() string { return "messages=" + join("%d", f.Messages) })
	s.add(f.Alerts != nil, func() string { return "alerts=" + join("%s", alertNumbers(f.Alerts)) })
	s.add(f.HelloRetryRequest != nil, func() string { return "retry " + helloSummary(f.HelloRetryRequest) })
	s.add(f.ServerHello != nil, func() string { return helloSummary(f.ServerHello) })
	s.add(f.Certificates != nil, func() string { return "certificates=" + join("%d", lengths(f.Certificates)) })
	s.add(f.OCSPResponse != nil, func() string { return fmt.Sprintf("ocsp=%d", len(f.OCSPResponse)) })
	s.add(f.KeyExchange != nil, func() string { return exchangeSummary(f.KeyExchange) })
	s.add(f.CertificateRequest != nil, func() string { return requestSummary(f.CertificateRequest) })
	s.add(f.HelloDone, func() string { return "hellodone" })
	s.add(f.Resumed, func() string { return "resumed" })
	return strings.Join(s, " ")
}

type lines []string

func (s *lines) add(when bool, what func() string) {
	if when {
		*s = append(*s, what())
	}
}

func helloSummary(h *tlswire.ServerHello) string {
	var types []uint16
	for _, e := range h.Extensions {
		types = append(types, e.Type)
	}
	return fmt.Sprintf("hello=%04x negotiated=%04x suite=%04x group=%04x session=%d compression=%d extensions=%s",
		h.Version, h.NegotiatedVersion(), h.CipherSuite, h.Group(), len(h.SessionID), h.Compression, join("%04x", types))
}

func alertNumbers(alerts []tlswire.Alert) []string {
	var out []string
	for _, a := range alerts {
		out = append(out, fmt.Sprintf("%d/%d", a.Level, a.Description))
	}
	return out
}

func exchangeSummary(k *tlswire.ServerKeyExchange) string {
	return fmt.Sprintf("exchange=%d group=%04x point=%d p=%d g=%d ys=%d scheme=%04x signature=%d",
		len(k.Raw), k.Group, len(k.Point), len(k.P), len(k.G), len(k.Ys), k.SignatureScheme, len(k.Signature))
}

func requestSummary(r *tlswire.CertificateRequest) string {
	return fmt.Sprintf("request=%s schemes=%s authorities=%s",
		join("%d", r.Types), join("%04x", r.SignatureSchemes), join("%d", lengths(r.Authorities)))
}

func ssl2Summary(h *tlswire.SSL2ServerHello) string {
	return fmt.Sprintf("ssl2=%04x hit=%t type=%d certificate=%d kinds=%s connection=%d",
		h.Version, h.SessionIDHit, h.CertificateType, len(h.Certificate), join("%06x", h.CipherKinds), len(h.ConnectionID))
}

func join[T any](format string, list []T) string {
	var out []string
	for _, v := range list {
		out = append(out, fmt.Sprintf(format, v))
	}
	return strings.Join(out, ",")
}

func lengths(list [][]byte) []int {
	var out []int
	for _, b := range list {
		out = append(out, len(b))
	}
	return out
}
