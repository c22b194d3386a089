package enumerate

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
