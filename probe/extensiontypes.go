package probe

// Extension types of the IANA registry "TLS ExtensionType Values" that hellos of
// SQL Server clients have, or that this module asks about.
const (
	ExtensionServerName           uint16 = 0
	ExtensionStatusRequest        uint16 = 5
	ExtensionSupportedGroups      uint16 = 10
	ExtensionECPointFormats       uint16 = 11
	ExtensionSignatureAlgorithms  uint16 = 13
	ExtensionALPN                 uint16 = 16
	ExtensionPadding              uint16 = 21
	ExtensionExtendedMasterSecret uint16 = 23
	ExtensionSessionTicket        uint16 = 35
	ExtensionPreSharedKey         uint16 = 41
	ExtensionSupportedVersions    uint16 = 43
	ExtensionPSKKeyExchangeModes  uint16 = 45
	ExtensionKeyShare             uint16 = 51
	ExtensionRenegotiationInfo    uint16 = 0xff01
)
