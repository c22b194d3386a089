package fuzz

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A Line is one line of what a campaign leaves behind: one of its fields.
type Line struct {
	// Campaign comes first.
	Campaign *Header `json:"campaign,omitempty"`
	// Attempt is an attempt and its answer.
	Attempt *Answered `json:"attempt,omitempty"`
	// Witness was found for a shape.
	Witness *Found `json:"witness,omitempty"`
	// Unwell tells that the server was unwell. What was not accepted in the round
	// so far does not count.
	Unwell *Unwell `json:"unwell,omitempty"`
	// Round ends a round: what its attempts were answered counts.
	Round *Round `json:"round,omitempty"`
	// Map comes last.
	Map *Map `json:"map,omitempty"`
}

// A Header says what a campaign is.
type Header struct {
	Target   probe.Target `json:"target"`
	Settings Settings     `json:"settings"`
	// Table tells tables of mutations apart.
	Table    string        `json:"table"`
	Baseline probe.Attempt `json:"baseline"`
	// Shape is what the baseline is answered.
	Shape Shape `json:"shape"`
}

// An Answered is an attempt and its answer, without the server's certificates.
type Answered struct {
	// Role is empty for an attempt of the strategy.
	Role   Role         `json:"role,omitempty"`
	Shape  Shape        `json:"shape"`
	Result probe.Result `json:"result"`
	// Final is set if the answer is what came of asking again; Tries is how often,
	// and Believed whether that is the server's answer for sure.
	Final    bool `json:"final,omitempty"`
	Tries    int  `json:"tries,omitempty"`
	Believed bool `json:"believed,omitempty"`
}

// A Role says what else an attempt was made for.
type Role string

// The roles.
const (
	RoleControl Role = "control" // to see whether the server is well
	RoleShrink  Role = "shrink"  // to find a shorter witness
)

// A Found is a witness and the shape that it leads to.
type Found struct {
	Shape   Shape   `json:"shape"`
	Witness Witness `json:"witness"`
}

// A Round says how far a campaign has come.
type Round struct {
	Attempts    int `json:"attempts"`
	Connections int `json:"connections"`
}

// slim returns a result without what is large and the same every time.
func slim(r probe.Result) probe.Result {
	if r.Flight != nil {
		f := *r.Flight
		f.Certificates = nil
		r.Flight = &f
	}
	return r
}

// A Writer writes lines as NDJSON, each by one call of Write: what was written
// is there, whatever becomes of the process.
type Writer struct{ io.Writer }

// Line writes a line.
func (w Writer) Line(l Line) error {
	data, err := json.Marshal(l)
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}

// Whole returns the size of what r holds up to the end of its last whole line:
// a process that was killed may leave half a line.
func Whole(r io.Reader) (int64, error) {
	var size, whole int64
	chunk := make([]byte, 1<<16)
	for {
		n, err := r.Read(chunk)
		if at := bytes.LastIndexByte(chunk[:n], '\n'); at >= 0 {
			whole = size + int64(at) + 1
		}
		size += int64(n)
		switch err {
		case nil:
		case io.EOF:
			return whole, nil
		default:
			return whole, err
		}
	}
}

// names of the steps.
func mutationNames(steps []step) []string {
	names := make([]string, 0, len(steps))
	for _, s := range steps {
		names = append(names, s.Name)
	}
	return slices.Compact(names)
}
