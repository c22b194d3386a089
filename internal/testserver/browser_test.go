package testserver_test

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// TestBrowser asks as [MC-SQLR] has it. What is not to be answered is followed
// by what is: the first answer is then that one.
func TestBrowser(t *testing.T) {
	known := testserver.BrowserConfig{
		Instances:      map[string]uint16{"SALES": 14330, "PIPES": 0},
		Administrators: map[string]uint16{"SALES": 14331},
	}
	const sales = "\x05\x51\x00ServerName;FAKE;InstanceName;SALES;IsClustered;No;Version;15.0.2000.5;tcp;14330;;"
	tests := []struct {
		name   string
		config testserver.BrowserConfig
		ask    []string
		want   string
	}{
		{"an instance", known, []string{"\x04SALES\x00"}, sales},
		{"in lower case", known, []string{"\x04sales\x00"}, sales},
		{"without TCP", known, []string{"\x04PIPES\x00"}, "\x05\x47\x00ServerName;FAKE;InstanceName;PIPES;IsClustered;No;Version;15.0.2000.5;;"},
		{"administrator", known, []string{"\x0f\x01SALES\x00"}, "\x05\x06\x00\x01\xfb\x37"},
		{"nothing else", known, []string{"\x04HR\x00", "\x0f\x01PIPES\x00", "\x04SALES", "\x02", "", "\x04SALES\x00"}, sales},
		{"raw", testserver.BrowserConfig{Raw: []byte("no")}, []string{"\x04SALES\x00"}, "no"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			browser, err := testserver.StartBrowser(tt.config)
			require.NoError(t, err)
			defer browser.Close()
			conn, err := net.DialUDP("udp", nil, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(browser.Port())})
			require.NoError(t, err)
			defer conn.Close()
			for _, question := range tt.ask {
				_, err := conn.Write([]byte(question))
				require.NoError(t, err)
			}
			require.NoError(t, conn.SetReadDeadline(time.Now().Add(5*time.Second)))
			answer := make([]byte, 2048)
			n, err := conn.Read(answer)
			require.NoError(t, err)
			require.Equal(t, tt.want, string(answer[:n]))
			require.Equal(t, tt.ask, browser.Asked())
		})
	}
}
