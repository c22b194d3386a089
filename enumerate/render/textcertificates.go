package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

func (p Page) certificates(r *enumerate.Report) {
	if len(r.Certificates) == 0 {
		return
	}
	p.Line("")
	p.Line("Certificates")
	p.chain(r.Certificates, r)
	if r.ChainComplete != nil && !*r.ChainComplete {
		p.Line("  the chain is not complete: %s", gap(r.Certificates))
	} else if r.ChainComplete != nil && len(r.Certificates) > 1 {
		p.Line("  the chain is complete, its root included")
	}
	for _, chain := range r.OtherChains {
		p.Line("  another chain, for clients with other suites:")
		p.chain(chain, r)
	}
}

func (p Page) chain(chain []enumerate.Certificate, r *enumerate.Report) {
	for _, c := range chain {
		if c.Error != "" {
			p.Line("  unreadable: %s", c.Error)
			continue
		}
		until := "until"
		if c.NotAfter.Before(r.Started) {
			until = "expired"
		}
		if c.SelfSigned {
			until = "self-signed, " + until
		}
		p.Line("  %s  (%s, %s, %s %s)", c.Subject, c.Key, c.SignatureAlgorithm, until, c.NotAfter.Format("2006-01-02"))
		if c.Fallback {
			p.Line("    made by SQL Server itself, which was given none: clients cannot verify it")
		}
		if len(c.Names) > 0 {
			p.List("    for", ",", few(c.Names, maxNames))
		}
	}
}

// maxNames is how many names of a certificate are written.
const maxNames = 5

// few cuts a list that is long, and says so in its last item.
func few(list []string, most int) []string {
	more := len(list) - most
	if more <= 0 {
		return list
	}
	cut := slices.Clone(list[:most])
	cut[most-1] += fmt.Sprintf(" and %d more", more)
	return cut
}

// gap says what a chain that is not complete lacks.
func gap(chain []enumerate.Certificate) string {
	last := len(chain) - 1
	for i, c := range chain {
		switch {
		case c.Error != "":
			return "a part of it is unreadable"
		case i < last && c.Issuer != chain[i+1].Subject:
			return c.Issuer + ", issuer of " + c.Subject + ", does not follow it"
		}
	}
	return chain[last].Issuer + " is not in it, as is usual if that is a root"
}

// sameCertificates reports whether two ways into a server show the same.
func sameCertificates(a, b *enumerate.Report) bool {
	return fingerprints(a) == fingerprints(b)
}

// fingerprints are those of all chains, one chain a line.
func fingerprints(r *enumerate.Report) string {
	var text strings.Builder
	for _, chain := range append([][]enumerate.Certificate{r.Certificates}, r.OtherChains...) {
		for _, c := range chain {
			text.WriteString(c.SHA256 + c.Error + " ")
		}
		text.WriteString("\n")
	}
	return text.String()
}
