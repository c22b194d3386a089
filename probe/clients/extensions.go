package clients

// exampleHost is the host that the hellos of the catalog were captured for.
const exampleHost = "sql.example.test"

// recordHandshake is the content type of handshake records: RFC 8446, section 5.1.
const recordHandshake = 22

// serverName returns the data of server_name: RFC 6066, section 3.
func serverName(host string) []byte {
	const hostName = 0
	return sized16(append([]byte{hostName}, sized16([]byte(host))...))
}
