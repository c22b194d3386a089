package enumerate

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A tolerance is one change to a hello that is accepted.
type tolerance struct {
	name   string
	change func(a *probe.Attempt)
	tds7   bool // makes sense inside PRELOGIN packets only
	size   int  // that the hello has to have exactly, record header included; 0 for any
}

// tolerances are what clients differ in and servers or the boxes before them
// were seen to trip over.
var tolerances = slices.Concat(
	[]tolerance{
		{name: "no server_name", change: omit(probe.ExtensionServerName)},
		{name: "an IP address as server_name", change: serverName("192.0.2.1")},
		{name: "a server_name of 255 bytes", change: serverName(string(bytes.Repeat([]byte("a.23456789.123456789.12345678901"), 8)[:255]))},
		{name: "no renegotiation SCSV", change: func(a *probe.Attempt) {
			a.Hello.CipherSuites = without(a.Hello.CipherSuites, []probe.CipherSuite{probe.EmptyRenegotiationInfoSCSV})
		}},
		{name: "no ec_point_formats", change: omit(probe.ExtensionECPointFormats)},
		{name: "no extended_master_secret", change: omit(probe.ExtensionExtendedMasterSecret)},
		{name: "no session_ticket", change: omit(probe.ExtensionSessionTicket)},
		{name: "no signature_algorithms", change: omit(probe.ExtensionSignatureAlgorithms)},
		{name: "no supported_groups", change: omit(probe.ExtensionSupportedGroups)},
		{name: "GREASE", change: grease},
		{name: "unknown extensions", change: func(a *probe.Attempt) {
			a.Hello.Extensions = append(a.Hello.Extensions,
				probe.Extension{Type: 0xfe00, Data: []byte{}}, probe.Extension{Type: 0xfe01, Data: make([]byte, 32)})
		}},
	},
	sized("ClientHello", 0, 255, 256, 511, 512, 1200, 1500, 8000, 16000),
	sized("TLS record", recordHeader, 4087, 4089),
	[]tolerance{
		{name: "record version SSL 3.0", change: recordVersion(probe.SSL30)},
		{name: "record version TLS 1.0", change: recordVersion(probe.TLS10)},
		{name: "record version TLS 1.2", change: recordVersion(probe.TLS12)},
		{name: "TLS records of 64 bytes", change: framing(probe.Framing{RecordSize: 64})},
		{name: "TCP segments of 100 bytes", change: framing(probe.Framing{SegmentSize: 100})},
		{name: "TDS packets of 128 bytes", tds7: true, change: framing(probe.Framing{PacketSize: 128})},
		{name: "TDS packet ids from 0", tds7: true, change: framing(probe.Framing{ZeroPacketID: true})},
	},
	driverPrelogins,
)

const recordHeader = 5

// driverPrelogins send the options that drivers send, as observed.
var driverPrelogins = []tolerance{
	{name: "PRELOGIN as go-mssqldb", tds7: true, change: options(
		version(0, 0, 0, 0), encryptOn, instanceOption(""), thread, mars, trace)},
	{name: "PRELOGIN as tedious and SqlClient", tds7: true, change: options(
		version(0, 0, 0, 0), encryptOn, instanceOption(""), thread, mars, trace, fedAuth)},
	{name: "PRELOGIN as mssql-jdbc", tds7: true, change: options(version(13, 5, 0, 0), encryptOn, trace)},
	{name: "PRELOGIN as FreeTDS", tds7: true, change: options(
		version(9, 0, 0, 0), encryptOn, instanceOption("MSSQLServer"), thread, mars)},
	{name: "PRELOGIN as jTDS", tds7: true, change: options(version(8, 0, 0x155, 0), encryptOn, instanceOption(""), thread)},
}

var (
	encryptOn = prelogin.Option{Token: prelogin.TokenEncryption, Data: []byte{byte(prelogin.EncryptOn)}}
	thread    = prelogin.Option{Token: prelogin.TokenThreadID, Data: []byte{0, 0, 0, 1}}
	mars      = prelogin.Option{Token: prelogin.TokenMARS, Data: []byte{0}}
	trace     = prelogin.Option{Token: prelogin.TokenTraceID, Data: make([]byte, 36)}
	fedAuth   = prelogin.Option{Token: prelogin.TokenFedAuthRequired, Data: []byte{1}}
)

func version(major, minor byte, build, sub uint16) prelogin.Option {
	data := []byte{major, minor, byte(build >> 8), byte(build), byte(sub >> 8), byte(sub)}
	return prelogin.Option{Token: prelogin.TokenVersion, Data: data}
}

func instanceOption(name string) prelogin.Option {
	return prelogin.Option{Token: prelogin.TokenInstance, Data: append([]byte(name), 0)}
}

// options replaces the PRELOGIN message. Its few options always fit.
func options(list ...prelogin.Option) func(*probe.Attempt) {
	return func(a *probe.Attempt) {
		message := prelogin.Message{Options: list}
		a.Prelogin, _ = message.Raw()
	}
}

func omit(extension uint16) func(*probe.Attempt) {
	return func(a *probe.Attempt) { a.Hello.Omit = append(a.Hello.Omit, extension) }
}

// serverName sends a host_name literally: RFC 6066, section 3.
func serverName(name string) func(*probe.Attempt) {
	n := len(name)
	data := append([]byte{byte((n + 3) >> 8), byte(n + 3), 0, byte(n >> 8), byte(n)}, name...)
	return func(a *probe.Attempt) {
		a.Hello.Extensions = append(a.Hello.Extensions, probe.Extension{Type: probe.ExtensionServerName, Data: data})
	}
}

// grease adds reserved values wherever a server has to ignore what it does not
// know: RFC 8701, section 3.1.
func grease(a *probe.Attempt) {
	h := &a.Hello
	h.CipherSuites = slices.Insert(slices.Clone(h.CipherSuites), 0, 0x0a0a)
	h.Groups = slices.Insert(slices.Clone(h.Groups), 0, 0x1a1a)
	h.SignatureSchemes = slices.Insert(slices.Clone(h.SignatureSchemes), 0, 0x2a2a)
	h.Extensions = append(h.Extensions,
		probe.Extension{Type: 0x3a3a, Data: []byte{}}, probe.Extension{Type: 0x4a4a, Data: []byte{0}})
}

// sized brings a hello to exact sizes, which for a record count its header.
func sized(what string, header int, sizes ...int) []tolerance {
	list := make([]tolerance, len(sizes))
	for i, n := range sizes {
		list[i] = tolerance{
			name:   fmt.Sprintf("%s of %d bytes", what, n),
			change: func(a *probe.Attempt) { a.Hello.Pad = n - header },
			size:   n - header + recordHeader,
		}
	}
	return list
}

func recordVersion(v probe.Version) func(*probe.Attempt) {
	return func(a *probe.Attempt) { a.Hello.RecordVersion = v }
}

func framing(f probe.Framing) func(*probe.Attempt) {
	return func(a *probe.Attempt) { a.Hello.Framing = f }
}

// attempt returns base with the change.
func (t tolerance) attempt(base probe.Hello) probe.Attempt {
	a := probe.Attempt{Name: t.name, Hello: base}
	a.Hello.Extensions, a.Hello.Omit = slices.Clone(base.Extensions), slices.Clone(base.Omit)
	t.change(&a)
	return a
}

// toleranceQuestions returns the base itself, so that a server that refuses
// even that is not blamed for the changes, and every change that makes sense
// for a target. A size that the hello cannot have is left out.
func toleranceQuestions(base probe.Hello, target probe.Target) Once {
	questions := Once{{Name: baseTolerance, Hello: base}}
	for _, t := range tolerances {
		a := t.attempt(base)
		if t.tds7 && target.Mode != probe.ModeTDS7 {
			continue
		}
		if t.size > 0 {
			if b, err := a.Hello.Bytes(target.SNI()); err != nil || len(b) != t.size {
				continue
			}
		}
		questions = append(questions, a)
	}
	return questions
}

const baseTolerance = "no change"
