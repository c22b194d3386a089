package testserver_test

import (
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// A speech is what a client says, in TDS packets: PRELOGIN, and after the answer
// a hello.
type speech struct{ prelogin, hello []byte }

// deliver says it and tells what came of it.
func (s speech) deliver(t testing.TB, conn net.Conn) string {
	t.Helper()
	_, err := conn.Write(s.prelogin)
	require.NoError(t, err)
	m, err := readTDS(conn)
	if err != nil {
		return string(endOf(err)) + " to PRELOGIN"
	}
	if m.body[0] == 0xaa {
		return "ERROR token"
	}
	_, err = conn.Write(s.hello)
	require.NoError(t, err)
	if m, err = readTDS(conn); err != nil {
		return string(endOf(err)) + " to the hello"
	}
	r := &reader{m.body}
	switch kind, _, size := r.number(1), r.number(2), r.number(2); {
	case kind == 21 && size == 2:
		return "alert " + string('0'+r.b[1]/10) + string('0'+r.b[1]%10)
	case kind != 22 || r.b[0] != 2:
		return "something else"
	case len(r.b) < size:
		return "half a flight"
	}
	return "a flight"
}

// TestOddities has, for every planted oddity, what meets it and nothing else, and
// what lacks one of its needs.
func TestOddities(t *testing.T) {
	odd := start(t, testserver.Config{Oddities: testserver.Oddities()})
	usual := start(t, testserver.Config{})
	for _, tt := range oddityTests() {
		t.Run(tt.name+", "+tt.want, func(t *testing.T) {
			require.Equal(t, "a flight", tt.hit.deliver(t, dial(t, usual)), "without oddities")
			before := odd.Fired()
			if tt.want == "silence until the deadline to the hello" {
				requireMute(t, tt.name, tt.hit)
			} else {
				require.Equal(t, tt.want, tt.hit.deliver(t, dial(t, odd)))
				before[tt.name]++
				require.Equal(t, before, odd.Fired())
			}
			for i, miss := range tt.misses {
				require.Equal(t, "a flight", miss.deliver(t, dial(t, odd)), "miss %d", i)
				require.Equal(t, before, odd.Fired(), "miss %d", i)
			}
		})
	}
	require.Empty(t, usual.Fired())
}

// requireMute demands an oddity that is silence.
func requireMute(t *testing.T, name string, hit speech) {
	testserver.RSA()
	synctest.Test(t, func(t *testing.T) {
		server, err := testserver.New(testserver.Config{Oddities: testserver.Oddities()})
		require.NoError(t, err)
		conn, theirs := net.Pipe()
		go server.Serve(theirs)
		require.NoError(t, conn.SetDeadline(time.Now().Add(14*time.Second)))
		require.Equal(t, "silence until the deadline to the hello", hit.deliver(t, conn))
		require.Equal(t, map[string]int{name: 1}, server.Fired())
		require.NoError(t, server.Close())
	})
}

// TestOdditiesTable has what the oddities say of themselves.
func TestOdditiesTable(t *testing.T) {
	tested := map[string]int{} // misses by name
	for _, tt := range oddityTests() {
		tested[tt.name] = max(tested[tt.name], len(tt.misses))
	}
	oddities := testserver.Oddities()
	require.Len(t, oddities, 20)
	require.Len(t, tested, len(oddities))
	layers := map[testserver.Layer]int{}
	for _, o := range oddities {
		layers[o.Layer]++
		require.NotEmpty(t, o.Needs(), o.Name)
		require.LessOrEqual(t, len(o.Needs()), 3, o.Name)
		require.NotContains(t, o.Needs(), "", o.Name)
		require.GreaterOrEqual(t, tested[o.Name], len(o.Needs()), o.Name)
	}
	require.Equal(t, map[testserver.Layer]int{
		testserver.LayerPrelogin: 4, testserver.LayerPackets: 4, testserver.LayerRecords: 3, testserver.LayerHello: 9,
	}, layers)
}

// TestOddityFirst has two oddities that meet: the first one decides, and both
// count.
func TestOddityFirst(t *testing.T) {
	long, twice := byName(t, "long INSTOPT"), byName(t, "TRACEID twice")
	both := speech{prelogin: usualPrelogin(1, append([]byte{2}, make([]byte, 33)...), traceOption, traceOption)}
	for _, tt := range []struct {
		oddities []testserver.Oddity
		want     string
	}{
		{[]testserver.Oddity{long, twice}, "FIN to PRELOGIN"},
		{[]testserver.Oddity{twice, long}, "RST to PRELOGIN"},
	} {
		server := start(t, testserver.Config{Oddities: tt.oddities})
		require.Equal(t, tt.want, both.deliver(t, dial(t, server)))
		require.Equal(t, map[string]int{long.Name: 1, twice.Name: 1}, server.Fired())
	}
	require.Equal(t, "a flight", speech{both.prelogin, usualSpeech().hello}.deliver(t, dial(t, start(t, testserver.Config{
		Oddities: []testserver.Oddity{{Name: "of no needs"}},
	}))))
}

// TestOddityWithoutTDS has a hello that comes without packets.
func TestOddityWithoutTDS(t *testing.T) {
	hello := record(22, tls12, usualHello().offers(0xc028, 0x1a1a).message())
	for _, m := range []mode{strict, plain} {
		server := start(t, testserver.Config{Plain: m == plain, Oddities: testserver.Oddities()})
		conn := dial(t, server)
		_, err := conn.Write(hello)
		require.NoError(t, err)
		got, end := readAll(conn)
		require.Equal(t, fin, end)
		require.Equal(t, record(21, tls12, []byte{2, 47}), got)
		require.Equal(t, map[string]int{"late GREASE": 1}, server.Fired())
	}
}

func byName(t *testing.T, name string) testserver.Oddity {
	t.Helper()
	for _, o := range testserver.Oddities() {
		if o.Name == name {
			return o
		}
	}
	t.Fatal(name)
	return testserver.Oddity{}
}
