package enumerate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tdsprobe/tdsprobe/probe"
)

const noCertificate = "no certificate was seen"

// chains returns every chain that the server showed.
func (e entrance) chains() [][]Certificate {
	if len(e.Certificates) == 0 {
		return nil
	}
	return slices.Concat([][]Certificate{e.Certificates}, e.OtherChains)
}

// leaves returns the server's own certificates, one for each chain.
func (e entrance) leaves() []Certificate {
	var list []Certificate
	for _, chain := range e.chains() {
		if len(chain) > 0 {
			list = append(list, chain[0])
		}
	}
	return list
}

// certificates calls look for every certificate that could be read, with its place
// in the chain, and leaves the others open.
func (e entrance) certificates(t *evidence, look func(c Certificate, place int, cell string)) {
	if len(e.Certificates) == 0 {
		t.leave(e.prefix + noCertificate)
	}
	for _, chain := range e.chains() {
		for place, c := range chain {
			if c.Error != "" {
				t.leave(e.prefix + "a certificate cannot be read: " + c.Error)
				continue
			}
			look(c, place, e.prefix+"certificate "+c.Subject+": ")
		}
	}
}

// keyType returns the type of a certificate's key, without its size.
func keyType(c Certificate) string {
	name, _, _ := strings.Cut(c.Key, " ")
	return name
}

func (r Rule) judgeKeys(e entrance, t *evidence) {
	var types []string
	e.certificates(t, func(c Certificate, place int, cell string) {
		if place > 0 {
			return
		}
		types = append(types, keyType(c))
		r.CertificateKeys.judge(types[len(types)-1:], cell, t)
	})
	if len(types) > 0 {
		r.CertificateKeys.require(types, e.prefix+"certificate with ", t, always)
	}
}

func (r Rule) judgeHashes(e entrance, t *evidence) {
	e.certificates(t, func(c Certificate, place int, cell string) {
		switch {
		case place > 0 && c.SelfSigned: // nobody checks that signature
		case c.Hash == "":
			t.leave(cell + "the hash of " + c.SignatureAlgorithm + " is not known")
		default:
			r.CertificateHashes.judge([]string{c.Hash}, cell, t)
		}
	})
}

const day = 24 * time.Hour

func (r Rule) judgeDays(e entrance, t *evidence) {
	e.certificates(t, func(c Certificate, place int, cell string) {
		switch days := int(c.NotAfter.Sub(c.NotBefore) / day); {
		case place > 0:
		case c.NotBefore.IsZero(), c.NotAfter.IsZero():
			t.leave(cell + noTime)
		case days > r.CertificateDays:
			t.breaks(fmt.Sprintf("%svalid for %d days", cell, days))
		}
	})
}

const noTime = "its validity is not known"

func (r Rule) judgeValid(e entrance, t *evidence) {
	e.certificates(t, func(c Certificate, _ int, cell string) {
		switch {
		case e.Started.IsZero(), c.NotBefore.IsZero(), c.NotAfter.IsZero():
			t.leave(cell + noTime)
		case c.NotAfter.Before(e.Started):
			t.breaks(cell + "expired on " + c.NotAfter.Format(time.DateOnly))
		case c.NotBefore.After(e.Started):
			t.breaks(cell + "not valid before " + c.NotBefore.Format(time.DateOnly))
		}
	})
}

func (r Rule) judgeIssued(e entrance, t *evidence) {
	e.certificates(t, func(c Certificate, place int, cell string) {
		if place == 0 && c.SelfSigned {
			t.breaks(cell + "self-signed")
		}
	})
}

// dhKey is the type of the keys of DHE suites in MinBits.
const dhKey = "DH"

func (r Rule) judgeBits(e entrance, t *evidence) {
	least, dh := r.MinBits[dhKey]
	if dh {
		e.judgePrimes(least, t)
	}
	if dh && len(r.MinBits) == 1 {
		return
	}
	e.certificates(t, func(c Certificate, _ int, cell string) {
		switch least, ok := r.MinBits[keyType(c)]; {
		case !ok:
		case c.KeyBits == 0:
			t.leave(cell + "the size of its key is not known")
		case c.KeyBits < least:
			t.breaks(cell + c.Key)
		}
	})
}

// judgePrimes looks at the DHE suites, each with the size of its prime; that of
// TLS 1.3 is that of its group.
func (e entrance) judgePrimes(least int, t *evidence) {
	e.accepted(Names{}, t, func(p Protocol, cell string) {
		if !p.Complete && p.Code != probe.TLS13 {
			t.leave(cell + ": cipher suites may be missing")
		}
		for _, s := range p.CipherSuites {
			switch {
			case s.DHBits > 0 && s.DHBits < least:
				t.breaks(fmt.Sprintf("%s %s with %d bits", cell, s.Name, s.DHBits))
			case s.DHBits == 0 && strings.HasPrefix(s.Name, "TLS_DH"):
				t.leave(fmt.Sprintf("%s %s: the size of its prime is not known", cell, s.Name))
			}
		}
	})
	if e.DHE != nil && e.DHE.Bits < least && len(t.broken) == 0 { // another prime of a suite
		t.breaks(fmt.Sprintf("%sDHE with %d bits", e.prefix, e.DHE.Bits))
	}
}
