package probe

// An Outcome is how an attempt ended.
type Outcome uint8

// The outcomes. Only an Accepted attempt proves support; Reset and Closed are
// what Windows clients call 10054.
const (
	// Unknown is the zero value: an ending that the classifier does not know.
	Unknown Outcome = iota
	// Accepted means that the server answered up to the depth asked for.
	Accepted
	// Alerted means that the server sent a TLS alert instead, or an SSL 2.0
	// ERROR, for which a result has no Alert. A warning counts if the server
	// then closed or reset the connection, unless it is unrecognized_name or
	// no_renegotiation, which servers send and go on.
	Alerted
	// Reset means that the connection ended with a TCP RST.
	Reset
	// Closed means that the connection ended with a TCP FIN, without an alert
	// that says why.
	Closed
	// NotOffered means that the PRELOGIN answer said ENCRYPT_NOT_SUP.
	NotOffered
	// TDSError means that the server answered with a TDS ERROR token.
	TDSError
	// Malformed means that the answer is neither TDS nor TLS as expected.
	Malformed
	// TimedOut means that the server stayed silent until the timeout.
	TimedOut
	// Unreachable means that no connection came about.
	Unreachable
	// Aborted means that this side ended the attempt, for want of a socket or as utls does at a
	// certificate that crypto/x509 cannot read; the flight shows it all the same.
	Aborted
)

var outcomeNames = []string{
	"unknown", "accepted", "alerted", "reset", "closed", "not_offered",
	"tds_error", "malformed", "timed_out", "unreachable", "aborted",
}

// ForciblyClosed reports whether o is what SQL Server's Windows clients report
// as error 10054, "An existing connection was forcibly closed".
func (o Outcome) ForciblyClosed() bool { return o == Reset || o == Closed }

// Conclusive reports whether o is an answer of the server, be it yes or no.
func (o Outcome) Conclusive() bool {
	switch o {
	case Unknown, TimedOut, Unreachable, Aborted:
		return false
	}
	return true
}

func (o Outcome) String() string               { return enumName(outcomeNames, o) }
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }
func (o *Outcome) UnmarshalText(text []byte) (err error) {
	*o, err = enumParse[Outcome](outcomeNames, "outcome", text)
	return err
}

// A Stage is how far an attempt came: the step during which it ended.
type Stage uint8

// The stages, in the order in which a connection passes them.
const (
	// StageResolve is the resolution of the host name.
	StageResolve Stage = iota
	// StageDial is the TCP connect.
	StageDial
	// StagePrelogin is the PRELOGIN exchange in clear text (TDS 7).
	StagePrelogin
	// StageClientHello lasts from the ClientHello to the end of the server's
	// first flight.
	StageClientHello
	// StageKeyExchange lasts from the end of the server's first flight to the
	// client's Finished.
	StageKeyExchange
	// StageFinished lasts from the client's Finished to the server's.
	StageFinished
	// StageLogin is the PRELOGIN exchange inside TLS (TDS 8).
	StageLogin
)

var stageNames = []string{
	"resolve", "dial", "prelogin", "client_hello", "key_exchange", "finished", "login",
}

func (s Stage) String() string               { return enumName(stageNames, s) }
func (s Stage) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
func (s *Stage) UnmarshalText(text []byte) (err error) {
	*s, err = enumParse[Stage](stageNames, "stage", text)
	return err
}
