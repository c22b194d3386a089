package probe_test

// Extension types: IANA, "TLS ExtensionType Values".
const (
	extServerName          = 0
	extSupportedGroups     = 10
	extECPointFormats      = 11
	extSignatureAlgorithms = 13
	extALPN                = 16
	extPadding             = 21
	extMasterSecret        = 23
	extSessionTicket       = 35
	extSupportedVersions   = 43
	extPSKModes            = 45
	extKeyShare            = 51
)
