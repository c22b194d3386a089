package enumerate

import (
	"context"
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A sweep is what a scan enumerates once it knows the suites: everything else,
// side by side. One field per job, in the form of its answers.
type sweep struct {
	encryption []Answer
	curves     swept[Elimination[probe.Group]]             // TLS 1.2
	fields     swept[Elimination[probe.Group]]             // TLS 1.2, DHE
	retries    swept[Elimination[probe.Group]]             // TLS 1.3
	signed     []swept[Elimination[probe.SignatureScheme]] // TLS 1.2, one for each type of key
	schemes13  swept[Sieve[probe.SignatureScheme]]         // TLS 1.3
	behaviours swept[asked]
	resumed    []Answer
	tolerances []Answer
	handshake  []Answer
}

// A swept is a strategy with the answers to it.
type swept[S Strategy] struct {
	strategy S
	answers  []Answer
	made     bool // the strategy is one that was carried out
}

// A job is a strategy and where its answers go.
type job struct {
	strategy Strategy
	keep     func([]Answer)
}

// into makes a job of a strategy that fills place.
func into[S Strategy](place *swept[S], strategy S) job {
	place.strategy, place.made = strategy, true
	return job{strategy, func(answers []Answer) { place.answers = answers }}
}

// sweep carries out every job of the dimensions wanted.
func (w *way) sweep(ctx context.Context) error {
	jobs := append(w.preferenceJobs(), w.handshakeJobs()...)
	for _, d := range []struct {
		dimension Dimension
		jobs      func() []job
	}{
		{Encryption, w.encryptionJobs}, {Groups, w.groupJobs}, {Signatures, w.signatureJobs},
		{Behaviours, w.behaviourJobs}, {Tolerances, w.toleranceJobs},
	} {
		if w.wants(d.dimension) {
			jobs = append(jobs, d.jobs()...)
		}
	}
	strategies := make([]Strategy, len(jobs))
	for i, j := range jobs {
		strategies[i] = j.strategy
	}
	answers, err := w.runner.Run(ctx, strategies...)
	for i, j := range jobs {
		j.keep(answers[i])
	}
	return err
}

// preferenceJobs find out whose preference decides where the order of the
// picks leaves that open.
func (w *way) preferenceJobs() []job {
	var jobs []job
	for _, v := range w.versions {
		picks := w.picks(v)
		if !w.wantsSuites() || v.version == probe.SSL20 || len(picks) < 2 || !slices.IsSorted(picks) {
			continue
		}
		jobs = append(jobs, job{Once{reverseOffer(v.version, picks)}, func(answers []Answer) {
			if len(answers) > 0 && accepts(answers[0].Result, v.version) {
				w.reversed[v.version] = answers[0].Flight.CipherSuite
			}
		}})
	}
	return jobs
}

func (w *way) groupJobs() []job {
	var jobs []job
	if suites := exchanging(w.suites(probe.TLS12), "ECDHE_RSA", "ECDHE_ECDSA", "ECDH_anon"); len(suites) > 0 {
		jobs = append(jobs, into(&w.swept.curves, curveLoop(suites, keyCurves(w.runner.Results()))))
	}
	if suites := exchanging(w.suites(probe.TLS12), "DHE_RSA", "DHE_DSS", "DH_anon"); len(suites) > 0 {
		jobs = append(jobs, into(&w.swept.fields, finiteFieldLoop(suites)))
	}
	if suites := w.suites(probe.TLS13); len(suites) > 0 {
		jobs = append(jobs, into(&w.swept.retries, retryLoop(suites)))
	}
	return jobs
}

// signingTypes are the key exchanges whose parameters a key of one type signs.
var signingTypes = [][]string{{"ECDHE_RSA", "DHE_RSA"}, {"ECDHE_ECDSA"}, {"DHE_DSS"}}

func (w *way) signatureJobs() []job {
	var jobs []job
	for _, exchanges := range signingTypes {
		if suites := exchanging(w.suites(probe.TLS12), exchanges...); len(suites) > 0 {
			place := new(swept[Elimination[probe.SignatureScheme]])
			j := into(place, signatureLoop(suites))
			jobs = append(jobs, job{j.strategy, func(answers []Answer) {
				j.keep(answers)
				w.swept.signed = append(w.swept.signed, *place)
			}})
		}
	}
	if suites := w.suites(probe.TLS13); len(suites) > 0 {
		jobs = append(jobs, into(&w.swept.schemes13, signatureSieve(suites, wantedShare(w.runner.Results()))))
	}
	return jobs
}

func (w *way) toleranceJobs() []job {
	base, ok := w.compact()
	if !ok {
		return nil
	}
	return []job{{toleranceQuestions(base, w.runner.Target), func(answers []Answer) { w.swept.tolerances = answers }}}
}

// plainSchemes are what most clients offer.
var plainSchemes = []probe.SignatureScheme{
	0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201,
}

// compact returns a small hello that should be accepted: the highest version
// of those with a ServerKeyExchange, or else TLS 1.3, and a few of its suites.
// Every list is there, so that something can be added to it.
func (w *way) compact() (probe.Hello, bool) {
	for _, v := range []probe.Version{probe.TLS12, probe.TLS11, probe.TLS10, probe.TLS13} {
		suites := w.suites(v)
		if len(suites) == 0 {
			continue
		}
		h := probe.Hello{
			MaxVersion: v, CipherSuites: suites[:min(len(suites), 4)],
			Groups: w.plainGroups(), SignatureSchemes: plainSchemes,
		}
		if w.runner.Target.Mode == probe.ModeTDS8 {
			h.ALPN = []string{probe.ALPNTDS8}
		}
		if v < probe.TLS13 {
			h.CipherSuites = append(slices.Clone(h.CipherSuites), probe.EmptyRenegotiationInfoSCSV)
		}
		return h, true
	}
	return probe.Hello{}, false
}

// plainGroups are what most clients offer, and those that the server was seen
// to use.
func (w *way) plainGroups() []probe.Group {
	groups := probe.ShareGroups()
	for _, r := range w.runner.Results() {
		if r.Flight != nil && r.Flight.Group != 0 && !slices.Contains(groups, r.Flight.Group) {
			groups = append(groups, r.Flight.Group)
		}
	}
	return groups
}
