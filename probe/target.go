package probe

import (
	"net"
	"net/netip"
	"strconv"
)

// A Mode is how TLS is reached on a server.
type Mode uint8

const (
	// ModeAuto leaves the choice to whoever scans. A [Prober] takes it for
	// ModeTDS7.
	ModeAuto Mode = iota
	// ModeTDS7 carries TLS inside PRELOGIN packets: [MS-TDS] 2.2.6.5.
	ModeTDS7
	// ModeTDS8 is strict encryption: TLS first with ALPN tds/8.0, TDS inside.
	ModeTDS8
	// ModeTLS is TLS without TDS.
	ModeTLS
)

var modeNames = []string{"auto", "tds7", "tds8", "tls"}

func (m Mode) String() string               { return enumName(modeNames, m) }
func (m Mode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }
func (m *Mode) UnmarshalText(text []byte) (err error) {
	*m, err = enumParse[Mode](modeNames, "mode", text)
	return err
}

// DefaultPort is the TCP port of a default instance.
const DefaultPort = 1433

// ALPNTDS8 is the application protocol of TDS 8.0.
const ALPNTDS8 = "tds/8.0"

// A Target is a server, and how TLS is reached there.
type Target struct {
	// Host is a name or an IP address.
	Host string `json:"host"`
	// Port is the TCP port. If zero, it is 1433 unless Instance is set.
	Port uint16 `json:"port"`
	// Instance is the instance name for PRELOGIN, empty for the default one.
	Instance string `json:"instance"`
	// Address is an ip:port to connect to instead of Host and Port.
	Address string `json:"address"`
	// Mode is how TLS is reached.
	Mode Mode `json:"mode"`
	// ServerName is sent as SNI. If empty, it is Host unless that is an IP.
	ServerName string `json:"server_name,omitempty"`
}

// dialAddress returns the host:port to connect to.
func (t Target) dialAddress() string {
	if t.Address != "" {
		return t.Address
	}
	port := t.Port
	if port == 0 {
		port = DefaultPort
	}
	return net.JoinHostPort(t.Host, strconv.Itoa(int(port)))
}

// SNI returns the name that hellos to t send as server_name, empty for none.
func (t Target) SNI() string {
	switch {
	case t.ServerName != "":
		return t.ServerName
	case isIP(t.Host):
		return ""
	}
	return t.Host
}

func isIP(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}
