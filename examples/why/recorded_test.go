package main

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// A wire is a connection that remembers what was said on it.
type wire struct {
	net.Conn
	said *[]said
}

// A said is what one side said: without data, that it ends the connection.
type said struct {
	server bool
	data   []byte
}

func (w wire) Write(b []byte) (int, error) {
	*w.said = append(*w.said, said{false, bytes.Clone(b)})
	return w.Conn.Write(b)
}

func (w wire) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	if n > 0 || err != nil {
		*w.said = append(*w.said, said{true, bytes.Clone(b[:n])})
	}
	return n, err
}

// converse has a client of the catalog connect to a server, or another one that
// completes the handshake, and returns what both said.
func converse(t *testing.T, id, addr string) []said {
	t.Helper()
	attempt, mode := probe.Attempt{Depth: probe.DepthFinished}, probe.ModeTDS7
	if id != "" {
		c, err := clients.Find(id)
		require.NoError(t, err)
		attempt, err = c.Attempt("db7.example.com")
		require.NoError(t, err)
		mode = c.Mode
	}
	target, err := probe.ParseTarget(addr)
	require.NoError(t, err)
	target.Mode = mode
	var all []said
	prober := probe.Prober{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		return wire{conn, &all}, err
	}}
	_, err = prober.Probe(t.Context(), target, attempt)
	require.NoError(t, err)
	return all
}

// A tape writes packets into a capture file.
type tape struct {
	t    *testing.T
	out  *pcapgo.Writer
	at   time.Time
	ends [2]netip.AddrPort // client, server
	next [2]uint32
}

func (p *tape) packet(from int, tcp layers.TCP, data []byte) {
	source, destination := p.ends[from], p.ends[1-from]
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: source.Addr().AsSlice(), DstIP: destination.Addr().AsSlice()}
	tcp.SrcPort, tcp.DstPort = layers.TCPPort(source.Port()), layers.TCPPort(destination.Port())
	tcp.Seq, tcp.Ack, tcp.Window = p.next[from], p.next[1-from], 65535
	p.next[from] += uint32(len(data))
	if tcp.SYN || tcp.FIN {
		p.next[from]++
	}
	require.NoError(p.t, tcp.SetNetworkLayerForChecksum(ip))
	buffer := gopacket.NewSerializeBuffer()
	require.NoError(p.t, gopacket.SerializeLayers(buffer, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true},
		&layers.Ethernet{SrcMAC: make([]byte, 6), DstMAC: make([]byte, 6), EthernetType: layers.EthernetTypeIPv4}, ip, &tcp, gopacket.Payload(data)))
	p.at = p.at.Add(time.Millisecond)
	info := gopacket.CaptureInfo{Timestamp: p.at, CaptureLength: len(buffer.Bytes()), Length: len(buffer.Bytes())}
	require.NoError(p.t, p.out.WritePacket(info, buffer.Bytes()))
}

// connection writes what was said, from SYN to FIN.
func (p *tape) connection(client string, all []said) {
	p.ends = [2]netip.AddrPort{netip.MustParseAddrPort(client), netip.MustParseAddrPort("192.0.2.20:1433")}
	p.next = [2]uint32{1000, 2000}
	p.packet(0, layers.TCP{SYN: true}, nil)
	p.packet(1, layers.TCP{SYN: true, ACK: true}, nil)
	p.packet(0, layers.TCP{ACK: true}, nil)
	for _, s := range all {
		from := 0
		if s.server {
			from = 1
		}
		p.packet(from, layers.TCP{ACK: true, PSH: true, FIN: len(s.data) == 0}, s.data)
	}
}

// record writes a capture file of a server that refuses two clients, one of them
// twice, and of a handshake that comes through.
func record(t *testing.T, addr string) string {
	t.Helper()
	var out bytes.Buffer
	p := &tape{t: t, out: pcapgo.NewWriter(&out), at: time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC)}
	require.NoError(t, p.out.WriteFileHeader(1<<16, layers.LinkTypeEthernet))
	for i, c := range []struct{ client, id string }{
		{"192.0.2.7:50001", "go-mssqldb-go1.25"}, {"192.0.2.7:50002", "go-mssqldb-go1.25"},
		{"192.0.2.8:50003", "tedious-node18"}, {"192.0.2.9:50004", ""},
	} {
		if c.id == "" {
			addr = commandtest.Start(t, testserver.Config{})
		}
		p.at = p.at.Truncate(time.Second).Add(time.Second * time.Duration(i+1))
		p.connection(c.client, converse(t, c.id, addr))
	}
	file := filepath.Join(t.TempDir(), "office.pcap")
	require.NoError(t, os.WriteFile(file, out.Bytes(), 0o666))
	return file
}

// refusing starts a server like the embedded one.
func refusing(t *testing.T) string {
	return commandtest.Start(t, signed(t, "2012 R2", 3)) // SHA-1
}

// TestRecorded reads a capture file, without and with the server.
func TestRecorded(t *testing.T) {
	server := refusing(t)
	file := record(t, server)
	tests := []struct {
		name string
		args []string
	}{
		{"recorded", nil},
		{"recorded_from", []string{"-from", "192.0.2.9"}},
		{"replayed", []string{server}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runWhy(t.Context(), append([]string{"-pcap", file}, tt.args...)...)
			require.Equal(t, command.StatusDone, got.status, got.stderr)
			require.Empty(t, got.stderr)
			requireGolden(t, tt.name, got.stdout)
		})
	}
	got := runWhy(t.Context(), "-json", "-fail-on-refused", "-pcap", file, server)
	require.Equal(t, command.StatusFailed, got.status)
	o := decode(t, got.stdout)
	require.Len(t, o.Connections, 3)
	require.Equal(t, 4, o.Recorded)
	require.Len(t, o.Answers, 2, "the same hello is explained once")
	for _, a := range o.Answers {
		require.Equal(t, []clients.Cause{clients.CauseScheme}, a.Causes)
	}
}

// TestCut: of a file that ends too early there is what it has.
func TestCut(t *testing.T) {
	file := record(t, refusing(t))
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, data[:len(data)-10], 0o666))
	got := runWhy(t.Context(), "-pcap", file)
	require.Equal(t, command.StatusDone, got.status)
	require.Contains(t, got.stdout, "3 of 4 connections:")
	require.Contains(t, got.stdout, "the capture file could not be read to its end: ")
}

// TestReplaySound: what fails in the file may come through now.
func TestReplaySound(t *testing.T) {
	file := record(t, refusing(t))
	got := runWhy(t.Context(), "-pcap", file, commandtest.Start(t, testserver.Config{}))
	require.Equal(t, command.StatusDone, got.status)
	require.Contains(t, got.stdout, "connects: TLS 1.2")
}
