package tlswire

import "encoding/binary"

// A Decoder reads a server's first flight from bytes in any split. The zero
// value is ready to use. It stops looking when the flight is over: see Done.
type Decoder struct {
	// Keep makes the decoder keep the handshake messages for [Decoder.Transcript].
	Keep bool

	transcript []byte // if Keep
	pending    []byte // of the current record
	message    []byte // of the current handshake message
	alert      []byte // of the current alert
	offset     int    // in the stream, of pending
	flight     Flight
	done       bool
	err        error
}

// Flight returns what was seen so far. It is never nil.
func (d *Decoder) Flight() *Flight { return &d.flight }

// Transcript returns the handshake messages of the flight so far as they were
// read, with their headers, if Keep is set. HelloRequest is not among them: RFC
// 5246, section 7.4.1.1.
func (d *Decoder) Transcript() []byte { return d.transcript }

// Rest returns what was behind the last record of the flight in the Write that
// brought it.
func (d *Decoder) Rest() []byte {
	if !d.done {
		return nil
	}
	return d.pending
}

// Done reports whether the server has said all that it says in its first
// flight: ServerHelloDone, a HelloRetryRequest, a ServerHello of TLS 1.3 or
// one of a resumed session with its ChangeCipherSpec (what follows is
// encrypted), an SSL 2.0 SERVER-HELLO or ERROR, or an alert that ends the
// connection.
func (d *Decoder) Done() bool { return d.done }

// Write takes the next bytes of the stream. The error is a [*FormatError] as
// soon as they cannot be a server's first flight; it stays. Bytes behind the
// end of the flight are ignored, but see Rest.
func (d *Decoder) Write(p []byte) (int, error) {
	if d.err == nil && !d.done {
		d.pending = append(d.pending, p...)
		d.err = d.decode()
	}
	if d.err != nil {
		return 0, d.err
	}
	return len(p), nil
}

// decode takes whole records from pending.
func (d *Decoder) decode() error {
	for !d.done && len(d.pending) > 0 {
		n, err := d.recordSize()
		if err != nil {
			return err
		}
		if n == 0 || len(d.pending) < n {
			return nil
		}
		if err := d.record(d.pending[:n]); err != nil {
			return err
		}
		d.pending = d.pending[n:]
		d.offset += n
	}
	return nil
}

// recordSize returns the size of the record that starts pending, 0 while that
// cannot be told. It judges each byte as soon as it is there.
func (d *Decoder) recordSize() (int, error) {
	b := d.pending
	if b[0]&0x80 != 0 && d.offset == 0 {
		return ssl2ServerRecord(b)
	}
	switch {
	case d.offset > maxFlight:
		return 0, &FormatError{"flight", d.offset, "endless"}
	case b[0] < recordChangeCipherSpec || b[0] > recordApplicationData:
		return 0, &FormatError{"record", d.offset, "unknown content type"}
	case len(b) > 1 && b[1] != 3:
		return 0, &FormatError{"record", d.offset + 1, "unknown version"}
	case len(b) < recordHeader:
		return 0, nil
	}
	n := int(binary.BigEndian.Uint16(b[3:]))
	if n > maxRecord {
		return 0, &FormatError{"record", d.offset + 3, "oversized"}
	}
	return recordHeader + n, nil
}

// record takes one whole record. Application data says nothing about the
// flight and is skipped, and so is a ChangeCipherSpec before a ServerHello: TLS
// 1.3 sends one behind a HelloRetryRequest, RFC 8446, appendix D.4.
func (d *Decoder) record(record []byte) error {
	if record[0]&0x80 != 0 {
		err := d.flight.parseSSL2(record[ssl2Header:])
		d.done = err == nil
		return err
	}
	if d.offset == 0 {
		d.flight.RecordVersion = binary.BigEndian.Uint16(record[1:])
	}
	content := record[recordHeader:]
	switch record[0] {
	case recordChangeCipherSpec:
		d.flight.Resumed = d.flight.ServerHello != nil
		d.done = d.flight.Resumed
	case recordAlert:
		d.alerts(content)
	case recordHandshake:
		d.message = append(d.message, content...)
		return d.messages()
	}
	return nil
}

// alerts takes whole alerts. Up to TLS 1.2 several may share a record, and one
// may be split over two: RFC 5246, section 6.2.1.
func (d *Decoder) alerts(content []byte) {
	const size = 2
	for d.alert = append(d.alert, content...); !d.done && len(d.alert) >= size; d.alert = d.alert[size:] {
		alert := Alert{d.alert[0], d.alert[1]}
		d.flight.Alerts = append(d.flight.Alerts, alert)
		d.done = alert.Ends()
	}
}

// messages takes whole handshake messages from message.
func (d *Decoder) messages() error {
	for !d.done {
		n := messageSize(d.message)
		if n > maxHandshake {
			return &FormatError{"handshake message", 1, "oversized"}
		}
		if n == 0 || len(d.message) < n {
			return nil
		}
		if err := d.flight.parse(d.message[0], d.message[handshakeHeader:n]); err != nil {
			return err
		}
		if d.Keep && d.message[0] != typeHelloRequest {
			d.transcript = append(d.transcript, d.message[:n]...)
		}
		d.message = d.message[n:]
		d.done = d.flight.over()
	}
	return nil
}
