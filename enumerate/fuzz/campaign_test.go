package fuzz_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

func TestTry(t *testing.T) {
	for _, s := range []fuzz.Settings{{}, {Strategy: "pairs"}, {Strategy: "random", Attempts: 300, Seed: 42}, {Strategy: "random", Attempts: 300, Seed: 42, Guided: true}, {Strategy: "grid", Attempts: 100}} {
		server, target := start(t, testserver.Config{})
		var out bytes.Buffer
		c := campaign(target, s)
		c.Record = fuzz.Writer{&out}.Line
		m, err := c.Run(t.Context())
		require.NoError(t, err)
		data, _ := json.MarshalIndent(m, "", " ")
		fmt.Println(string(data))
		fmt.Println(server.Connections(), out.Len())
	}
}
