package probe_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// emptied returns a Hello whose every list is there and empty.
func emptied() probe.Hello {
	var h probe.Hello
	for i, v := 0, reflect.ValueOf(&h).Elem(); i < v.NumField(); i++ {
		if field := v.Field(i); field.Kind() == reflect.Slice {
			field.Set(reflect.MakeSlice(field.Type(), 0, 0))
		}
	}
	return h
}

var helloJSONTests = []struct {
	name  string
	hello probe.Hello
	text  string
}{
	{"zero", probe.Hello{}, `{}`},
	{"empty lists", emptied(), `{"supported_versions":[],"cipher_suites":[],"cipher_kinds":[],"groups":[],"key_shares":[],
		"signature_schemes":[],"alpn":[],"compression":"","session_id":"","extensions":[],"omit":[],"raw":""}`},
	{"every field", probe.Hello{
		MaxVersion: probe.TLS13, MinVersion: probe.TLS10, SupportedVersions: []probe.Version{probe.TLS13},
		CipherSuites: []probe.CipherSuite{0x1301}, CipherKinds: []probe.CipherKind{0x010080}, Groups: []probe.Group{29},
		KeyShares: []probe.Group{23}, SignatureSchemes: []probe.SignatureScheme{0x0401}, ALPN: []string{"tds/8.0"},
		Compression: []uint8{0}, SessionID: []byte{1}, Extensions: []probe.Extension{{Type: 5, Data: []byte{1, 0, 0, 0, 0}}},
		Omit: []uint16{23}, RecordVersion: probe.TLS12, Pad: 512, Raw: []byte{22},
		Framing: probe.Framing{PacketSize: 128, ZeroPacketID: true, RecordSize: 64, SegmentSize: 1,
			Prelogin: prelogin.Headers{
				None: true, Type: 1, Status: 2, NoEOM: true, LengthDelta: -1, Length: 7, SPID: 3, Window: 4, IDOffset: 5, SameID: true, Empty: 6, EmptyLast: true,
			},
			Hello: prelogin.Headers{Status: prelogin.StatusIgnore}, Order: probe.OrderPipelined},
	}, `{"max_version":772,"min_version":769,"supported_versions":[772],"cipher_suites":[4865],"cipher_kinds":[65664],"groups":[29],
		"key_shares":[23],"signature_schemes":[1025],"alpn":["tds/8.0"],"compression":"AA==","session_id":"AQ==",
		"extensions":[{"type":5,"data":"AQAAAAA="}],"omit":[23],"record_version":771,"pad":512,"raw":"Fg==",
		"framing":{"packet_size":128,"zero_packet_id":true,"record_size":64,"segment_size":1,"order":"pipelined","hello":{"status":2},"prelogin":{"none":true,"type":1,"status":2,"no_eom":true,
		"length_delta":-1,"length":7,"spid":3,"window":4,"id_offset":5,"same_id":true,"empty":6,"empty_last":true}}}`},
}

func TestHelloJSON(t *testing.T) {
	for _, tt := range helloJSONTests {
		t.Run(tt.name, func(t *testing.T) {
			text, err := json.Marshal(tt.hello)
			require.NoError(t, err)
			require.JSONEq(t, tt.text, string(text))
			var again probe.Hello
			require.NoError(t, json.Unmarshal(text, &again))
			require.Equal(t, tt.hello, again)
		})
	}
}

func TestAttemptJSON(t *testing.T) {
	body, err := prelogin.Request(prelogin.EncryptOff, "SALES").Raw()
	require.NoError(t, err)
	for _, raw := range []prelogin.Raw{{}, body, {Table: []prelogin.Entry{}}, {Data: []byte{}}, {NoTerminator: true}} {
		for _, tt := range helloJSONTests {
			attempt := probe.Attempt{Name: "one", Prelogin: raw, Hello: tt.hello, Depth: probe.DepthFinished}
			text, err := json.Marshal(attempt)
			require.NoError(t, err)
			require.Contains(t, string(text), `"depth":"finished"`)
			var again probe.Attempt
			require.NoError(t, json.Unmarshal(text, &again))
			require.Equal(t, attempt, again)
		}
	}
}

var resultJSONTests = []struct {
	name   string
	result probe.Result
}{
	{"zero", probe.Result{}},
	{"refusal", probe.Result{
		Attempt: probe.Attempt{Name: "one", Hello: emptied()}, Stage: probe.StageClientHello, Outcome: probe.Alerted,
		Alert: &probe.Alert{Level: 2, Code: 40}, Address: "127.0.0.1:1433", BytesIn: 7, BytesOut: 200,
		Timing: probe.Timing{Dial: time.Millisecond, Prelogin: 2, Handshake: 3}, Err: errors.New("handshake_failure"),
	}},
	{"answer", probe.Result{
		Outcome: probe.Accepted, Prelogin: prelogin.Request(prelogin.EncryptOn, ""),
		Flight: &probe.Flight{
			Version: probe.TLS12, CipherSuite: 0x009f, Retry: true, Group: 23, DH: &probe.DHParams{P: []byte{0, 23}, G: []byte{5}, Ys: []byte{8}},
			SignatureScheme: 0x0401, Certificates: [][]byte{{0x30}}, OCSPResponse: []byte{1}, ALPN: "tds/8.0", Compression: 1,
			Extensions: []probe.Extension{{Type: 23, Data: []byte{}}}, SecureRenegotiation: true, ExtendedMasterSecret: true,
			SessionTicket: true, ClientCertificate: true, SessionID: []byte{1}, Resumed: true,
		},
		Ticket: []byte{1},
	}},
	{"answer of empty lists", probe.Result{Flight: &probe.Flight{
		Version: probe.SSL20, CipherKinds: []probe.CipherKind{}, Certificates: [][]byte{}, OCSPResponse: []byte{}, Extensions: []probe.Extension{}, SessionID: []byte{},
	}, Ticket: []byte{}}},
}

func TestResultJSON(t *testing.T) {
	for _, tt := range resultJSONTests {
		t.Run(tt.name, func(t *testing.T) {
			text, err := json.Marshal(tt.result)
			require.NoError(t, err)
			var again probe.Result
			require.NoError(t, json.Unmarshal(text, &again))
			require.Equal(t, tt.result, again)
		})
	}
	text, err := json.Marshal(&resultJSONTests[1].result)
	require.NoError(t, err)
	require.Contains(t, string(text), `"error":"handshake_failure"`)
	require.Contains(t, string(text), `"outcome":"alerted"`)
	require.Contains(t, string(text), `"stage":"client_hello"`)
	require.Error(t, json.Unmarshal([]byte(`{"outcome":"refused"}`), new(probe.Result)))
	require.Error(t, json.Unmarshal([]byte(`{"stage":"bed"}`), new(probe.Result)))
	require.Error(t, json.Unmarshal([]byte(`[]`), new(probe.Result)))
}
