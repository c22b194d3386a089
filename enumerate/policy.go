package enumerate

import (
	"slices"
	"strings"
)

// A Policy is what is wanted of a server, as data. [Policies] are built in, and
// [ReadPolicy] reads others.
type Policy struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// Reference is where the policy is published, empty for one's own.
	Reference string `json:"reference,omitempty"`
	Rules     []Rule `json:"rules"`
}

// A Judgement says whether a server keeps to a [Policy].
type Judgement struct {
	Policy string `json:"policy"` // its id
	Title  string `json:"title"`
	// Reference is where the policy is published, empty for one's own.
	Reference string `json:"reference,omitempty"`
	// Meets is false if a rule is broken, nil if none is and one is not settled.
	Meets   *bool    `json:"meets"`
	Rulings []Ruling `json:"rulings"` // one for each rule, in the policy's order
}

// A Ruling says whether a server keeps to one rule of a policy.
type Ruling struct {
	Rule  string `json:"rule"` // its id, "tls-versions"
	Title string `json:"title"`
	Meets *bool  `json:"meets"` // nil if that is not settled; Note says why
	// Cells are what breaks the rule: "TLS 1.0", "TLS 1.2 TLS_RSA_WITH_AES_128_CBC_SHA".
	Cells []string `json:"cells,omitempty"`
	Note  string   `json:"note,omitempty"`
}

// Judge says whether the server of a report keeps to p. What the report does not
// settle, because it was not asked for or is inconclusive, is nil with a note. The
// report's Strict is judged too, and its cells begin with "strict: ". Neither p nor
// the report is changed.
func (p Policy) Judge(r *Report) Judgement {
	j := Judgement{Policy: p.ID, Title: p.Title, Reference: p.Reference, Rulings: []Ruling{}}
	server := entrances(r)
	for _, rule := range p.Rules {
		var found evidence
		conditions := rule.conditions()
		for _, judge := range conditions {
			judge(server, &found)
		}
		if len(conditions) == 0 {
			found.leave("the rule has no condition")
		}
		j.Rulings = append(j.Rulings, found.ruling(rule))
	}
	j.Meets = meets(j.Rulings)
	return j
}

// meets sums up rulings. Without any, nothing is settled.
func meets(rulings []Ruling) *bool {
	yes, no := true, false
	settled := len(rulings) > 0
	for _, r := range rulings {
		if r.Meets != nil && !*r.Meets {
			return &no
		}
		settled = settled && r.Meets != nil
	}
	if !settled {
		return nil
	}
	return &yes
}

// An entrance is one way into a server, with what the cells of it begin with.
type entrance struct {
	*Report
	prefix string
}

// entrances returns the ways into a server that were found to be there. One that
// refuses TDS 8 has no second.
func entrances(r *Report) []entrance {
	list := []entrance{{r, ""}}
	if r.Strict != nil && !r.Strict.refusedAsStrict() {
		list = append(list, entrance{r.Strict, "strict: "})
	}
	return list
}

// protocol returns what is known of a version.
func (e entrance) protocol(name string) Protocol {
	for _, p := range e.Protocols {
		if p.Version == name {
			return p
		}
	}
	return Protocol{Version: name}
}

// Evidence is what judging a rule comes to.
type evidence struct {
	broken, open, notes []string
}

func (e *evidence) breaks(cell string)  { e.broken = appendNew(e.broken, cell) }
func (e *evidence) leave(open string)   { e.open = appendNew(e.open, open) }
func (e *evidence) explain(note string) { e.notes = appendNew(e.notes, note) }

func appendNew(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

func (e *evidence) ruling(rule Rule) Ruling {
	r := Ruling{Rule: rule.ID, Title: rule.Title, Cells: e.broken, Note: strings.Join(slices.Concat(e.notes, e.open), "; ")}
	if yes := len(e.broken) == 0; !yes || len(e.open) == 0 {
		r.Meets = &yes
	}
	return r
}
