package capture

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// said makes records of types and sizes, each in a packet of its own.
func said(list ...[3]int) (records []record) {
	for _, r := range list {
		body := make([]byte, r[2])
		if len(body) == 2 {
			body = []byte{2, 40}
		}
		records = append(records, record{mark{n: r[0]}, byte(r[1]), body})
	}
	return records
}

// TestProgress has what an alert or the end of a handshake means by its place.
func TestProgress(t *testing.T) {
	flight := [3]int{4, recordHandshake, 70}
	change, finished := [3]int{5, recordChangeCipherSpec, 1}, [3]int{6, recordHandshake, 40}
	serverChange, serverFinished := [3]int{7, recordChangeCipherSpec, 1}, [3]int{8, recordHandshake, 40}
	finished13 := [3]int{6, recordData, 53}
	const alert = recordAlert
	tests := []struct {
		name                 string
		p                    progress
		through, alertAt     int
		sealed, clientAlerts bool
	}{
		{"1.2, whole", progress12(said(flight, change, finished), said(serverChange, serverFinished), false), 8, 0, false, false},
		{"1.2, resumed", progress12(said(change, finished), said([3]int{3, recordChangeCipherSpec, 1}, [3]int{4, recordHandshake, 40}), true), 6, 0, false, false},
		{"1.2, resumed by the server alone", progress12(nil, said([3]int{3, recordChangeCipherSpec, 1}, [3]int{4, recordHandshake, 40}), true), 0, 0, false, false},
		{"1.2, alert", progress12(said(flight, change, finished), said([3]int{7, alert, 2}), false), 0, 7, false, false},
		{"1.2, encrypted alert", progress12(said(flight, change, finished), said(serverChange, serverFinished, [3]int{9, alert, 26}), false), 8, 9, true, false},
		{"1.2, alert of the client", progress12(said([3]int{4, alert, 2}), nil, false), 0, 0, false, true},
		{"1.2, bye of the client", progress12(said(flight, change, finished, [3]int{9, alert, 26}), said(serverChange, serverFinished), false), 8, 0, false, false},
		{"1.3, whole", progress13(said(finished13), nil, false), 6, 0, false, false},
		{"1.3, ticket", progress13(said(finished13), said([3]int{7, recordData, 250}), true), 7, 0, false, false},
		{"1.3, closed", progress13(said(finished13), said([3]int{3, recordData, 900}), true), 0, 0, false, false},
		{"1.3, alert", progress13(said(finished13), said([3]int{7, recordData, sealedAlert}), false), 0, 7, true, false},
		{"1.3, bye on both sides", progress13(said(finished13, [3]int{7, recordData, sealedAlert}), said([3]int{8, recordData, sealedAlert}), false), 6, 0, false, false},
		{"1.3, alert of the client", progress13(said([3]int{6, recordData, sealedAlert}), nil, false), 0, 0, false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.through, tt.p.through.n)
			require.Equal(t, tt.clientAlerts, tt.p.clientAlert != nil)
			require.Equal(t, tt.sealed, tt.p.sealed)
			if tt.alertAt == 0 {
				require.Nil(t, tt.p.serverAlert)
				return
			}
			require.Equal(t, tt.alertAt, tt.p.serverAlert.n)
		})
	}
}
