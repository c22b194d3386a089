package enumerate

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// serverAspects are those of a server, whatever the way into it.
var serverAspects = []aspect{
	{AreaServer, 0, readServer},
	{AreaClients, 0, readClients},
	{AreaFindings, 0, readFindings},
}

// flag adds whether something is so.
func (r *reading) flag(name string, so bool) { r.has(name, yesNo(so)) }

func yesNo(so bool) string {
	if so {
		return "yes"
	}
	return "no"
}

func readServer(r *Report) reading {
	list := reading{rest: KnowledgeNotAsked}
	s := r.Server
	if s == nil {
		return reading{rest: r.open()}
	}
	list.has("version", s.Version)
	list.has("product", s.Product)
	answers := maps.Clone(s.EncryptionAnswers)
	if s.Encryption != "" {
		if answers == nil {
			answers = map[string]*string{}
		}
		answers["off"] = &s.Encryption
		list.flag("force_encryption", s.ForceEncryption)
	}
	for _, asked := range slices.Sorted(maps.Keys(answers)) {
		name := "answer to ENCRYPTION " + asked
		if answers[asked] == nil {
			list.open(name, KnowledgeInconclusive)
		} else {
			list.has(name, *answers[asked])
		}
	}
	list.flag("instance_matches", s.InstanceMatches)
	list.flag("mars", s.MARS)
	list.flag("fed_auth", s.FedAuth)
	return list
}

// readClients reads which clients connect, and with what.
func readClients(r *Report) reading {
	list := reading{rest: KnowledgeNotAsked}
	for _, c := range r.Clients {
		switch {
		case c.Connects == nil:
			list.open(c.ID, KnowledgeInconclusive)
		case *c.Connects:
			list.has(c.ID, strings.TrimSpace(c.Version+" "+c.Suite))
		default:
			list.lacks(c.ID, ended(Rung{Outcome: c.Outcome, Stage: c.Stage}))
		}
	}
	return list
}

// readFindings reads the findings, those of one id together. A scan that has not
// looked at everything may have more.
func readFindings(r *Report) reading {
	var list reading
	switch {
	case r.Findings == nil:
		return reading{rest: KnowledgeNotAsked}
	case r.Skipped() != nil:
		list.rest = KnowledgeNotAsked
	case !r.Complete:
		list.rest = KnowledgeInconclusive
	default:
		list.rest = KnowledgeSettled
	}
	for _, f := range r.Findings {
		value := f.Severity.String() + ": " + f.Title
		if i := slices.IndexFunc(list.items, func(i item) bool { return i.name == f.ID }); i >= 0 {
			list.items[i].value += "; " + value
		} else {
			list.has(f.ID, value)
		}
	}
	return list
}

// readCertificates reads the chains by the type of the leaf's key, of which a
// server has one each.
func readCertificates(r *Report) reading {
	list := reading{rest: r.settled()}
	if len(r.Certificates) == 0 {
		return reading{rest: r.open()}
	}
	for _, chain := range append([][]Certificate{r.Certificates}, r.OtherChains...) {
		if len(chain) == 0 {
			continue
		}
		leaf := chain[0]
		name := strings.TrimSpace(keyType(leaf) + " certificate")
		list.has(name, "SHA-256 "+leaf.SHA256)
		list.has(name+": subject", leaf.Subject)
		list.has(name+": names", strings.Join(leaf.Names, ", "))
		list.has(name+": issuer", leaf.Issuer)
		list.has(name+": key", leaf.Key)
		list.has(name+": signature", leaf.SignatureAlgorithm)
		list.has(name+": not after", leaf.NotAfter.UTC().Format(time.RFC3339))
		list.has(name+": others of the chain", strings.Join(subjects(chain[1:]), "; "))
		list.flag(name+": chain complete", completeChain(chain))
	}
	return list
}

// subjects tells the links of a chain apart.
func subjects(chain []Certificate) []string {
	var list []string
	for _, c := range chain {
		list = append(list, fmt.Sprintf("%s (%s, %s, until %s)", c.Subject, c.Key, c.SignatureAlgorithm, c.NotAfter.UTC().Format(time.RFC3339)))
	}
	return list
}

// readDHE reads all there is to DHE keys. If there are none, that is settled only if
// every suite was looked for.
func readDHE(r *Report) reading {
	d := r.DHE
	if d == nil {
		return reading{rest: r.settled()}
	}
	list := reading{rest: KnowledgeSettled}
	group := d.Group
	if group == "" {
		group = "none that is well known"
	}
	list.has("bits", strconv.Itoa(d.Bits))
	list.has("group", group)
	list.flag("padded generator", d.PaddedGenerator)
	if d.KeyReuse == nil {
		list.open("key reuse", KnowledgeNotAsked)
	} else {
		list.flag("key reuse", *d.KeyReuse)
	}
	var zeros ZerosTest // nothing was asked
	if d.LeadingZeros != nil {
		zeros = *d.LeadingZeros
	}
	list.verdict("leading zeros of the secret", zeros.Secret)
	list.verdict("leading zeros of the secret, extended_master_secret", zeros.SecretExtended)
	list.verdict("leading zeros of the public value", zeros.Public)
	return list
}

// verdict adds what a server makes of leading zeros.
func (r *reading) verdict(name string, v Verdict) {
	switch v {
	case VerdictUnasked:
		r.open(name, KnowledgeNotAsked)
	case VerdictInconclusive:
		r.open(name, KnowledgeInconclusive)
	default:
		r.has(name, string(v))
	}
}

func readBehaviours(r *Report) reading {
	list := reading{rest: KnowledgeNotAsked}
	for _, b := range r.Behaviours {
		switch {
		case b.Value != nil && b.Note != "":
			list.has(b.Name, yesNo(*b.Value)+": "+b.Note)
		case b.Value != nil:
			list.flag(b.Name, *b.Value)
		case strings.HasPrefix(b.Note, inconclusive):
			list.open(b.Name, KnowledgeInconclusive)
		default:
			list.open(b.Name, KnowledgeNotAsked)
		}
	}
	return list
}

func readTolerances(r *Report) reading {
	list := reading{rest: KnowledgeNotAsked}
	for _, t := range r.Tolerances {
		if t.Outcome == nil {
			list.open(t.Name, KnowledgeInconclusive)
		} else {
			list.has(t.Name, t.Outcome.String())
		}
	}
	return list
}
