package tlswire_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

func TestAlerts(t *testing.T) {
	warning, fatal := tlswire.Alert{Level: 1, Description: 90}, tlswire.Alert{Level: 2, Description: 40}
	tests := []struct {
		name    string
		records [][]byte // the content of one each
		want    []tlswire.Alert
		done    bool
	}{
		{"warning", [][]byte{{1, 90}}, []tlswire.Alert{warning}, false},
		{"fatal", [][]byte{{2, 40}}, []tlswire.Alert{fatal}, true},
		{"warning close_notify", [][]byte{{1, 0}}, []tlswire.Alert{{Level: 1}}, true},
		{"fatal close_notify", [][]byte{{2, 0}}, []tlswire.Alert{{Level: 2}}, true},
		{"unknown level", [][]byte{{3, 40}}, []tlswire.Alert{{Level: 3, Description: 40}}, false},
		{"two in a record", [][]byte{{1, 90, 2, 40}}, []tlswire.Alert{warning, fatal}, true},
		{"behind the last", [][]byte{{2, 40, 1, 90}}, []tlswire.Alert{fatal}, true},
		{"half", [][]byte{{2}}, nil, false},
		{"over two records", [][]byte{{2}, {40}}, []tlswire.Alert{fatal}, true},
		{"one and a half", [][]byte{{1, 90, 2}, {}, {40}}, []tlswire.Alert{warning, fatal}, true},
		{"empty record", [][]byte{{}}, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var data []byte
			for _, content := range tt.records {
				data = append(data, record(21, content)...)
			}
			var d tlswire.Decoder
			_, err := d.Write(data)
			require.NoError(t, err)
			require.Equal(t, tt.want, d.Flight().Alerts)
			require.Equal(t, tt.done, d.Done())
			requireSplits(t, data)
		})
	}
}
