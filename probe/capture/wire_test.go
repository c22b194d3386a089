package capture_test

import (
	"bytes"
	"net"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
	"github.com/stretchr/testify/require"
)

// A frame is a packet as it goes into a file.
type frame struct {
	at   time.Time
	data []byte
	size int // on the wire
	say  bool
}

// A network is how frames are made. The zero value is Ethernet and IPv4 with
// segments of 1,460 bytes.
type network struct {
	link    layers.LinkType // 0 is Ethernet here
	v6      bool
	vlan    bool
	segment int
	initial uint32 // sequence number of the client, 16 below the turn if zero
}

// nullLink stands for link type 0, the loopback of BSD.
const nullLink = 1 << 15

func (n network) linkType() layers.LinkType {
	switch n.link {
	case 0:
		return layers.LinkTypeEthernet
	case nullLink:
		return layers.LinkTypeNull
	}
	return n.link
}

// A talker makes the frames of one connection.
type talker struct {
	network
	t      testing.TB
	ends   [2]*net.TCPAddr // client, server
	next   [2]uint32       // sequence numbers
	frames []frame
}

// frames makes the frames of a conversation, SYN to the end.
func (n network) frames(t testing.TB, c conversation) []frame {
	tk := &talker{network: n, t: t, ends: [2]*net.TCPAddr{c.client, c.where}, next: [2]uint32{n.initial - 16, n.initial + 77}}
	tk.send(c.begin, 0, layers.TCP{SYN: true}, nil)
	if c.refused {
		tk.send(c.begin.Add(300*time.Microsecond), 1, layers.TCP{RST: true, ACK: true}, nil)
		return tk.frames
	}
	tk.send(c.begin.Add(100*time.Microsecond), 1, layers.TCP{SYN: true, ACK: true}, nil)
	tk.send(c.begin.Add(150*time.Microsecond), 0, layers.TCP{ACK: true}, nil)
	var ended [2]bool
	for _, e := range c.events {
		from := 0
		if e.server {
			from = 1
		}
		switch {
		case ended[from]:
		case e.data != nil:
			tk.say(e.at, from, e.data)
		case e.reset:
			ended = [2]bool{true, true}
			tk.send(e.at, from, layers.TCP{RST: true}, nil)
		default:
			ended[from] = true
			tk.send(e.at, from, layers.TCP{FIN: true, ACK: true}, nil)
		}
	}
	return tk.frames
}

// say sends data in segments, and acknowledges them.
func (tk *talker) say(at time.Time, from int, data []byte) {
	size := tk.segment
	if size == 0 {
		size = 1460
	}
	for len(data) > 0 {
		n := min(size, len(data))
		tk.send(at, from, layers.TCP{ACK: true, PSH: n == len(data)}, data[:n])
		data = data[n:]
	}
	tk.send(at, 1-from, layers.TCP{ACK: true}, nil)
}

func (tk *talker) send(at time.Time, from int, tcp layers.TCP, data []byte) {
	source, destination := tk.ends[from], tk.ends[1-from]
	tcp.SrcPort, tcp.DstPort = layers.TCPPort(source.Port), layers.TCPPort(destination.Port)
	tcp.Seq, tcp.Ack, tcp.Window = tk.next[from], tk.next[1-from], 65535
	tk.next[from] += uint32(len(data))
	if tcp.SYN || tcp.FIN {
		tk.next[from]++
	}
	var stack []gopacket.SerializableLayer
	ip4 := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: source.IP.To4(), DstIP: destination.IP.To4()}
	ip6 := &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: layers.IPProtocolTCP, SrcIP: net.IPv6loopback, DstIP: net.IPv6loopback}
	kind := layers.EthernetTypeIPv4
	if tk.v6 {
		kind = layers.EthernetTypeIPv6
	}
	switch tk.linkType() {
	case layers.LinkTypeEthernet:
		ethernet := &layers.Ethernet{SrcMAC: make([]byte, 6), DstMAC: make([]byte, 6), EthernetType: kind}
		stack = append(stack, ethernet)
		if tk.vlan {
			ethernet.EthernetType = layers.EthernetTypeDot1Q
			stack = append(stack, &layers.Dot1Q{VLANIdentifier: 7, Type: kind})
		}
	case layers.LinkTypeNull:
		family := layers.ProtocolFamilyIPv4
		if tk.v6 {
			family = layers.ProtocolFamilyIPv6BSD
		}
		stack = append(stack, &layers.Loopback{Family: family})
	case layers.LinkTypeLinuxSLL: // which gopacket does not write
		stack = append(stack, gopacket.Payload(append(make([]byte, 14), byte(kind>>8), byte(kind))))
	}
	if tk.v6 {
		require.NoError(tk.t, tcp.SetNetworkLayerForChecksum(ip6))
		stack = append(stack, ip6)
	} else {
		require.NoError(tk.t, tcp.SetNetworkLayerForChecksum(ip4))
		stack = append(stack, ip4)
	}
	stack = append(stack, &tcp, gopacket.Payload(data))
	buffer := gopacket.NewSerializeBuffer()
	require.NoError(tk.t, gopacket.SerializeLayers(buffer, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, stack...))
	frame := frame{at: at, data: bytes.Clone(buffer.Bytes()), size: len(buffer.Bytes()), say: len(data) > 0}
	tk.frames = append(tk.frames, frame)
}

// pcap writes a file of the older format.
func (n network) pcap(t testing.TB, frames []frame) []byte {
	t.Helper()
	var out bytes.Buffer
	w := pcapgo.NewWriterNanos(&out)
	require.NoError(t, w.WriteFileHeader(1<<18, n.linkType()))
	for _, f := range frames {
		require.NoError(t, w.WritePacket(gopacket.CaptureInfo{Timestamp: f.at, CaptureLength: len(f.data), Length: f.size}, f.data))
	}
	return out.Bytes()
}

// pcapng writes a file of the newer format.
func (n network) pcapng(t testing.TB, frames []frame) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := pcapgo.NewNgWriter(&out, n.linkType())
	require.NoError(t, err)
	for _, f := range frames {
		require.NoError(t, w.WritePacket(gopacket.CaptureInfo{Timestamp: f.at, CaptureLength: len(f.data), Length: f.size}, f.data))
	}
	require.NoError(t, w.Flush())
	return out.Bytes()
}
