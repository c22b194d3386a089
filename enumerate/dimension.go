package enumerate

// A Dimension is something that a scan can enumerate.
type Dimension string

// The dimensions. All but Encryption and Pressure need the versions; all but
// these and Versions need the suites.
const (
	// Encryption is what the server answers to every ENCRYPTION.
	Encryption Dimension = "encryption"
	// Versions are the protocol versions.
	Versions Dimension = "versions"
	// Suites are the cipher suites of each version, and whose order decides.
	Suites Dimension = "suites"
	// Groups are the groups of key exchanges in TLS 1.2 and 1.3.
	Groups Dimension = "groups"
	// Signatures are the signature schemes in TLS 1.2 and 1.3.
	Signatures Dimension = "signatures"
	// Certificates are the chains for every type of key.
	Certificates Dimension = "certificates"
	// Behaviours are what the server makes of extensions and sessions.
	Behaviours Dimension = "behaviours"
	// Tolerances are harmless changes to a hello that may yet be refused.
	Tolerances Dimension = "tolerances"
	// LeadingZeros is how a server of DHE suites takes numbers that begin with a
	// zero byte.
	LeadingZeros Dimension = "leading_zeros"
	// Pressure is how the server takes connections one after the other: how many
	// fail, where, and how long the others take.
	Pressure Dimension = "pressure"
)

// Dimensions returns all dimensions.
func Dimensions() []Dimension {
	return []Dimension{Encryption, Versions, Suites, Groups, Signatures, Certificates, Behaviours, Tolerances, LeadingZeros, Pressure}
}
