package diagnose

// proofs has the proof of every finding that rests on one server's report, by
// id. A description without a proof is that of nodes_differ.
var proofs = map[string]func(subject) []string{
	"no_version":       each(noVersion),
	"force_encryption": forceEncryption,
}
