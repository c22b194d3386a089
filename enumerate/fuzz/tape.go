package fuzz

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

// ErrLines says that something is not what a campaign leaves behind.
var ErrLines = errors.New("fuzz: not the lines of a campaign")

// maxLine bounds a line that is read.
const maxLine = 64 << 20

// A Tape reads back what a campaign has left behind. It keeps no more than a
// round.
type Tape struct {
	Header Header
	lines  *bufio.Scanner
	at     int
	last   *Map
}

// NewTape reads the first line. The error wraps [ErrLines], or is that of r.
func NewTape(r io.Reader) (*Tape, error) {
	t := &Tape{lines: bufio.NewScanner(r)}
	t.lines.Buffer(make([]byte, 1<<16), maxLine)
	l, err := t.next()
	switch {
	case err == io.EOF:
		return nil, fmt.Errorf("%w: there is none", ErrLines)
	case err != nil:
		return nil, err
	case l.Campaign == nil || l.Campaign.Baseline.Name == "":
		return nil, fmt.Errorf("%w: the first says of no campaign what it is", ErrLines)
	}
	t.Header = *l.Campaign
	return t, nil
}

// next returns the next line, io.EOF after the last.
func (t *Tape) next() (Line, error) {
	var l Line
	if !t.lines.Scan() {
		switch err := t.lines.Err(); err {
		case nil:
			return l, io.EOF
		case bufio.ErrTooLong:
			return l, fmt.Errorf("%w: line %d: %w", ErrLines, t.at+1, err)
		default:
			return l, err
		}
	}
	t.at++
	if err := json.Unmarshal(t.lines.Bytes(), &l); err != nil {
		return l, fmt.Errorf("%w: line %d: %w", ErrLines, t.at, err)
	}
	if l.Map != nil {
		if err := l.Map.check(); err != nil {
			return l, fmt.Errorf("line %d: %w", t.at, err)
		}
	}
	if l.Attempt != nil || l.Round != nil {
		t.last = nil // it went on
	}
	if a := l.Attempt; a != nil && a.Shape.Error != "" {
		var number int32
		if _, err := fmt.Sscan(a.Shape.Error, &number); err == nil {
			a.Result.Err = &prelogin.ServerError{Number: number, Message: fmt.Sprint(a.Result.Err)}
		}
	}
	return l, nil
}

// ReadMap reads a map: as JSON, or the lines of a campaign, which may be still
// under way. The error wraps [ErrLines], or is that of r.
func ReadMap(r io.Reader) (*Map, error) {
	buffered := bufio.NewReader(r)
	start, _ := buffered.Peek(64)
	if firstKey(start) == "schema" {
		return decodeMap(buffered)
	}
	tape, err := NewTape(buffered)
	if err != nil {
		return nil, err
	}
	h := tape.Header
	m := &Map{Target: h.Target, Settings: h.Settings, Table: h.Table, Baseline: h.Baseline, Ended: "the lines end"}
	a := newAtlas()
	a.begin(h)
	for whole := true; whole; {
		k, err := tape.round()
		if err != nil {
			return nil, err
		}
		if !k.whole {
			k.settle(a, h.Settings.Strategy == randomName)
		}
		a.take(k)
		m.Connections = max(m.Connections, k.connections)
		whole = k.whole
	}
	if tape.last != nil {
		return tape.last, nil
	}
	a.draw(m, false)
	return m, nil
}

// firstKey returns the first key of a JSON object, of which data is the beginning.
func firstKey(data []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(data))
	if brace, err := decoder.Token(); err != nil || brace != json.Delim('{') {
		return nil
	}
	key, _ := decoder.Token()
	return key
}

func decodeMap(r io.Reader) (*Map, error) {
	var m Map
	if err := json.NewDecoder(r).Decode(&m); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLines, err)
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	return &m, nil
}

// check refuses a map that nothing has drawn.
func (m *Map) check() error {
	if m.Schema != Schema {
		return fmt.Errorf("%w: its schema is %.50q, not %q", ErrLines, m.Schema, Schema)
	}
	for name, at := range m.Swept {
		if at < 0 || at >= len(m.Clusters) {
			return fmt.Errorf("%w: no cluster %d for %.80q", ErrLines, at, name)
		}
	}
	return nil
}

// begin puts the baseline in its cluster.
func (a *atlas) begin(h Header) {
	a.witness(h.Shape, Witness{Name: h.Baseline.Name, Mutations: []string{}, Believed: true})
}
