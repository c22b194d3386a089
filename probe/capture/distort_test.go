package capture_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gopacket/gopacket/layers"
	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/capture"
)

// closed and accepted are the two conversations that files are made of here.
func closed(t testing.TB) conversation {
	return converse(t, question{testserver.Config{}, probe.ModeTDS7, unwanted})
}

func accepted(t testing.TB) conversation {
	return converse(t, question{testserver.Config{}, probe.ModeTDS7, through(probe.TLS12)})
}

func TestReadNetworks(t *testing.T) {
	networks := []struct {
		name string
		network
	}{
		{"Ethernet", network{}},
		{"IPv6", network{v6: true}},
		{"VLAN", network{vlan: true}},
		{"VLAN, IPv6", network{vlan: true, v6: true}},
		{"BSD loopback", network{link: nullLink}},
		{"raw IP", network{link: layers.LinkTypeRaw}},
		{"raw IPv4", network{link: layers.LinkTypeIPv4}},
		{"raw IPv6", network{link: layers.LinkTypeIPv6, v6: true}},
		{"Linux cooked", network{link: layers.LinkTypeLinuxSLL}},
		{"small segments", network{segment: 7}},
		{"one byte a segment", network{segment: 1}},
	}
	for _, c := range []conversation{closed(t), accepted(t)} {
		for _, tt := range networks {
			t.Run(tt.name, func(t *testing.T) {
				frames := tt.frames(t, c)
				for _, file := range [][]byte{tt.pcap(t, frames), tt.pcapng(t, frames)} {
					got := read(t, file, 1)[0]
					requireSame(t, c, got)
					require.Equal(t, tt.v6, got.Client.Addr().Is6())
				}
			})
		}
	}
}

// TestReadDisorder moves segments that carry data among those of the same
// flight, and sends some again.
func TestReadDisorder(t *testing.T) {
	for _, c := range []conversation{closed(t), accepted(t)} {
		frames := network{segment: 20}.frames(t, c)
		for seed := range uint64(20) {
			random := rand.New(rand.NewPCG(seed, 1))
			var mixed []frame
			for i := 0; i < len(frames); {
				n := i
				for n < len(frames) && frames[n].say {
					n++
				}
				flight := slices.Clone(frames[i:n])
				for _, f := range frames[i:n] {
					if random.IntN(3) == 0 {
						flight = append(flight, f)
					}
				}
				random.Shuffle(len(flight), func(a, b int) { flight[a], flight[b] = flight[b], flight[a] })
				mixed = append(mixed, flight...)
				if n < len(frames) {
					mixed = append(mixed, frames[n])
					n++
				}
				i = n
			}
			got := read(t, network{}.pcap(t, mixed), 1)[0]
			requireSame(t, c, got)
			require.False(t, got.Incomplete)
			requireWords(t, c, got)
		}
	}
}

// TestReadMany has several connections in one file, one in the other, and some
// other traffic.
func TestReadMany(t *testing.T) {
	conversations := []conversation{closed(t), accepted(t), closed(t), converse(t, question{testserver.Config{}, probe.ModeTDS8, unwanted})}
	other := accepted(t)
	other.events[0].data = []byte("GET / HTTP/1.1\r\n\r\n")
	var frames []frame
	for _, c := range append(conversations, other) {
		frames = append(frames, network{}.frames(t, c)...)
	}
	slices.SortStableFunc(frames, func(a, b frame) int { return a.at.Compare(b.at) })
	byTime := read(t, network{}.pcap(t, frames), len(conversations))
	random := rand.New(rand.NewPCG(1, 2))
	for _, all := range [][]capture.Connection{byTime, read(t, network{}.pcapng(t, interleave(random, conversations, t)), len(conversations))} {
		for i, c := range conversations {
			requireSame(t, c, all[i])
			require.Equal(t, c.client.String(), all[i].Client.String())
		}
		require.Len(t, capture.Failed(all), 3)
		require.Len(t, capture.ByClient(all, all[0].Client.Addr()), 4)
		require.Empty(t, capture.ByClient(all, all[0].Client.Addr().Next()))
	}
}

// interleave deals the frames of conversations one by one, each in its order.
func interleave(random *rand.Rand, conversations []conversation, t *testing.T) (mixed []frame) {
	var hands [][]frame
	for _, c := range conversations {
		hands = append(hands, network{}.frames(t, c))
	}
	for len(hands) > 0 {
		i := random.IntN(len(hands))
		mixed = append(mixed, hands[i][0])
		if hands[i] = hands[i][1:]; len(hands[i]) == 0 {
			hands = slices.Delete(hands, i, i+1)
		}
	}
	return mixed
}

// TestReadAgain has the same ends twice.
func TestReadAgain(t *testing.T) {
	first, second := closed(t), accepted(t)
	second.client, second.where = first.client, first.where
	frames := append(network{}.frames(t, first), network{initial: 1 << 30}.frames(t, second)...)
	all := read(t, network{}.pcap(t, frames), 2)
	requireSame(t, first, all[0])
	requireSame(t, second, all[1])
}

// TestReadMidway leaves out the begin of a file.
func TestReadMidway(t *testing.T) {
	tests := []struct {
		name string
		skip int // flights of data
		none bool
	}{
		{"no SYN", 0, false}, {"no PRELOGIN of the client", 1, true}, {"no PRELOGIN", 4, false}, {"nothing of the hello", 5, true},
	}
	for _, c := range []conversation{closed(t), accepted(t)} {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				frames := network{}.frames(t, c)[3:]
				for skipped := 0; skipped < tt.skip; frames = frames[1:] {
					if frames[0].say {
						skipped++
					}
				}
				if tt.none {
					return
				}
				got := read(t, network{}.pcap(t, frames), 1)[0]
				require.True(t, got.Midway)
				require.Equal(t, c.result.Outcome, got.Result.Outcome, "%s", got.Verdict)
				require.Equal(t, c.result.Stage, got.Result.Stage, "%s", got.Verdict)
				require.Equal(t, c.client.String(), got.Client.String())
				require.Equal(t, probe.ModeTDS7, got.Mode)
				require.Equal(t, c.result.Flight, got.Result.Flight)
			})
		}
	}
}

// TestReadSnaplen cuts packets short: what the file cannot tell is Unknown and
// not something else.
func TestReadSnaplen(t *testing.T) {
	for _, c := range []conversation{closed(t), accepted(t)} {
		for snaplen := 55; snaplen < 1600; snaplen += 13 {
			frames := network{}.frames(t, c)
			cut := false
			for i, f := range frames {
				frames[i].data = f.data[:min(len(f.data), snaplen)]
				cut = cut || f.size > snaplen
			}
			all := read(t, network{}.pcap(t, frames), 1)
			got := all[0]
			require.Equal(t, cut, got.Incomplete, "%d", snaplen)
			if got.Result.Outcome == probe.Unknown {
				require.True(t, cut)
				require.Contains(t, got.Verdict, "lacks bytes")
				continue
			}
			require.Equal(t, c.result.Outcome, got.Result.Outcome, "%d: %s", snaplen, got.Verdict)
			require.Equal(t, c.result.Stage, got.Result.Stage, "%d: %s", snaplen, got.Verdict)
		}
	}
	frames := network{}.frames(t, closed(t))
	for i, f := range frames {
		frames[i].data = f.data[:min(len(f.data), 110)] // PRELOGIN is whole, the hello is not
	}
	got := read(t, network{}.pcap(t, frames), 1)[0]
	require.Equal(t, probe.Closed, got.Result.Outcome)
}

// TestReadLost leaves out one packet at a time.
func TestReadLost(t *testing.T) {
	for _, c := range []conversation{closed(t), accepted(t)} {
		all := network{segment: 300}.frames(t, c)
		for i, f := range all {
			if !f.say {
				continue
			}
			got, err := capture.Read(bytes.NewReader(network{}.pcap(t, slices.Delete(slices.Clone(all), i, i+1))))
			require.NoError(t, err)
			if i == 3 {
				require.Empty(t, got) // how the client begins cannot be told
				continue
			}
			require.True(t, got[0].Incomplete, "%d of %d", i, len(all))
			if got[0].Result.Outcome != probe.Unknown {
				require.Equal(t, c.result.Outcome, got[0].Result.Outcome, "%d: %s", i, got[0].Verdict)
			}
		}
	}
}

func TestReadGzip(t *testing.T) {
	c := closed(t)
	frames := network{}.frames(t, c)
	for _, file := range [][]byte{network{}.pcap(t, frames), network{}.pcapng(t, frames)} {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		_, err := w.Write(file)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		requireSame(t, c, read(t, out.Bytes(), 1)[0])
		_, err = capture.Read(bytes.NewReader(out.Bytes()[:out.Len()/2]))
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	}
}

// TestReadTruncated cuts files at every byte: what is before the cut is read.
func TestReadTruncated(t *testing.T) {
	c := closed(t)
	frames := network{}.frames(t, c)
	for _, file := range [][]byte{network{}.pcap(t, frames), network{}.pcapng(t, frames)} {
		whole := 0
		for n := range file {
			all, err := capture.Read(bytes.NewReader(file[:n]))
			require.LessOrEqual(t, len(all), 1)
			if err == nil {
				whole++
				continue
			}
			require.True(t, errorsIsAny(err, capture.ErrFormat, io.ErrUnexpectedEOF), "%d: %v", n, err)
		}
		require.GreaterOrEqual(t, whole, len(frames))
	}
}
