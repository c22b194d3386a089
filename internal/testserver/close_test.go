package testserver_test

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// fates returns how far n connections got, one after the other: 0 is a reset
// before the answer to PRELOGIN, 1 one after it, 2 none.
func fates(t *testing.T, n int, config testserver.Config) []int {
	t.Helper()
	server := start(t, config)
	hello := clientHello{version: tls12, suites: []uint16{0x003d}}
	var all []int
	for range n {
		fate, err := fate(server, hello.record())
		if fate < 2 {
			require.Equal(t, rst, endOf(err))
		}
		all = append(all, fate)
	}
	return all
}

// fate goes as far as it gets. An early reset is an error of the connect
// already.
func fate(server *testserver.Server, hello []byte) (int, error) {
	conn, err := net.Dial("tcp", server.Addr())
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	for step, send := range [][]byte{prelogin(1, ""), packet(0x12, hello)} {
		if _, err := conn.Write(send); err != nil {
			return step, err
		}
		if _, err := readTDS(conn); err != nil {
			return step, err
		}
	}
	return 2, nil
}

// TestResetRate shows that a seed decides the fate of every connection.
func TestResetRate(t *testing.T) {
	const n = 150
	first := fates(t, n, testserver.Config{ResetRate: 0.6, Seed: 7})
	count := map[int]int{}
	for _, f := range first {
		count[f]++
	}
	// Three standard deviations are 18 connections here. A third of the resets
	// comes before the answer.
	require.InDelta(t, 0.4*n, count[2], 18)
	require.InDelta(t, 0.2*n, count[0], 15)
	require.InDelta(t, 0.4*n, count[1], 18)

	require.Equal(t, first, fates(t, n, testserver.Config{ResetRate: 0.6, Seed: 7}))
	require.NotEqual(t, first, fates(t, n, testserver.Config{ResetRate: 0.6, Seed: 8}))
	require.NotContains(t, fates(t, 20, testserver.Config{ResetRate: 1}), 2)
	require.Equal(t, []int{2, 2, 2, 2, 2}, fates(t, 5, testserver.Config{Seed: 7}))
}

// TestResetAccepts has all resets at the accept, before the client said anything.
func TestResetAccepts(t *testing.T) {
	const n = 150
	count := map[int]int{}
	for _, f := range fates(t, n, testserver.Config{ResetRate: 0.6, Seed: 7, ResetAccepts: true}) {
		count[f]++
	}
	require.Zero(t, count[1])
	require.InDelta(t, 0.6*n, count[0], 18)
	require.Equal(t, rst, endOf(knock(start(t, testserver.Config{ResetRate: 1, ResetAccepts: true}))))
}
