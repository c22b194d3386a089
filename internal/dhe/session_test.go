package dhe

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSession(t *testing.T) {
	for _, id := range Suites() {
		for _, ems := range []bool{false, true} {
			for _, requested := range []bool{false, true} {
				for _, ticket := range []string{"", "ticket"} {
					t.Run(fmt.Sprintf("%04x %v %v %q", id, ems, requested, ticket), func(t *testing.T) {
						h := fixed(id)
						h.ExtendedMasterSecret, h.CertificateRequested = ems, requested
						client, p := newPeer(t, h)
						require.Equal(t, "hellos", string(h.Messages))
						var said []byte
						if ticket != "" {
							said = p.issue(ticket)
						}
						said = slices.Concat(said, changed, p.finished())
						for _, b := range said {
							require.False(t, client.Done())
							n, err := client.Write([]byte{b})
							require.NoError(t, err)
							require.Equal(t, 1, n)
						}
						require.True(t, client.Done())
						require.Empty(t, client.Alerts())
						require.Equal(t, ticket, string(client.Ticket()))
						_, err := client.Write([]byte("application data"))
						require.NoError(t, err)
						notify, ok := p.in.open(recordAlert, client.CloseNotify()[recordHeader:])
						require.True(t, ok)
						require.Equal(t, []byte{1, 0}, notify)
					})
				}
			}
		}
	}
}

func TestStartRefuses(t *testing.T) {
	_, err := fixed(0xc030).Start()
	require.ErrorContains(t, err, "0xc030")
}

// TestSessionBound checks that every field of a handshake is part of its keys.
func TestSessionBound(t *testing.T) {
	for name, change := range map[string]func(*Handshake){
		"client random": func(h *Handshake) { h.ClientRandom[0]++ },
		"server random": func(h *Handshake) { h.ServerRandom[0]++ },
		"messages":      func(h *Handshake) { h.Messages[0]++ },
		"premaster":     func(h *Handshake) { h.Share.Premaster = append([]byte{0}, h.Share.Premaster...) },
		"extended":      func(h *Handshake) { h.ExtendedMasterSecret = true },
		"requested":     func(h *Handshake) { h.CertificateRequested = true },
		"suite":         func(h *Handshake) { h.CipherSuite = 0x0067 },
	} {
		t.Run(name, func(t *testing.T) {
			_, p := newPeer(t, fixed(0x009e))
			h := fixed(0x009e)
			change(h)
			client, err := h.Start()
			require.NoError(t, err)
			client.Write(slices.Concat(changed, p.finished()))
			require.False(t, client.Done())
		})
	}
}

// TestSessionAlerts: in clear text up to ChangeCipherSpec, sealed from then on.
func TestSessionAlerts(t *testing.T) {
	fatal := Alert{2, 20}
	tests := []struct {
		name string
		says func(p *peer) []byte
		want []Alert
		done bool
	}{
		{"in clear text", func(*peer) []byte { return record(recordAlert, []byte{2, 20}) }, []Alert{fatal}, true},
		{"behind a warning", func(*peer) []byte { return record(recordAlert, []byte{1, 112, 2, 20}) }, []Alert{{1, 112}, fatal}, true},
		{"in two records", func(*peer) []byte { return append(record(recordAlert, []byte{2}), record(recordAlert, []byte{20})...) }, []Alert{fatal}, true},
		{"sealed", func(p *peer) []byte { return append(bytes.Clone(changed), p.out.record(recordAlert, []byte{2, 20})...) }, []Alert{fatal}, true},
		{"close_notify", func(*peer) []byte { return record(recordAlert, []byte{1, 0}) }, []Alert{{1, 0}}, true},
		{"a warning", func(*peer) []byte { return record(recordAlert, []byte{1, 90}) }, []Alert{{1, 90}}, false},
		{"warning, then all is well", func(p *peer) []byte {
			return slices.Concat(record(recordAlert, []byte{1, 112}), changed, p.finished())
		}, []Alert{{1, 112}}, true},
		{"half of one", func(*peer) []byte { return record(recordAlert, []byte{2}) }, nil, false},
	}
	for _, tt := range tests {
		for _, id := range []uint16{0x0033, 0x009f} {
			t.Run(fmt.Sprintf("%s %04x", tt.name, id), func(t *testing.T) {
				client, p := newPeer(t, fixed(id))
				_, err := client.Write(tt.says(p))
				require.NoError(t, err)
				require.Equal(t, tt.want, client.Alerts())
				require.Equal(t, tt.done, client.Done())
			})
		}
	}
}
