package testserver

import (
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A Policy is the server's setting of encryption.
type Policy uint8

// The settings: encryption on request, Force Encryption, and none at all.
const (
	Off Policy = iota
	On
	NotSupported
)

// A Refusal is how the server says no to a ClientHello.
type Refusal uint8

// The refusals. SQL Server on Windows closes with FIN and sends no alert.
// Whatever is not TLS at all is answered by FIN.
const (
	RefuseFIN Refusal = iota
	RefuseRST
	RefuseAlert
	RefuseSilence
)

// A Fault replaces an answer.
type Fault uint8

// The faults.
const (
	NoFault         Fault = iota
	Garbage               // random bytes in the place of the ServerHello
	Oversized             // a TLS record that claims 65,535 bytes, then silence
	HalfFlight            // the first half of the flight, then FIN
	HTTP                  // an HTTP error in the place of everything
	SSH                   // an SSH banner in the place of everything
	Mute                  // accepts the connection and never answers
	NotTDS                // FIN in the place of everything, as of a mirroring endpoint
	ErrorToken            // a TDS ERROR token in the place of the PRELOGIN answer
	PreloginGarbage       // a PRELOGIN answer whose options point outside
	PreloginHuge          // a PRELOGIN answer of 4 MB that does not end, then FIN
)

// A Config says what the server is like. The zero value is SQL Server 2019 on
// Windows Server 2019 with defaults and a self-signed RSA certificate: it
// answers TDS 7 and strict connections.
type Config struct {
	// OS names the Windows Server version whose defaults apply, as in
	// [schannel.Servers]. If empty, "2019".
	OS string
	// TLS replaces the defaults of the OS.
	TLS *TLS
	// Version is the VERSION of the PRELOGIN answer. If zero, that of a SQL
	// Server of the time of the OS.
	Version [6]byte
	// Encryption is the server's setting.
	Encryption Policy
	// ForceStrict closes on PRELOGIN in clear text.
	ForceStrict bool
	// NoStrict closes on TLS without PRELOGIN.
	NoStrict bool
	// Certless says how strict connections end if there is no certificate for
	// them.
	Certless Certless
	// Plain serves TLS without any TDS.
	Plain bool
	// InstanceName is the name that clients must ask for, if they ask for one.
	// If empty, any will do.
	InstanceName string
	// Certificate is the server's. If nil, that of [RSA].
	Certificate *tls.Certificate
	// Refusal is how hellos are refused that have nothing in common with the
	// server, or that are malformed.
	Refusal Refusal
	// Fault replaces an answer.
	Fault Fault
	// ErrorText is what the token of ErrorToken says. If empty, what SQL Server
	// says of a PRELOGIN that it cannot read.
	ErrorText string
	// Wants says which hellos are taken at all.
	Wants Wants
	// Oddities are planted: the first one that a client meets replaces an answer.
	// A bridge has only those that look at PRELOGIN.
	Oddities []Oddity
	// ReplyType is the TDS packet type of TLS bytes. If zero, 0x12.
	ReplyType byte
	// PacketSize and RecordSize bound the payload of a TDS packet and of a TLS
	// record of the first flight. If zero, 4088 and 16384.
	PacketSize, RecordSize int
	// ResetRate is the share of connections that are reset, each at a random
	// point, in a sequence that Seed determines.
	ResetRate float64
	Seed      uint64
	// ResetHellos moves all of these resets to the hello, and makes half of them
	// closes by FIN: as a server disturbs that is short of threads.
	ResetHellos bool
	// ResetAccepts moves all of these resets to the accept: as a listener does
	// whose backlog is full.
	ResetAccepts bool
	// DHEFailures is the share of connections of which a handshake with DHE fails
	// at Finished though nothing is wrong with it, in a sequence that Seed
	// determines. See also TLS.DHEZeros.
	DHEFailures float64
	// MaxConnections bounds the connections open at once; more are reset. If
	// zero, there is no bound.
	MaxConnections int
	// Delay is waited before every answer. PreloginDelay comes to that before the
	// answer to PRELOGIN, and HelloDelay before that to a ClientHello.
	Delay, PreloginDelay, HelloDelay time.Duration
	// SlowRate is the share of connections that get PreloginDelay and HelloDelay,
	// in a sequence that Seed determines. If zero, all do.
	SlowRate float64
}

// versions of SQL Server by the Windows Server version they go with.
var versions = map[string][6]byte{
	"2008 R2": {10, 50, 0x17, 0x70, 0, 34}, // 10.50.6000.34
	"2012":    {11, 0, 0x1b, 0x59, 0, 0},   // 11.0.7001.0
	"2012 R2": {12, 0, 0x17, 0x88, 0, 0},   // 12.0.6024.0
	"2016":    {13, 0, 0x13, 0xa2, 0, 0},   // 13.0.5026.0
	"2019":    {15, 0, 0x07, 0xd0, 0, 5},   // 15.0.2000.5
	"2022":    {16, 0, 0x03, 0xe8, 0, 6},   // 16.0.1000.6
	"2025":    {17, 0, 0x03, 0xe8, 0, 7},   // 17.0.1000.7
}

// complete returns c with its defaults filled in.
func (c Config) complete() (Config, error) {
	if c.OS == "" {
		c.OS = "2019"
	}
	if c.TLS == nil {
		var err error
		if c.TLS, err = Profile(c.OS); err != nil {
			return Config{}, err
		}
	}
	if c.Version == [6]byte{} {
		c.Version = versions[c.OS]
	}
	if c.Certificate == nil {
		certificate := RSA()
		c.Certificate = &certificate
	}
	if c.ReplyType == 0 {
		c.ReplyType = packetPrelogin
	}
	if c.PacketSize == 0 {
		c.PacketSize = 4088
	}
	if c.ErrorText == "" {
		c.ErrorText = "The prelogin packet used to open the connection is structurally invalid"
	}
	if c.RecordSize == 0 {
		c.RecordSize = maxRecord
	}
	return c, c.check()
}

// Limits of the sizes in a Config: the length fields of TDS packets and of TLS
// records.
const (
	maxPacket = 0x7fff - packetHeader
	maxRecord = 16384
)

// check reports what the server could not do.
func (c Config) check() error {
	if c.PacketSize < 1 || c.PacketSize > maxPacket || c.RecordSize < 1 || c.RecordSize > maxRecord {
		return fmt.Errorf("testserver: packet size %d or record size %d", c.PacketSize, c.RecordSize)
	}
	if c.ResetHellos && c.ResetAccepts {
		return errors.New("testserver: resets at hello and at accept")
	}
	for _, g := range c.TLS.Groups {
		if exchanges[g] == nil {
			return fmt.Errorf("testserver: no group %d", g)
		}
	}
	for _, suite := range c.TLS.Suites {
		if _, ok := suites13[uint16(suite.ID)]; slices.Contains(suite.Versions, tls13) && !ok {
			return fmt.Errorf("testserver: no suite %s", suite.Name)
		}
	}
	for _, g := range c.TLS.FieldGroups {
		if fieldGroups[g] == nil {
			return fmt.Errorf("testserver: no finite field group %d", g)
		}
	}
	if bits := c.TLS.DHEBits; bits != 0 && primes[bits] == nil {
		return fmt.Errorf("testserver: no prime of %d bits", bits)
	}
	return nil
}
