package enumerate

import (
	"time"

	"github.com/tdsprobe/tdsprobe/probe"
)

// Schema names the form of a [Report] in JSON.
const Schema = "tdsprobe/report/v1"

// A Report is what a scan found. Its JSON form is stable: fields are added,
// never renamed.
type Report struct {
	Schema     string       `json:"schema"`
	Target     probe.Target `json:"target"`
	Started    time.Time    `json:"started"`
	DurationMS int64        `json:"duration_ms"`
	// Connections is how many were made, Strict's not among them; those that
	// Clients takes are for its caller to add. LowerBound is
	// what no scan of versions and suites can do without: one for each accepted
	// suite, one for each version's refusal.
	Connections int `json:"connections"`
	LowerBound  int `json:"connections_lower_bound"`
	// Complete is false if the scan ended early or something could not be
	// settled; Incomplete says what.
	Complete   bool       `json:"complete"`
	Incomplete string     `json:"incomplete,omitempty"`
	Server     *Server    `json:"server"` // nil if no PRELOGIN answer came
	Baseline   *Baseline  `json:"baseline"`
	Protocols  []Protocol `json:"protocols"`
	// Certificates is the chain that was shown first, OtherChains are those of
	// other types of key.
	Certificates []Certificate   `json:"certificates"`
	OtherChains  [][]Certificate `json:"other_chains,omitempty"`
	// ChainComplete reports whether every certificate of Certificates names the
	// next as its issuer, and the last one itself. Nil without certificates.
	ChainComplete *bool       `json:"chain_complete"`
	DHE           *DHE        `json:"dhe"` // nil if no DHE suite was seen
	Behaviours    []Behaviour `json:"behaviours"`
	Tolerances    []Tolerance `json:"tolerances"`
	Stability     Stability   `json:"stability"`
	// Pressure is nil if it was not wanted, if nothing was heard of the server, and
	// in a Strict. Its connections are not among those
	// of Stability, and neither are those that ask for leading zeros.
	Pressure *Load `json:"pressure"`
	// Handshake tells how a handshake ended that was to be completed: in TDS 8 with
	// PRELOGIN inside, else for certificates that are not shown before. Nil if there
	// was none.
	Handshake *Rung `json:"handshake,omitempty"`
	// Clear tells how PRELOGIN in clear text ended at a server that was asked for
	// both ways and takes strict connections alone.
	Clear *Baseline `json:"clear,omitempty"`
	// Strict is the report on TDS 8, if a server that has TDS 7 was asked for
	// that too. Its Baseline tells how a server without TDS 8 refused it.
	Strict *Report `json:"strict,omitempty"`
	// Clients are nil unless some were simulated: see [Clients].
	Clients []Client `json:"clients,omitzero"`
	// Findings are nil unless a diagnosis was added: see package diagnose.
	Findings []Finding `json:"findings,omitzero"`
	// Policies are nil unless some were applied: see [Policy].
	Policies []Judgement `json:"policies,omitzero"`
}

// A Server is what the PRELOGIN answer says.
type Server struct {
	Version string `json:"version"` // "16.0.1000.6"
	Product string `json:"product"` // "SQL Server 2022", empty if unknown
	// Encryption is the answer to ENCRYPTION = OFF; with force_encryption it
	// is "req". Empty if PRELOGIN was answered inside TLS alone, where it means
	// nothing.
	Encryption string `json:"encryption"`
	// EncryptionAnswers has the answer to each ENCRYPTION that was asked, nil
	// where that is inconclusive; "closed" and the like where none came.
	EncryptionAnswers map[string]*string `json:"encryption_answers,omitempty"`
	ForceEncryption   bool               `json:"force_encryption"`
	StrictOnly        bool               `json:"strict_only"`
	InstanceMatches   bool               `json:"instance_matches"`
	MARS              bool               `json:"mars"`
	FedAuth           bool               `json:"fed_auth"`
}

// A Baseline is the hello that the server answered first, or, if it answered
// none, how the one ended that came furthest.
type Baseline struct {
	Rung
	// Rungs are the hellos that were tried, each asking less than the one
	// before.
	Rungs []Rung `json:"rungs"`
}

// A Rung is a hello and how it ended.
type Rung struct {
	Name    string        `json:"name"`
	Outcome probe.Outcome `json:"outcome"`
	Stage   probe.Stage   `json:"stage"`
	Error   string        `json:"error,omitempty"`
}

// A Protocol is one protocol version.
type Protocol struct {
	Version string        `json:"version"` // "TLS 1.2"
	Code    probe.Version `json:"code"`
	// Accepted is nil if that is inconclusive.
	Accepted   *bool      `json:"accepted"`
	Preference Preference `json:"preference"`
	// CipherSuites are in the server's order if Preference is server.
	CipherSuites []Suite `json:"cipher_suites"`
	// Complete is false if CipherSuites may lack some.
	Complete bool `json:"complete"`
	// Refusal is how the server refused what is not in CipherSuites, nil if
	// nothing was refused.
	Refusal *Refusal `json:"refusal,omitempty"`
	// Groups and SignatureSchemes are nil where they were not enumerated: below
	// TLS 1.2, and where there is no suite that needs them. A note says what
	// they may lack, and why; it is empty if that is nothing.
	Groups               []Named `json:"groups"`
	GroupsNote           string  `json:"groups_note,omitempty"`
	SignatureSchemes     []Named `json:"signature_schemes"`
	SignatureSchemesNote string  `json:"signature_schemes_note,omitempty"`
}

// A Named is a registered number with its name.
type Named struct {
	ID   uint16 `json:"id"`
	Name string `json:"name"`
}

// A DHE is what the server shows of its ephemeral Diffie-Hellman keys.
type DHE struct {
	Bits int `json:"bits"` // of the prime; of the smallest, if there are several
	// Group is the well-known group, empty if the prime is of another.
	Group string `json:"group"`
	// PaddedGenerator reports a generator with leading zeros, up to the size of
	// the prime: a mark of Schannel.
	PaddedGenerator bool `json:"padded_generator"`
	// KeyReuse reports that the same public key came twice, nil if only one
	// was seen.
	KeyReuse *bool `json:"key_reuse"`
	// LeadingZeros is nil if it was not wanted, if no suite allows to ask, and in a
	// Strict.
	LeadingZeros *ZerosTest `json:"leading_zeros"`
}

// A ZerosTest is how a server of DHE suites takes numbers that begin with a
// zero byte, as one in 256 does by chance: the fault behind resets that come and
// go. All of it was asked with one suite of TLS 1.2.
type ZerosTest struct {
	Suite string `json:"suite"`
	// Secret is about the shared secret, without extended_master_secret and with
	// it: VerdictUnasked if the server does not have that.
	Secret         Verdict `json:"secret"`
	SecretExtended Verdict `json:"secret_extended_master_secret"`
	// Public is about the client's public value.
	Public Verdict `json:"public"`
	// Attempts are those that were made, and how they ended.
	Attempts []Rung `json:"attempts"`
}

// A Verdict is what a server makes of a number with leading zeros.
type Verdict string

// The verdicts. A shared secret has to be stripped of them (RFC 5246, section
// 8.1.2), a public value may come either way.
const (
	VerdictUnasked      Verdict = ""
	VerdictInconclusive Verdict = "inconclusive"
	VerdictCorrect      Verdict = "correct"
	// VerdictKeepsZeros: the server keeps those of the secret, and fails with clients
	// that do not.
	VerdictKeepsZeros Verdict = "kept"
	// VerdictRefused: it fails whether they are there or not; VerdictStrippedRefused
	// and VerdictKeptRefused: it takes a public value one way only.
	VerdictRefused         Verdict = "refused"
	VerdictStrippedRefused Verdict = "stripped_refused"
	VerdictKeptRefused     Verdict = "kept_refused"
	// VerdictHandshakeRefused: it fails without leading zeros too, although it
	// accepts the hello.
	VerdictHandshakeRefused Verdict = "handshake_refused"
)

// A Behaviour is whether the server does something, nil if that is inconclusive
// or cannot be seen; Note says why, or how.
type Behaviour struct {
	Name  string `json:"name"`
	Value *bool  `json:"value"`
	Note  string `json:"note,omitempty"`
}

// A Tolerance is how the server took a change to a hello that it accepts, nil
// if that is inconclusive; Note says why.
type Tolerance struct {
	Name    string         `json:"name"`
	Outcome *probe.Outcome `json:"outcome"`
	Note    string         `json:"note,omitempty"`
}

// A Suite is a cipher suite as the server showed it. The id of an SSL 2.0
// cipher kind has three bytes.
type Suite struct {
	ID     uint32 `json:"id"`
	Name   string `json:"name"`
	Group  string `json:"group,omitempty"`   // of the key exchange
	DHBits int    `json:"dh_bits,omitempty"` // size of the DHE prime
}

// A Refusal is how a server said no.
type Refusal struct {
	Attempt string        `json:"attempt"` // its name
	Outcome probe.Outcome `json:"outcome"`
	Stage   probe.Stage   `json:"stage"`
	Alert   string        `json:"alert,omitempty"`
	// Answered is the other version that the server answered with, which
	// proves the refusal at once.
	Answered string `json:"answered,omitempty"`
	Attempts int    `json:"attempts"` // how many were refused alike
	Controls int    `json:"controls"` // rounds in which a known hello was accepted
	Error    string `json:"error,omitempty"`
}

// A Certificate is one link of the chain that the server showed.
type Certificate struct {
	Subject            string    `json:"subject"`
	Issuer             string    `json:"issuer"`
	Serial             string    `json:"serial"` // hexadecimal, with a sign if negative
	NotBefore          time.Time `json:"not_before"`
	NotAfter           time.Time `json:"not_after"`
	Key                string    `json:"key"` // "RSA 2048"
	SignatureAlgorithm string    `json:"signature_algorithm"`
	SelfSigned         bool      `json:"self_signed"`
	KeyBits            int       `json:"key_bits"` // 0 if not known
	Hash               string    `json:"hash"`     // of the signature: "sha256"
	// Fallback reports the certificate that SQL Server makes for itself when it
	// is given none.
	Fallback bool     `json:"self_signed_fallback"`
	SHA256   string   `json:"sha256"` // of the DER form, hexadecimal
	Names    []string `json:"names"`
	DER      []byte   `json:"der"`             // as the server sent it
	Error    string   `json:"error,omitempty"` // if it cannot be read
}

// A Stability counts the connections of a scan by their end.
type Stability struct {
	Attempts int `json:"attempts"`
	Refused  int `json:"refused"` // TCP connects
	Reset    int `json:"reset"`
	Closed   int `json:"closed"`
	TimedOut int `json:"timed_out"`
	Flakes   int `json:"flakes"` // failures of what is known to be accepted
	// FlakeEndings counts the flakes by the stage at which they came and by how.
	FlakeEndings []Ending    `json:"flake_endings,omitempty"`
	ConnectMS    Percentiles `json:"connect_ms"`
	PreloginMS   Percentiles `json:"prelogin_ms"`
	HandshakeMS  Percentiles `json:"handshake_ms"`
}

// Percentiles are of the attempts that came through a stage, in milliseconds.
type Percentiles struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	P99 float64 `json:"p99"`
}
