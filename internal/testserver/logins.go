package testserver

import "slices"

// loginPackets are the types of TDS packets that only clients send that log in:
// LOGIN7, the login before TDS 7, SSPI and the token of a federated
// authentication. [MS-TDS], section 2.2.3.1.1. None is that of a TLS record.
var loginPackets = []byte{packetLogin7, 0x02, 0x11, 0x08}

// saw counts a packet that looks like a login.
func (s *session) saw(kind byte) {
	if slices.Contains(loginPackets, kind) {
		s.server.mu.Lock()
		s.server.logins++
		s.server.mu.Unlock()
	}
}
