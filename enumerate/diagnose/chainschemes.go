package diagnose

import (
	"fmt"
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// sha1Schemes are what a hello of TLS 1.2 without signature_algorithms stands
// for: RFC 5246, section 7.4.1.4.1.
var sha1Schemes = []probe.SignatureScheme{0x0201, 0x0202, 0x0203}

// schemes judges the schemes: one that the server signs with, and, in TLS 1.2, one
// with each hash of the chain, if it was seen to want that.
func (j judge) schemes(p enumerate.Protocol, exchange, authentication string) []Constraint {
	offered := j.hello.SignatureSchemes
	if !j.sends(probe.ExtensionSignatureAlgorithms) {
		offered = nil
		if p.Code == probe.TLS12 {
			offered = sha1Schemes
		}
	}
	var list []Constraint
	if p.Code == probe.TLS12 {
		list = j.hashes(exchange, authentication, offered)
	}
	mended := offered
	for _, c := range list {
		if c.Open == "" {
			mended = append(slices.Clone(mended), j.adds(c.Accepts[0], authentication))
		}
	}
	return append(j.signing(p, exchange, authentication, offered, mended), list...)
}

// signing is the want of a scheme that the server signs with, unless what is
// added for a hash is one.
func (j judge) signing(p enumerate.Protocol, exchange, authentication string, offered, mended []probe.SignatureScheme) []Constraint {
	ignores := j.behaviour("signature_algorithms_ignored")
	if p.Code == probe.TLS12 && exchange != "RSA" && ignores != nil && *ignores {
		return nil
	}
	signs := j.signsWith(p, authentication)
	if slices.ContainsFunc(signs, func(s probe.SignatureScheme) bool { return slices.Contains(mended, s) }) {
		return nil
	}
	c := Constraint{Layer: enumerate.LayerSignatureSchemes, Offers: listed(offered), Accepts: listed(signs)}
	if len(offered) > 0 {
		c.Server = fmt.Sprintf("enable %v, or a certificate whose key signs with it", offered[0])
	}
	if len(signs) > 0 {
		c.Client = fmt.Sprintf("offer %v", signs[0])
		c.mend = func(h *probe.Hello) { offerScheme(h, signs[0]) }
	}
	switch {
	case exchange == "RSA" && authentication == "RSA":
		c.Open = "whether the server wants a common scheme where it signs nothing"
	case len(signs) == 0:
		c.Open = "which schemes the server signs with in " + p.Version
	case p.SignatureSchemesNote != "":
		c.Open = "the signature schemes of " + p.Version + ": " + p.SignatureSchemesNote
	}
	return []Constraint{c}
}

// signsWith returns the schemes of the server for an authentication.
func (j judge) signsWith(p enumerate.Protocol, authentication string) []probe.SignatureScheme {
	var list []probe.SignatureScheme
	for _, n := range p.SignatureSchemes {
		s := probe.SignatureScheme(n.ID)
		key := schemeKey(s)
		if key == authentication || authentication == "" || authentication == "DSS" && key == "DSA" || authentication == "ECDSA" && key == "" {
			list = append(list, s)
		}
	}
	return list
}

// hashes are the wants of schemes with the hashes of the chain. A server may look
// for them only where a hello has schemes at all.
func (j judge) hashes(exchange, authentication string, offered []probe.SignatureScheme) []Constraint {
	if taken := j.tolerance("no signature_algorithms"); !j.sends(probe.ExtensionSignatureAlgorithms) && taken != nil && *taken == probe.Accepted {
		return nil
	}
	var list []Constraint
	for _, kind := range hashKinds {
		if kind.key != authentication || (kind.exchange == "RSA") != (exchange == "RSA") {
			continue
		}
		for _, hash := range j.chainHashes(kind.key) {
			has := func(s probe.SignatureScheme) bool { return s.Hash() == hash }
			wanted := j.enforcesIn(kind, hash)
			value := j.behaviour(kind.prefix + "certificate_hash_enforced_" + hash)
			if wanted == no || slices.ContainsFunc(offered, has) || wanted == open && value != nil {
				continue // what can be told of it is in the schemes that it signs with
			}
			add := j.adds(hash, kind.key)
			c := Constraint{
				Layer: LayerHash, Offers: listed(offered), Accepts: []string{hash},
				Server: "a certificate whose chain is signed with a hash that the hello offers",
				Client: fmt.Sprintf("offer %v", add),
				mend:   func(h *probe.Hello) { offerScheme(h, add) },
			}
			if wanted == open {
				c.Open = "whether the server refuses hellos without " + hash + ", which signs a certificate"
			}
			list = append(list, c)
		}
	}
	return list
}

// chainHashes returns the hashes of the chains of a type of key.
func (j judge) chainHashes(key string) []string {
	var hashes []string
	for _, chain := range j.chains() {
		for _, c := range chain {
			if keyType(chain[0]) == key && c.Hash != "" && !slices.Contains(hashes, c.Hash) {
				hashes = append(hashes, c.Hash)
			}
		}
	}
	return hashes
}

// adds returns the scheme to offer for a hash: one that the server signs with, if
// there is one, or the registered one of the key.
func (j judge) adds(hash, key string) probe.SignatureScheme {
	for _, list := range [][]probe.SignatureScheme{j.signsWith(j.protocol(probe.TLS12), key), probe.SignatureSchemes()} {
		for _, s := range list {
			if schemeKey(s) == key && s.Hash() == hash {
				return s
			}
		}
	}
	return sha1Schemes[0]
}

func offerScheme(h *probe.Hello, s probe.SignatureScheme) {
	include(h, probe.ExtensionSignatureAlgorithms)
	h.SignatureSchemes = append(slices.Clone(h.SignatureSchemes), s)
}
