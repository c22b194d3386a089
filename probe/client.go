package probe

import (
	"fmt"
	"io"
	"net"
	"slices"

	tls "github.com/refraction-networking/utls"
)

// client returns a utls client that is about to send h on conn, which may be
// nil when only the bytes are wanted, and so may the writer of its key log.
func (h Hello) client(conn net.Conn, serverName string, keyLog io.Writer) (*tls.UConn, error) {
	spec, err := h.Spec()
	if err != nil {
		return nil, err
	}
	client := tls.UClient(conn, &tls.Config{
		ServerName:         serverName,
		InsecureSkipVerify: true, // a probe looks at certificates, it does not judge them
		KeyLogWriter:       keyLog,
	}, tls.HelloCustom)
	if err := client.ApplyPreset(spec); err != nil {
		return nil, fmt.Errorf("probe: hello: %w", err)
	}
	h.complete(client, spec)
	return client, nil
}

// complete sets what a spec cannot say or utls does not take over from it.
func (h Hello) complete(client *tls.UConn, spec *tls.ClientHelloSpec) {
	hello := client.HandshakeState.Hello
	if h.version() < TLS10 {
		hello.Vers = uint16(h.version())
	}
	switch {
	case h.SessionID != nil:
		hello.SessionId = slices.Clone(h.SessionID)
	case !h.offers13():
		hello.SessionId = nil
	}
	if h.Compression != nil {
		hello.CompressionMethods = spec.CompressionMethods
	}
	hello.CipherSuites = spec.CipherSuites // as they were before utls chose GREASE values
	for _, e := range client.Extensions {
		switch e := e.(type) {
		case *tls.SupportedCurvesExtension:
			e.Curves = h.curves()
		case *tls.SupportedVersionsExtension:
			e.Versions = typed[uint16](h.supportedVersions())
		}
	}
	client.Extensions = slices.DeleteFunc(client.Extensions, func(e tls.TLSExtension) bool {
		name, ok := e.(*tls.SNIExtension)
		return ok && name.Len() == 0 // alone it would make an empty block
	})
}
