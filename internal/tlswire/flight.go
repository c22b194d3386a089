package tlswire

// A Flight is what was seen of a server's first flight.
type Flight struct {
	SSL2              *SSL2ServerHello
	SSL2Error         uint16 // code of an SSL 2.0 ERROR, 0 if none came
	HelloRetryRequest *ServerHello
	ServerHello       *ServerHello
	// Certificates are DER, in the order sent. TLS 1.3 encrypts them and what
	// goes with them: see [Flight.ParseSealed].
	Certificates       [][]byte
	OCSPResponse       []byte // of CertificateStatus, or of the first certificate in TLS 1.3
	KeyExchange        *ServerKeyExchange
	CertificateRequest *CertificateRequest
	HelloDone          bool // ServerHelloDone
	Resumed            bool // ChangeCipherSpec follows the ServerHello: RFC 5246, section 7.3
	Alerts             []Alert
	RecordVersion      uint16  // of the first record, 0 for SSL 2.0
	Messages           []uint8 // handshake types in order, those of ParseSealed not among them

	EncryptedExtensions []Extension // of TLS 1.3, like what follows
	VerifyScheme        uint16      // of CertificateVerify
	Finished            bool        // the flight is whole
}

// An Alert is RFC 8446, section 6.
type Alert struct{ Level, Description uint8 }

// Ends reports whether nothing follows the alert: it is fatal, or close_notify.
func (a Alert) Ends() bool {
	const fatal, closeNotify = 2, 0
	return a.Level == fatal || a.Description == closeNotify
}

// over reports whether the messages so far end the flight.
func (f *Flight) over() bool {
	return f.HelloDone || f.HelloRetryRequest != nil ||
		f.ServerHello != nil && f.ServerHello.NegotiatedVersion() >= tls13
}

// parse takes one handshake message. Unknown types are noted and skipped, and
// so are messages whose form depends on a ServerHello that did not come. A
// malformed message is noted too, and takes nothing away from what is there.
func (f *Flight) parse(kind uint8, body []byte) error {
	f.Messages = append(f.Messages, kind)
	if kind == typeServerHello {
		return f.parseHello(body)
	}
	if f.ServerHello == nil {
		return nil
	}
	var err error
	next, version := *f, f.ServerHello.NegotiatedVersion()
	switch kind {
	case typeCertificate:
		next.Certificates, err = parseCertificates(body)
	case typeCertificateStatus:
		next.OCSPResponse, err = parseStatus(body)
	case typeServerKeyExchange:
		next.KeyExchange, err = parseKeyExchange(body, f.ServerHello.CipherSuite, version)
	case typeCertificateRequest:
		next.CertificateRequest, err = parseCertificateRequest(body, version)
	case typeServerHelloDone:
		next.HelloDone = true
	}
	if err == nil {
		*f = next
	}
	return err
}

func (f *Flight) parseHello(body []byte) error {
	hello, err := parseServerHello(body)
	switch {
	case err != nil:
		return err
	case hello.IsRetry():
		f.HelloRetryRequest = hello
	default:
		f.ServerHello = hello
	}
	return nil
}
