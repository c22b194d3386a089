package render_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/probe"
)

func ExampleCSV() {
	yes := true
	var b strings.Builder
	_ = render.CSV(&b, render.Document{Reports: []*enumerate.Report{{
		Target: probe.Target{Host: "db1", Port: 1433, Address: "192.0.2.7:1433", Mode: probe.ModeTDS7},
		Protocols: []enumerate.Protocol{{
			Version: "TLS 1.2", Code: probe.TLS12, Accepted: &yes, Preference: enumerate.ServerPreference,
			CipherSuites: []enumerate.Suite{{ID: 0xc030, Name: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", Group: "secp256r1"}},
		}},
	}}})
	fmt.Print(strings.ReplaceAll(b.String(), "\r\n", "\n")) // as RFC 4180 ends lines
	// Output:
	// target,address,mode,version,kind,id,name,position,outcome,note
	// "db1,1433",192.0.2.7:1433,tds7,,server,,,,inconclusive,
	// "db1,1433",192.0.2.7:1433,tds7,TLS 1.2,version,0x0303,TLS 1.2,,accepted,
	// "db1,1433",192.0.2.7:1433,tds7,TLS 1.2,suite,0xc030,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,1,accepted,secp256r1
}

func readCSV(t testing.TB, d render.Document) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(exported(t, render.CSV, d))).ReadAll()
	require.NoError(t, err)
	require.NotEmpty(t, rows)
	require.Len(t, rows[0], 10)
	return rows
}

func TestCSV(t *testing.T) {
	d := exportDocument()
	d.Reports[0].Strict = &enumerate.Report{Target: probe.Target{Host: "db1.example.com", Port: 1433, Mode: probe.ModeTDS8}}
	var got []string
	for _, row := range readCSV(t, d) {
		got = append(got, strings.Join(row[2:], "|"))
	}
	require.Equal(t, []string{
		"mode|version|kind|id|name|position|outcome|note",
		"tds7||server|16.0.1000.6|SQL Server 2022||accepted|TLS 1.3",
		"tds7|TLS 1.0|version|0x0301|TLS 1.0||closed|EOF",
		"tds7|TLS 1.2|version|0x0303|TLS 1.2||accepted|",
		"tds7|TLS 1.2|suite|0xc030|TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384|1|accepted|secp256r1",
		"tds7|TLS 1.2|suite|0x009f|TLS_DHE_RSA_WITH_AES_256_GCM_SHA384|2|accepted|DH 2048 bits",
		"tds7|TLS 1.2|group|0x0017|secp256r1||accepted|",
		"tds7|TLS 1.2|scheme|0x0401|rsa_pkcs1_sha256||accepted|",
		"tds7|TLS 1.3|version|0x0304|TLS 1.3||inconclusive|",
		"tds7||behaviour||tickets||no|",
		"tds7||tolerance||one byte more||reset|",
		"tds7||tolerance||two||inconclusive|not asked",
		"tds7|TLS 1.2|client|a|A 1.0||accepted|",
		"tds7||client|b|B 1.0||closed|no version in common",
		"tds7||client|c|C 1.0||inconclusive|it timed out",
		"tds7||rule|modern/tls-versions|TLS 1.3 alone||no|TLS 1.2",
		"tds7||rule|modern/key|A long key||yes|",
		"tds7||rule|modern/groups|Strong groups||inconclusive|no groups are known",
		"tds8||server||||inconclusive|",
		"tds7||server||||timed_out|",
		"||finding|no_version|No version in common||critical|TLS 1.0: closed",
		"||finding|weak_suites|Weak suites||warning|RC4",
		"||finding|strict|Strict connections||info|",
		"||finding|healthy|All is well||ok|",
	}, got)
}

// TestCSVFormula: no cell is one that a spreadsheet would compute.
func TestCSVFormula(t *testing.T) {
	tests := []struct{ name, said, want string }{
		{"equals", "=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"},
		{"plus", "+1", "'+1"},
		{"minus", "-1", "'-1"},
		{"at", "@SUM(A1)", "'@SUM(A1)"},
		{"after spaces", " \u00a0=1", "' \u00a0=1"},
		{"full width", "＝1", "'＝1"},
		{"full width at", "＠1", "'＠1"},
		{"after a tab", "\t=1", "\ufffd=1"},
		{"after a line end", "\r\n=1", "\ufffd\ufffd=1"},
		{"plain", "a=1", "a=1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, readCSV(t, hostileDocument(tt.said))[1][6])
		})
	}
}

// requireHarmlessCell: what stands in a cell is neither computed nor acts. Markup
// is none there.
func requireHarmlessCell(t *testing.T, cell string) {
	t.Helper()
	requireHarmless(t, strings.ReplaceAll(cell, "<script", ""))
	require.NotContains(t, "=+-@＝＋－＠", string([]rune(strings.TrimSpace(cell) + " ")[:1]))
}

func TestCSVHostile(t *testing.T) {
	data := string(exported(t, render.CSV, hostileDocument(exportHostile)))
	require.Less(t, len(data), 1<<20)
	requireHarmless(t, strings.ReplaceAll(data, "<script", "")) // is no markup here
}

func FuzzCSV(f *testing.F) {
	addDocuments(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		d, ok := decodeDocument(data)
		if !ok {
			return
		}
		for _, row := range readCSV(t, d) {
			for _, cell := range row {
				requireHarmlessCell(t, cell)
			}
		}
	})
}
