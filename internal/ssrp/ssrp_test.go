package ssrp_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/ssrp"
)

// response frames RESP_DATA as SVR_RESP.
func response(data string) []byte {
	return append([]byte{5, byte(len(data)), byte(len(data) >> 8)}, data...)
}

// browser answers one question with answer, nothing if that is nil, and
// delivers the question.
func browser(t testing.TB, answer []byte) (net.Conn, <-chan []byte) {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	conn, err := net.Dial("udp", server.LocalAddr().String())
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	asked := make(chan []byte, 1)
	go func() {
		question := make([]byte, 100)
		n, from, err := server.ReadFrom(question)
		if err != nil {
			return
		}
		asked <- question[:n]
		if answer != nil {
			server.WriteTo(answer, from)
		}
	}()
	return conn, asked
}

const answered = "ServerName;DB1;InstanceName;SALES;IsClustered;No;Version;15.0.2000.5;tcp;49213;np;\\\\DB1\\pipe\\MSSQL$SALES\\sql\\query;;"

func TestAsk(t *testing.T) {
	tests := []struct {
		name, instance string
		answer         []byte
		want           *ssrp.Instance
		err            string
	}{
		{name: "whole", instance: "SALES", answer: response(answered), want: &ssrp.Instance{
			Server: "DB1", Name: "SALES", Version: "15.0.2000.5", TCP: 49213, Pipe: `\\DB1\pipe\MSSQL$SALES\sql\query`,
		}},
		{name: "other case", instance: "sales", answer: response("ServerName;DB1;InstanceName;SALES;IsClustered;Yes;Version;9.00;tcp;1;;"), want: &ssrp.Instance{
			Server: "DB1", Name: "SALES", Version: "9.00", TCP: 1, Clustered: true,
		}},
		{name: "no TCP", instance: "SALES", answer: response("ServerName;DB1;InstanceName;SALES;;"), want: &ssrp.Instance{Server: "DB1", Name: "SALES"}},
		{name: "empty", instance: "SALES", answer: []byte{}, err: "cut short"},
		{name: "header only", instance: "SALES", answer: []byte{5, 0}, err: "cut short"},
		{name: "type", instance: "SALES", answer: append([]byte{4}, response(answered)[1:]...), err: "message type 0x04"},
		{name: "size too small", instance: "SALES", answer: append(response(answered), 'x'), err: "size field"},
		{name: "size too large", instance: "SALES", answer: response(answered)[:20], err: "size field"},
		{name: "over 1024 bytes", instance: "SALES", answer: response("InstanceName;SALES;x;" + strings.Repeat("y", 2000) + ";;"), err: "more than 1024"},
		{name: "no end", instance: "SALES", answer: response("InstanceName;SALES;"), err: "two semicolons"},
		{name: "no value", instance: "SALES", answer: response("InstanceName;SALES;tcp;;"), err: "without a value"},
		{name: "pipe with a semicolon", instance: "SALES", answer: response("InstanceName;SALES;np;\\\\a;b;;"), err: "without a value"},
		{name: "twice", instance: "SALES", answer: response("InstanceName;SALES;tcp;1;TCP;2;;"), err: "twice"},
		{name: "other instance", instance: "SALES", answer: response("InstanceName;HR;tcp;1;;"), err: `about instance "HR"`},
		{name: "port 0", instance: "SALES", answer: response("InstanceName;SALES;tcp;0;;"), err: `port "0"`},
		{name: "port 65536", instance: "SALES", answer: response("InstanceName;SALES;tcp;65536;;"), err: `port "65536"`},
		{name: "port word", instance: "SALES", answer: response("InstanceName;SALES;tcp;ms-sql;;"), err: `port "ms-sql"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn, asked := browser(t, tt.answer)
			got, err := ssrp.Ask(t.Context(), conn, 5*time.Second, tt.instance)
			require.Equal(t, append([]byte{4}, tt.instance+"\x00"...), <-asked)
			if tt.err != "" {
				var formatErr *ssrp.FormatError
				require.ErrorAs(t, err, &formatErr)
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
}

func TestAskDAC(t *testing.T) {
	conn, asked := browser(t, []byte{5, 6, 0, 1, 0x9a, 0x05})
	port, err := ssrp.AskDAC(t.Context(), conn, 5*time.Second, "SALES")
	require.NoError(t, err)
	require.Equal(t, uint16(1434), port)
	require.Equal(t, append([]byte{15, 1}, "SALES\x00"...), <-asked)

	for _, answer := range [][]byte{{}, {5, 6, 0, 1, 0, 0}, {5, 6, 0, 2, 1, 1}, {4, 6, 0, 1, 1, 1}, {5, 5, 0, 1, 1, 1}, {5, 6, 0, 1, 1}, {5, 6, 0, 1, 1, 1, 1}} {
		conn, _ := browser(t, answer)
		_, err := ssrp.AskDAC(t.Context(), conn, 5*time.Second, "SALES")
		require.IsType(t, &ssrp.FormatError{}, err, "% x", answer)
	}
}

func TestAskNothing(t *testing.T) {
	for _, name := range []string{"", strings.Repeat("x", 33), "A;B", "A\x00B", "A\nB"} {
		_, err := ssrp.Ask(t.Context(), nil, time.Second, name)
		require.ErrorIs(t, err, ssrp.ErrName)
	}
}

func TestAskSilence(t *testing.T) {
	conn, _ := browser(t, nil)
	_, err := ssrp.Ask(t.Context(), conn, 20*time.Millisecond, "SALES")
	require.Equal(t, ssrp.ErrSilent, err)

	listener, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	conn, err = net.Dial("udp", listener.LocalAddr().String())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, listener.Close()) // the host refuses the port
	_, err = ssrp.Ask(t.Context(), conn, 200*time.Millisecond, "SALES")
	require.ErrorIs(t, err, ssrp.ErrSilent)
}

func TestAskCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	conn, asked := browser(t, nil)
	go func() {
		<-asked
		cancel()
	}()
	_, err := ssrp.Ask(ctx, conn, time.Minute, "SALES")
	require.Equal(t, context.Canceled, err)
}

func FuzzAsk(f *testing.F) {
	f.Add(response(answered))
	f.Add(response("InstanceName;SALES;;"))
	f.Add([]byte{5, 6, 0, 1, 0x9a, 0x05})
	f.Fuzz(func(t *testing.T, answer []byte) {
		if len(answer) > 60000 {
			return // more than a datagram holds
		}
		conn, _ := browser(t, append([]byte{}, answer...))
		got, err := ssrp.Ask(t.Context(), conn, 5*time.Second, "SALES")
		if err != nil {
			require.IsType(t, &ssrp.FormatError{}, err)
			return
		}
		require.True(t, strings.EqualFold("SALES", got.Name))
		require.LessOrEqual(t, len(answer), 1027)
	})
}
