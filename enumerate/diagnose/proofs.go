package diagnose

// proofs has the proof of every finding that rests on one server's report, by
// id. A description without a proof is that of nodes_differ.
var proofs = map[string]func(subject) []string{
	"no_version":       each(noVersion),
	"force_encryption": forceEncryption,

	"dhe_leading_zeros":         each(leadingZeros),
	"dhe_public_value_zeros":    each(publicZeros),
	"dhe_leading_zeros_correct": each(zerosCorrect),
	"connection_pressure":       connectionPressure,
	"slow_prelogin":             slowPrelogin,
	"slow_hello":                slowHello,
	"intermittent":              intermittent,

	"unreachable":                unreachable,
	"mirroring_endpoint":         mirroringEndpoint,
	"not_sql_server":             notSQLServer,
	"prelogin_closed":            preloginClosed,
	"silent":                     silent,
	"silent_at_hello":            silentAtHello,
	"not_tls":                    notTLS,
	"tds_error":                  tdsError,
	"strict_only":                strictOnly,
	"strict_without_certificate": strictWithoutCertificate,
	"strict_not_known":           strictNotKnown,
	"no_encryption":              noEncryption,
	"encryption_refused":         encryptionRefused,
	"clear_login":                clearLogin,
	"wrong_instance":             wrongInstance,
	"intolerant":                 each(intolerant),
	"no_secure_renegotiation":    each(noSecureRenegotiation),
	"compression":                each(compression),
	"azure_minimum_version":      azure,
	"alert_not_windows":          each(alertNotWindows),
	healthyID:                    healthy,
}
