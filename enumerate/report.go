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
	// Connections is how many were made. LowerBound is what a scan cannot do
	// without: one for each accepted suite, one for each version's refusal.
	Connections int `json:"connections"`
	LowerBound  int `json:"connections_lower_bound"`
	// Complete is false if the scan ended early; Incomplete says why.
	Complete     bool          `json:"complete"`
	Incomplete   string        `json:"incomplete,omitempty"`
	Server       *Server       `json:"server"` // nil if no PRELOGIN answer came
	Baseline     *Baseline     `json:"baseline"`
	Protocols    []Protocol    `json:"protocols"`
	Certificates []Certificate `json:"certificates"`
	Stability    Stability     `json:"stability"`
}

// A Server is what the PRELOGIN answer says.
type Server struct {
	Version string `json:"version"` // "16.0.1000.6"
	Product string `json:"product"` // "SQL Server 2022", empty if unknown
	// Encryption is the answer to ENCRYPTION = OFF; with force_encryption it
	// is "req". Empty if PRELOGIN went through TLS, where it means nothing.
	Encryption      string `json:"encryption"`
	ForceEncryption bool   `json:"force_encryption"`
	StrictOnly      bool   `json:"strict_only"`
	InstanceMatches bool   `json:"instance_matches"`
	MARS            bool   `json:"mars"`
	FedAuth         bool   `json:"fed_auth"`
}

// A Baseline is the hello that the server answered first, or, if it answered
// none, how it refused the last one.
type Baseline struct {
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
	Outcome probe.Outcome `json:"outcome"`
	Stage   probe.Stage   `json:"stage"`
	Alert   string        `json:"alert,omitempty"`
	// Answered is the other version that the server answered with, which
	// proves the refusal at once.
	Answered string `json:"answered,omitempty"`
	Attempts int    `json:"attempts"` // that were refused alike
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
	SHA256             string    `json:"sha256"` // of the DER form, hexadecimal
	Names              []string  `json:"names"`
	Error              string    `json:"error,omitempty"` // if it cannot be read
}

// A Stability counts the connections of a scan by their end.
type Stability struct {
	Attempts    int         `json:"attempts"`
	Refused     int         `json:"refused"` // TCP connects
	Reset       int         `json:"reset"`
	Closed      int         `json:"closed"`
	TimedOut    int         `json:"timed_out"`
	Flakes      int         `json:"flakes"` // failures of what is known to be accepted
	ConnectMS   Percentiles `json:"connect_ms"`
	PreloginMS  Percentiles `json:"prelogin_ms"`
	HandshakeMS Percentiles `json:"handshake_ms"`
}

// Percentiles are of the attempts that came through a stage, in milliseconds.
type Percentiles struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	P99 float64 `json:"p99"`
}
