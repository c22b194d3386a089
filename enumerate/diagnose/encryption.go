package diagnose

import (
	"fmt"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// encryptions are the values of ENCRYPTION that clients without certificates
// ask with.
var encryptions = []prelogin.Encryption{
	prelogin.EncryptOff, prelogin.EncryptOn, prelogin.EncryptNotSupported, prelogin.EncryptRequired,
}

// answered returns what the server answers to a value of ENCRYPTION, empty if
// that is not known.
func (s subject) answered(asked prelogin.Encryption) string {
	if s.Server == nil {
		return ""
	}
	if answer := s.Server.EncryptionAnswers[asked.String()]; answer != nil {
		return *answer
	}
	if asked == prelogin.EncryptOff {
		return s.Server.Encryption
	}
	return ""
}

func preloginAnswer(asked prelogin.Encryption, answer string) string {
	return fmt.Sprintf("PRELOGIN with ENCRYPTION = %s: answered with %s", asked, answer)
}

// forceEncryption proves that the server encrypts what the client would not.
func forceEncryption(s subject) []string {
	if s.Server == nil || !s.Server.ForceEncryption {
		return nil
	}
	return []string{preloginAnswer(prelogin.EncryptOff, s.Server.Encryption)}
}

// noEncryption proves that the server encrypts nothing: [MS-TDS], section
// 2.2.6.5.
func noEncryption(s subject) []string {
	var evidence []string
	for _, asked := range []prelogin.Encryption{prelogin.EncryptOff, prelogin.EncryptOn, prelogin.EncryptRequired} {
		if answer := s.answered(asked); answer == prelogin.EncryptNotSupported.String() {
			evidence = append(evidence, preloginAnswer(asked, answer))
		}
	}
	return evidence
}

// clearLogin proves that a server that encrypts goes on with a client that does
// not, whose next message is then its password in clear text.
func clearLogin(s subject) []string {
	if noEncryption(s) != nil {
		return nil // which says so
	}
	switch answer := s.answered(prelogin.EncryptNotSupported); answer {
	case prelogin.EncryptOff.String(), prelogin.EncryptNotSupported.String():
		return []string{preloginAnswer(prelogin.EncryptNotSupported, answer)}
	}
	return nil
}

// encryptionRefused proves that some values of ENCRYPTION are not answered at
// all.
func encryptionRefused(s subject) []string {
	var evidence []string
	for _, asked := range encryptions {
		var outcome probe.Outcome
		if outcome.UnmarshalText([]byte(s.answered(asked))) == nil && outcome != probe.Accepted {
			evidence = append(evidence, fmt.Sprintf("PRELOGIN with ENCRYPTION = %s: %s", asked, outcome))
		}
	}
	return evidence
}
