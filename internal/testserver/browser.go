package testserver

import (
	"encoding/binary"
	"fmt"
	"net"
	"strings"
	"sync"
)

// A BrowserConfig says what a fake SQL Server Browser knows. Instances are
// found in upper or lower case.
type BrowserConfig struct {
	// Instances are the TCP ports by the names of the instances; 0 is an
	// instance without TCP.
	Instances map[string]uint16
	// Administrators are the ports of their dedicated administrator connections.
	Administrators map[string]uint16
	// Raw answers every question instead.
	Raw []byte
}

// A Browser is a running fake SQL Server Browser: [MC-SQLR].
type Browser struct {
	config BrowserConfig
	conn   net.PacketConn
	wg     sync.WaitGroup

	mu    sync.Mutex
	asked []string
}

// StartBrowser listens on a free UDP port of 127.0.0.1 until Close. Whatever is
// not asked as it should be, or about an instance that it does not know, it
// does not answer.
func StartBrowser(config BrowserConfig) (*Browser, error) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &Browser{config: config, conn: conn}
	b.wg.Add(1)
	go func() {
		defer b.wg.Done()
		b.serve()
	}()
	return b, nil
}

// Port returns the UDP port that the browser listens on.
func (b *Browser) Port() uint16 { return uint16(b.conn.LocalAddr().(*net.UDPAddr).Port) }

// Asked returns the datagrams that came so far.
func (b *Browser) Asked() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.asked...)
}

// Close stops the browser.
func (b *Browser) Close() error {
	err := b.conn.Close()
	b.wg.Wait()
	return err
}

func (b *Browser) serve() {
	for buffer := make([]byte, 2048); ; {
		n, from, err := b.conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		question := string(buffer[:n])
		b.mu.Lock()
		b.asked = append(b.asked, question)
		b.mu.Unlock()
		if answer := b.answer(question); answer != nil {
			b.conn.WriteTo(answer, from)
		}
	}
}

// answer returns SVR_RESP, nil for none: [MC-SQLR], sections 2.2.5 and 2.2.6.
func (b *Browser) answer(question string) []byte {
	const response = 0x05
	if b.config.Raw != nil {
		return b.config.Raw
	}
	question, ended := strings.CutSuffix(question, "\x00")
	if instance, ok := strings.CutPrefix(question, "\x04"); ok && ended {
		name, port, known := find(b.config.Instances, instance)
		if !known {
			return nil
		}
		text := fmt.Sprintf("ServerName;FAKE;InstanceName;%s;IsClustered;No;Version;15.0.2000.5", name)
		if port != 0 {
			text += fmt.Sprintf(";tcp;%d", port)
		}
		text += ";;"
		return append(binary.LittleEndian.AppendUint16([]byte{response}, uint16(len(text))), text...)
	}
	if instance, ok := strings.CutPrefix(question, "\x0f\x01"); ok && ended {
		if _, port, known := find(b.config.Administrators, instance); known {
			return binary.LittleEndian.AppendUint16([]byte{response, 6, 0, 1}, port)
		}
	}
	return nil
}

// find looks for an instance and returns its name as it is written.
func find(ports map[string]uint16, instance string) (name string, port uint16, known bool) {
	for name, port := range ports {
		if strings.EqualFold(name, instance) {
			return name, port, true
		}
	}
	return "", 0, false
}
