package clients

import "github.com/tdsprobe/tdsprobe/probe"

// A Cause is a rule on which a connection founders.
type Cause string

// The causes.
const (
	CauseVersion         Cause = "version"          // no version in common
	CauseSuite           Cause = "suite"            // no cipher suite in common
	CauseScheme          Cause = "scheme"           // no signature scheme in common
	CauseLegacySignature Cause = "legacy_signature" // a signature of TLS 1.0 or 1.1 is refused
	CauseGroup           Cause = "group"            // no group in common
	CauseDHBits          Cause = "dh_bits"          // the prime of a DHE exchange is too small
	CauseRSABits         Cause = "rsa_bits"         // the RSA key of a certificate is too small
	CauseCertificateHash Cause = "certificate_hash" // a certificate is signed with a refused hash
	CauseNegativeSerial  Cause = "negative_serial"  // its serial number is negative
	CauseEncryption      Cause = "encryption"       // PRELOGIN: one wants it, the other does not
	CauseStrict          Cause = "strict"           // one speaks TDS 8, the other does not
	CauseSize            Cause = "size"             // something on the way cannot take the hello
)

// An Answer is what is known of a server for one client.
type Answer struct {
	// Result is what came of the client's attempt.
	Result *probe.Result
	// Target is where that went; error texts name its host and port.
	Target probe.Target
	// Certificates are the server's, DER, leaf first, if the result does not show
	// them.
	Certificates [][]byte
	// Cause is why the server refuses the hello, if that is known from other
	// attempts. What the result shows itself comes first.
	Cause Cause
	// Unverified says that the client was told to take any certificate, as with
	// TrustServerCertificate.
	Unverified bool
}

// A Verdict is what a client makes of an answer.
type Verdict struct {
	Client string `json:"client"` // its id
	// Conclusive is false if the answer does not tell; all else is then empty but
	// Stage, Outcome and Reason.
	Conclusive bool `json:"conclusive"`
	Connects   bool `json:"connects"`
	// ClearText says that it sends its login, and so the password, without TLS.
	ClearText bool `json:"clear_text,omitempty"`
	// Version, CipherSuite and Group are what the server chose, if it did.
	Version     probe.Version     `json:"version,omitempty"`
	CipherSuite probe.CipherSuite `json:"cipher_suite,omitempty"`
	Group       probe.Group       `json:"group,omitempty"`
	// Stage and Outcome are where and how it ends; [probe.Aborted] means that the
	// client itself refuses.
	Stage   probe.Stage   `json:"stage"`
	Outcome probe.Outcome `json:"outcome"`
	// Cause is why, empty if it connects or if that is not known.
	Cause Cause `json:"cause,omitempty"`
	// ErrorText is what the client prints, empty if that is not known; a part that
	// differs each time is "…". TextSource says how it is known: measured, thread,
	// document, source, assumed.
	ErrorText  string `json:"error_text,omitempty"`
	TextSource string `json:"text_source,omitempty"`
	// Reason is one line for people.
	Reason string `json:"reason"`
	// ServerFix and ClientFix are the smallest changes that help, one of them is
	// enough; empty if the cause is not known or there is none.
	ServerFix string `json:"server_fix,omitempty"`
	ClientFix string `json:"client_fix,omitempty"`
}
