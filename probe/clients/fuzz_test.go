package clients_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// FuzzAttempt gives clients any hello and any server name: what can be sent is
// the same hello, and nothing that comes of it stops the program.
func FuzzAttempt(f *testing.F) {
	seeds := clients.All()
	if len(seeds) == 0 {
		f.Fatal("no seeds")
	}
	for _, c := range seeds {
		f.Add(c.Hello, host)
	}
	f.Fuzz(func(t *testing.T, record []byte, name string) {
		c := clients.Client{ID: "fuzz", Hello: record}
		a, err := c.Attempt(name)
		if err != nil {
			return
		}
		before, err := probe.ParseHello(record)
		require.NoError(t, err)
		after, err := probe.ParseHello(a.Hello.Raw)
		require.NoError(t, err)
		require.Equal(t, before.CipherSuites, after.CipherSuites)
		require.Equal(t, before.Groups, after.Groups)
		require.Equal(t, before.SignatureSchemes, after.SignatureSchemes)
		require.Equal(t, before.MaxVersion, after.MaxVersion)
		require.Len(t, after.SessionID, len(before.SessionID))
		c.Judge(shown(gcm))
		c.Judge(ended(probe.StageClientHello, probe.Closed))
	})
}

// FuzzJudge gives clients any answer and any certificate: the verdict is
// consistent, and data.
func FuzzJudge(f *testing.F) {
	seeds := certificate(f, "negative")
	if len(seeds) == 0 {
		f.Fatal("no seeds")
	}
	f.Add(uint16(0), seeds[0], uint8(probe.StageClientHello), uint8(probe.Accepted), uint16(probe.TLS12), uint16(0xc030), uint8(40))
	f.Add(uint16(200), []byte{}, uint8(probe.StageFinished), uint8(probe.Closed), uint16(0), uint16(0), uint8(70))
	catalog := clients.All()
	f.Fuzz(func(t *testing.T, index uint16, der []byte, stage, outcome uint8, version, suite uint16, alert uint8) {
		c := catalog[int(index)%len(catalog)]
		flight := &probe.Flight{Version: probe.Version(version), CipherSuite: probe.CipherSuite(suite), DH: &probe.DHParams{P: der}}
		v := c.Judge(clients.Answer{Certificates: [][]byte{der}, Result: &probe.Result{
			Stage: probe.Stage(stage % 7), Outcome: probe.Outcome(outcome % 11), Flight: flight, Alert: &probe.Alert{Level: 2, Code: alert},
		}})
		require.NotEmpty(t, v.Reason)
		require.False(t, v.Connects && v.ErrorText != "")
		require.False(t, v.Connects && v.Cause != "")
		require.False(t, v.Connects && !v.Conclusive)
		text, err := json.Marshal(v)
		require.NoError(t, err)
		var back clients.Verdict
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, v, back)
	})
}
