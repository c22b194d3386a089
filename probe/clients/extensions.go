package clients

// exampleHost is the host that the hellos of the catalog were captured for.
const exampleHost = "sql.example.test"

// recordHandshake is the content type of handshake records: RFC 8446, section 5.1.
const recordHandshake = 22

// Extensions that are looked into: RFC 8446, section 4.2, RFC 7685, RFC 8422,
// RFC 5746.
const (
	extServerName          uint16 = 0
	extSupportedGroups     uint16 = 10
	extECPointFormats      uint16 = 11
	extSignatureAlgorithms uint16 = 13
	extALPN                uint16 = 16
	extPadding             uint16 = 21
	extSupportedVersions   uint16 = 43
	extPSKKeyExchangeModes uint16 = 45
	extKeyShare            uint16 = 51
	extRenegotiationInfo   uint16 = 65281
)

// serverName returns the data of server_name: RFC 6066, section 3.
func serverName(host string) []byte {
	const hostName = 0
	return sized16(append([]byte{hostName}, sized16([]byte(host))...))
}
