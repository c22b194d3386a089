package clients

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A stack is what holds for a TLS implementation with a certain configuration.
type stack struct {
	ID     string
	Like   string  // the stack that it is a variant of, with what is not said here
	Floor  version // lowest version of a hello that does not say so itself
	Rules  Rules
	Alert  string           // how it tells of an alert, with {name}, {iana} or {code}
	Alerts map[uint8]string // its names of alerts
	Causes map[Cause]string // how it tells that it refuses what the server sent
	Fixes  map[Cause]string // what can be changed there
	// Evidence says where this comes from.
	Evidence []string
}

// A driver is what holds for a driver, whatever TLS it has.
type driver struct {
	ID           string
	ZeroPacketID bool `json:"zero_packet_id"`
	ClearLogin   bool `json:"clear_login"`
	Texts        []text
	Fixes        map[Cause]string // before those of the stack
	Evidence     []string
}

// A text is what a driver prints when a connection ends at one of some stages in
// one of some ways; [probe.Aborted] stands for the client's own refusal.
type text struct {
	At   []probe.Stage
	Ends []probe.Outcome
	Mode probe.Mode // if it is for one mode only
	Text string     // with {placeholders}
	Seen string     // how it is known: measured, thread, document, source, assumed
}

// A remedy is what there is to say of a [Cause].
type remedy struct {
	ID     Cause
	Title  string // with {placeholders}
	Server string // what can be changed there
	Client string // likewise, for any client
}

// An ending is what can be said of an end whose cause is not known.
type ending struct {
	At   []probe.Stage
	Ends []probe.Outcome
	Mode probe.Mode
	Text string
}

// readStacks returns the stacks by id; each comes after the one it is like.
func readStacks() map[string]stack {
	all := map[string]stack{}
	for _, s := range read[[]stack]("stacks") {
		base := all[s.Like]
		if s.Like != "" && base.ID == "" {
			panic("clients: no stack " + s.Like)
		}
		all[s.ID] = s.over(base)
	}
	return all
}

// over returns s with what it does not say taken from base.
func (s stack) over(base stack) stack {
	if s.Floor == 0 {
		s.Floor = base.Floor
	}
	if s.Alert == "" {
		s.Alert, s.Alerts = base.Alert, base.Alerts
	}
	s.Rules = s.Rules.over(base.Rules)
	s.Evidence = slices.Concat(base.Evidence, s.Evidence)
	s.Causes, s.Fixes = merged(base.Causes, s.Causes), merged(base.Fixes, s.Fixes)
	return s
}

func (r Rules) over(base Rules) Rules {
	if r.MinDHBits == 0 {
		r.MinDHBits = base.MinDHBits
	}
	if r.MinRSABits == 0 {
		r.MinRSABits = base.MinRSABits
	}
	if r.MinVerifiedRSABits == 0 {
		r.MinVerifiedRSABits = base.MinVerifiedRSABits
	}
	if r.RefusedHashes == nil {
		r.RefusedHashes = base.RefusedHashes
	}
	r.NoLegacySignature = r.NoLegacySignature || base.NoLegacySignature
	r.NoNegativeSerial = r.NoNegativeSerial || base.NoNegativeSerial
	return r
}

func merged(base, over map[Cause]string) map[Cause]string {
	all := map[Cause]string{}
	maps.Copy(all, base)
	maps.Copy(all, over)
	return all
}

func readDrivers() map[string]driver {
	all := map[string]driver{}
	for _, d := range read[[]driver]("drivers") {
		all[d.ID] = d
	}
	return all
}

func readCauses() map[Cause]remedy {
	all := map[Cause]remedy{}
	for _, c := range read[[]remedy]("causes") {
		all[c.ID] = c
	}
	return all
}

// matches reports whether a row is for an ending.
func matches(at []probe.Stage, ends []probe.Outcome, only, mode probe.Mode, stage probe.Stage, outcome probe.Outcome) bool {
	return slices.Contains(at, stage) && slices.Contains(ends, outcome) && (only == probe.ModeAuto || only == mode)
}

// A version is a [probe.Version] that the data writes by its name.
type version probe.Version

func (v *version) UnmarshalText(name []byte) error {
	for _, known := range probe.Versions() {
		if known.String() == string(name) {
			*v = version(known)
			return nil
		}
	}
	return fmt.Errorf("no version %q", name)
}

// ids are numbers that the data writes in one line, in hexadecimal.
type ids []uint16

func (l *ids) UnmarshalText(text []byte) error {
	for field := range strings.FieldsSeq(string(text)) {
		id, err := strconv.ParseUint(field, 16, 16)
		if err != nil {
			return err
		}
		*l = append(*l, uint16(id))
	}
	return nil
}

// decimals are numbers that the data writes in one line.
type decimals []uint16

func (l *decimals) UnmarshalText(text []byte) error {
	for field := range strings.FieldsSeq(string(text)) {
		n, err := strconv.ParseUint(field, 10, 16)
		if err != nil {
			return err
		}
		*l = append(*l, uint16(n))
	}
	return nil
}
