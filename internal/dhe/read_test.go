package dhe

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// sealed says a ChangeCipherSpec and a record that opens.
func (p *peer) sealed(kind byte, content []byte) []byte {
	return append(bytes.Clone(changed), p.out.record(kind, content)...)
}

// TestHostile has what no server should say: what is not TLS is a FormatError,
// what is not in order is another error. Neither is ever the end of a handshake.
func TestHostile(t *testing.T) {
	format := func(what string) error { return &FormatError{what} }
	hello := record(recordHandshake, message(typeHelloRequest, nil))
	tests := []struct {
		name string
		says func(p *peer) []byte
		want error
	}{
		{"HTTP", func(*peer) []byte { return []byte("HTTP/1.1 400 Bad Request") }, format("not a TLS record")},
		{"another version", func(*peer) []byte { return []byte{recordAlert, 2} }, format("not a TLS record")},
		{"unknown type", func(*peer) []byte { return []byte{24} }, format("not a TLS record")},
		{"oversized record", func(*peer) []byte { return []byte{recordHandshake, 3, 3, 0x48, 1} }, format("an oversized record")},
		{"oversized message", func(*peer) []byte { return record(recordHandshake, []byte{20, 2, 0, 0}) }, format("an oversized message")},
		{"no end", func(*peer) []byte { return bytes.Repeat(hello, 1<<15) }, format("a flight without an end")},
		{"empty ChangeCipherSpec", func(*peer) []byte { return record(recordChangeCipherSpec, nil) }, format("a malformed ChangeCipherSpec")},
		{"long ChangeCipherSpec", func(*peer) []byte { return record(recordChangeCipherSpec, []byte{1, 1}) }, format("a malformed ChangeCipherSpec")},
		{"another ChangeCipherSpec", func(*peer) []byte { return record(recordChangeCipherSpec, []byte{2}) }, format("a malformed ChangeCipherSpec")},
		{"short ticket", func(*peer) []byte {
			return record(recordHandshake, message(typeNewSessionTicket, []byte{0, 0, 0, 0, 0}))
		}, format("a malformed NewSessionTicket")},
		{"long ticket", func(*peer) []byte {
			return record(recordHandshake, message(typeNewSessionTicket, []byte{0, 0, 0, 0, 0, 1, 7, 7}))
		}, format("a malformed NewSessionTicket")},

		{"Finished in clear text", func(p *peer) []byte {
			return record(recordHandshake, message(typeFinished, p.verify("server finished")))
		}, errUnexpected},
		{"ServerHello", func(*peer) []byte { return record(recordHandshake, message(2, nil)) }, errUnexpected},
		{"application data", func(*peer) []byte { return record(23, []byte("data")) }, errUnexpected},
		{"ChangeCipherSpec in a message", func(*peer) []byte {
			return append(record(recordHandshake, []byte{typeNewSessionTicket, 0}), changed...)
		}, errUnexpected},
		{"ChangeCipherSpec again", func(p *peer) []byte { return p.sealed(recordChangeCipherSpec, []byte{1}) }, errUnexpected},
		{"sealed application data", func(p *peer) []byte { return p.sealed(23, []byte("data")) }, errUnexpected},
		{"sealed ticket", func(p *peer) []byte {
			return p.sealed(recordHandshake, message(typeNewSessionTicket, make([]byte, 6)))
		}, errUnexpected},
		{"not sealed", func(*peer) []byte { return append(bytes.Clone(changed), hello...) }, errSeal},
		{"sealed empty body", func(*peer) []byte { return append(bytes.Clone(changed), record(recordHandshake, nil)...) }, errSeal},
		{"alert in clear text behind ChangeCipherSpec", func(*peer) []byte {
			return append(bytes.Clone(changed), record(recordAlert, []byte{2, 20})...)
		}, errSeal},
		{"Finished of the client", func(p *peer) []byte {
			return p.sealed(recordHandshake, message(typeFinished, p.verify("client finished")))
		}, errVerify},
		{"short Finished", func(p *peer) []byte {
			return p.sealed(recordHandshake, message(typeFinished, p.verify("server finished")[:11]))
		}, errVerify},
		{"empty Finished", func(p *peer) []byte { return p.sealed(recordHandshake, message(typeFinished, nil)) }, errVerify},
		{"a ticket that is not in Finished", func(p *peer) []byte {
			verify := p.verify("server finished")
			return slices.Concat(p.issue("ticket"), p.sealed(recordHandshake, message(typeFinished, verify)))
		}, errVerify},
	}
	for _, tt := range tests {
		for _, id := range []uint16{0x0067, 0x009f} {
			t.Run(fmt.Sprintf("%s %04x", tt.name, id), func(t *testing.T) {
				client, p := newPeer(t, fixed(id))
				n, err := client.Write(tt.says(p))
				require.Equal(t, tt.want, err)
				require.Zero(t, n)
				require.NotEmpty(t, err.Error())
				_, err = client.Write(append(bytes.Clone(changed), p.finished()...))
				require.Equal(t, tt.want, err, "the error stays")
				require.False(t, client.Done())
			})
		}
	}
}

// TestHelloRequest: it is no part of the handshake, wherever it comes.
func TestHelloRequest(t *testing.T) {
	client, p := newPeer(t, fixed(0x009f))
	hello := message(typeHelloRequest, nil)
	both := append(bytes.Clone(hello), message(typeFinished, p.verify("server finished"))...)
	_, err := client.Write(append(record(recordHandshake, hello), p.sealed(recordHandshake, both)...))
	require.NoError(t, err)
	require.True(t, client.Done())
}

// FuzzSession has a server say anything in clear text, and then anything sealed:
// in any split it comes to the same, and only who has the keys brings the
// handshake to its end.
func FuzzSession(f *testing.F) {
	seeds := 0
	for i, id := range Suites() {
		_, p := newPeer(f, fixed(id))
		ticket := p.issue("ticket")
		finished := message(typeFinished, p.verify("server finished"))
		alert := record(recordAlert, []byte{2, 20})
		for _, clear := range [][]byte{nil, ticket, alert, append(bytes.Clone(ticket), changed...), []byte("HTTP/1.1"), append(bytes.Clone(changed), p.finished()...)} {
			for kind, content := range map[byte][]byte{recordHandshake: finished, recordAlert: {1, 0}, 0: nil} {
				f.Add(uint8(i), clear, kind, content, uint16(7))
				seeds++
			}
		}
	}
	if seeds == 0 {
		f.Fatal("no seeds")
	}
	f.Fuzz(func(t *testing.T, suite uint8, clear []byte, kind uint8, content []byte, split uint16) {
		id := Suites()[int(suite)%len(suites)]
		client, p := newPeer(t, fixed(id))
		said := bytes.Clone(clear)
		if len(content) > 0 && len(content) < 1<<14 {
			said = append(said, p.sealed(kind, content)...)
		}
		_, err := client.Write(said)
		other, _ := newPeer(t, fixed(id))
		at := min(int(split), len(said))
		other.Write(said[:at])
		_, otherErr := other.Write(said[at:])
		require.Equal(t, err, otherErr)
		require.Equal(t, client.Done(), other.Done())
		require.Equal(t, client.Alerts(), other.Alerts())
		require.Equal(t, client.Ticket(), other.Ticket())
		if err != nil {
			require.False(t, client.Done())
			return
		}
		ended := slices.ContainsFunc(client.Alerts(), Alert.ends)
		if client.Done() && !ended {
			require.True(t, client.sealed)
			verify := client.verify("server finished")
			require.True(t, bytes.Contains(content, verify) || bytes.Contains(clear, changed), "%x", said)
		}
	})
}
