package clients_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// TestShape: two attempts of a client have one shape, which clients that send
// other things do not have.
func TestShape(t *testing.T) {
	for _, id := range []string{"go-mssqldb-go1.26", "jdbc-java17", "odbc18-debian12", "sqlclient-windows2019"} {
		t.Run(id, func(t *testing.T) {
			c, err := clients.Find(id)
			require.NoError(t, err)
			again := c
			attempt, err := c.Attempt("sql.example.test")
			require.NoError(t, err)
			again.Hello = attempt.Hello.Raw
			require.NotEmpty(t, c.Shape())
			require.Equal(t, c.Shape(), again.Shape())
			same := 0
			for _, other := range clients.All() {
				if bytes.Equal(c.Shape(), other.Shape()) {
					same++
				}
			}
			require.Less(t, same, len(clients.All())/4)
		})
	}
	require.Nil(t, clients.Client{Hello: []byte{1}}.Shape())
}

func TestClientString(t *testing.T) {
	c := clients.Client{Name: "go-mssqldb 1.11.2", Runtime: "Go 1.26", Settings: "encrypt=true"}
	require.Equal(t, "go-mssqldb 1.11.2 on Go 1.26, encrypt=true", c.String())
	c.OS = "Debian 12"
	require.Equal(t, "go-mssqldb 1.11.2 on Go 1.26 on Debian 12, encrypt=true", c.String())
}
