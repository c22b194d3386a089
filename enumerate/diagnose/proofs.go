package diagnose

// proofs has the proof of every finding that rests on one server's report, by
// id. A description without a proof is that of nodes_differ.
var proofs = map[string]func(subject) []string{
	"no_version":       each(noVersion),
	"force_encryption": forceEncryption,

	"certificate_without_suites": each(certificateWithoutSuites),
	"server_too_old":             each(serverTooOld),
	"tls12_disabled":             each(tls12Disabled),
	"tls12_unknown":              each(tls12Unknown),
	"crashing_build":             crashingBuild,
	"tls13_only":                 each(tls13Only),
	"ssl_enabled":                each(sslEnabled),
	"old_versions_enabled":       each(oldVersionsEnabled),
	"old_versions_disabled":      each(oldVersionsDisabled),

	"no_common_suite":           each(noCommonSuite),
	"gcm_only":                  each(gcmOnly),
	"gcm_only_dhe":              each(gcmOnlyDHE),
	"rsa_key_exchange_disabled": each(rsaKeyExchangeDisabled),
	"weak_suites":               each(weakSuites),
	"dhe_offered":               each(dheOffered),
	"dh_small":                  each(dhSmall),

	"weak_certificate_hash":           hashed(true, unusualHashes...),
	"weak_certificate_hash_tolerated": hashed(false, unusualHashes...),
	"sha1_certificate":                hashed(true, sha1),
	"sha1_certificate_tolerated":      hashed(false, sha1),
	"certificate_expired":             links(expired),
	"certificate_not_yet_valid":       links(notYetValid),
	"negative_serial":                 links(negativeSerial),
	"certificate_key_small":           links(smallKey),
	"pss_certificate":                 links(pssCertificate),
	"self_signed_fallback":            links(selfSignedFallback),
	"chain_incomplete":                incompleteChain,
}
