package enumerate

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// encryptionJobs ask the PRELOGIN question with the values of ENCRYPTION that
// the ladder has not asked.
func (w *way) encryptionJobs() []job {
	if w.runner.Target.Mode != probe.ModeTDS7 {
		return nil
	}
	var questions Once
	for _, e := range []prelogin.Encryption{prelogin.EncryptOn, prelogin.EncryptNotSupported, prelogin.EncryptRequired} {
		request, err := prelogin.Request(e, w.runner.Target.Instance).Raw()
		if err != nil {
			continue // the ladder has sent one of the same size
		}
		questions = append(questions, probe.Attempt{
			Name: "PRELOGIN: ENCRYPTION = " + e.String(), Prelogin: request, Depth: probe.DepthPrelogin,
		})
	}
	return []job{{questions, func(answers []Answer) { w.swept.encryption = answers }}}
}

// handshakeJobs show what no earlier answer has: the PRELOGIN answer inside TLS
// and, if they are wanted, the certificates of TLS 1.3, for which a handshake
// has to be completed. A server that refuses it leaves these out of the report.
func (w *way) handshakeJobs() []job {
	strict := w.runner.Target.Mode == probe.ModeTDS8
	missing := w.wants(Certificates) && !slices.ContainsFunc(w.runner.Results(), showsCertificates)
	if !strict && !missing {
		return nil
	}
	version, suites := w.completable()
	if len(suites) == 0 {
		return nil
	}
	full := probe.Attempt{
		Name:  "full handshake",
		Hello: probe.Hello{MaxVersion: version, CipherSuites: suites, SignatureSchemes: w.chainSchemes()},
		Depth: probe.DepthFinished,
	}
	return []job{{Once{full}, func(answers []Answer) {
		w.swept.handshake = answers
		if len(answers) > 0 && answers[0].Prelogin != nil && strict {
			w.server = foldServer(answers[0].Prelogin)
			w.server.Encryption, w.server.ForceEncryption = "", false // means nothing inside TLS
		}
	}}}
}

// completable returns the version to complete a handshake in and the suites of
// it that the server accepts and utls can finish: the highest below TLS 1.3,
// where more servers finish with clients that they do not know, or else TLS
// 1.3.
func (w *way) completable() (probe.Version, []probe.CipherSuite) {
	for _, v := range []probe.Version{probe.TLS12, probe.TLS11, probe.TLS10, probe.TLS13} {
		if suites := w.finishable(v); len(suites) > 0 {
			if v < probe.TLS13 {
				suites = append(suites, probe.EmptyRenegotiationInfoSCSV)
			}
			return v, suites
		}
	}
	return 0, nil
}

// finishable returns the accepted suites of a version that utls can finish a
// handshake with.
func (w *way) finishable(v probe.Version) []probe.CipherSuite {
	return slices.DeleteFunc(w.suites(v), func(c probe.CipherSuite) bool { return !c.Finishable() })
}

// chainSchemes returns what most clients offer and, for servers that want them in
// a hello, the schemes that sign the certificates seen.
func (w *way) chainSchemes() []probe.SignatureScheme {
	schemes := slices.Clone(plainSchemes)
	for _, key := range []string{"RSA", "ECDSA"} {
		hashes := w.chainHashes(key)
		for _, s := range probe.SignatureSchemes() {
			if slices.Contains(hashes, s.Hash()) && !slices.Contains(schemes, s) {
				schemes = append(schemes, s)
			}
		}
	}
	return schemes
}
