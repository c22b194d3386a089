package capture

// A progress is what the records behind the ClientHello show of a handshake.
// Marks are zero for what did not come.
type progress struct {
	flight      mark // the client's answer to the server's flight
	through     mark // the handshake is complete
	clientAlert *record
	serverAlert *record
	sealed      bool // the alert is encrypted
	clientData  mark // the first data of the client
	serverData  mark // and of the server after that
}

// sealedAlert is the size of an encrypted alert without padding in TLS 1.3: level
// and description, content type, and the tag of the cipher. RFC 8446, section
// 5.2.
const sealedAlert = 2 + 1 + 16

// progress12 reads a handshake up to TLS 1.2: RFC 5246, section 7.3. If the
// session is resumed, the client is the last one to finish.
func progress12(client, server []record, resumed bool) (p progress) {
	var clientFinished, serverFinished mark
	changed := false
	for _, r := range client {
		switch {
		case r.kind == recordChangeCipherSpec:
			changed = true
		case r.kind == recordAlert && !changed && p.clientAlert == nil:
			p.clientAlert = &r
		case r.kind == recordHandshake:
			p.flight = first(p.flight, r.mark)
			if changed {
				clientFinished = first(clientFinished, r.mark)
			}
		case r.kind == recordData:
			p.clientData = first(p.clientData, r.mark)
		}
	}
	changed = false
	for _, r := range server {
		switch {
		case r.kind == recordChangeCipherSpec:
			changed = true
		case r.kind == recordAlert && (changed || ends(r.body)) && p.serverAlert == nil:
			p.serverAlert, p.sealed = &r, changed
		case r.kind == recordHandshake && changed:
			serverFinished = first(serverFinished, r.mark)
		case r.kind == recordData:
			p.serverData = first(p.serverData, r.mark)
		}
	}
	p.through = serverFinished
	if resumed {
		p.through = clientFinished
	}
	return p
}

// progress13 reads a handshake of TLS 1.3, of which sizes and order are all
// that shows: RFC 8446, section 2. The client is through when it has finished;
// what the server has against that comes afterwards.
func progress13(client, server []record, serverLeft bool) (p progress) {
	var bye, more mark
	for _, r := range client {
		alert := r.kind == recordAlert || r.kind == recordData && len(r.body) == sealedAlert
		switch {
		case alert && p.flight.n == 0 && p.clientAlert == nil:
			p.clientAlert = &r
		case alert:
			bye = first(bye, r.mark)
		case r.kind == recordData && p.flight.n == 0:
			p.flight = r.mark
		case r.kind == recordData:
			p.clientData = first(p.clientData, r.mark)
		}
	}
	for _, r := range server {
		late := p.flight.n > 0 && r.n > p.flight.n
		switch {
		case r.kind == recordAlert && ends(r.body) && p.serverAlert == nil:
			p.serverAlert = &r
		case r.kind != recordData || !late:
		case len(r.body) != sealedAlert:
			more = first(more, r.mark)
			if p.clientData.n > 0 && r.n > p.clientData.n {
				p.serverData = first(p.serverData, r.mark)
			}
		case p.serverAlert == nil && (bye.n == 0 || r.n < bye.n):
			p.serverAlert, p.sealed = &r, true
		}
	}
	refused := more.n == 0 && (p.serverAlert != nil || serverLeft)
	if !refused {
		p.through = first(more, p.flight)
	}
	return p
}

// first returns a unless it is zero.
func first(a, b mark) mark {
	if a.n == 0 {
		return b
	}
	return a
}

// ends reports whether an alert in clear text ends a connection: it is fatal,
// or close_notify.
func ends(body []byte) bool {
	const fatal, closeNotify = 2, 0
	return len(body) == 2 && (body[0] == fatal || body[1] == closeNotify)
}
