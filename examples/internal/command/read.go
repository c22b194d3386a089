package command

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// BindReport adds the flag -report to a set: reports are then read from a file,
// or from stdin if that is named "-", and nothing is scanned.
func (f *Flags) BindReport(set *flag.FlagSet, stdin io.Reader) {
	set.Func("report", "take the report from a `file` that -json has printed, - for stdin, instead of scanning", func(name string) error {
		found, err := readFile(name, stdin)
		f.read = &found
		return err
	})
}

func readFile(name string, stdin io.Reader) (Found, error) {
	if name == "-" {
		return Read(stdin)
	}
	file, err := os.Open(name)
	if err != nil {
		return Found{}, err
	}
	defer file.Close()
	return Read(file)
}

// Read reads what -json prints: a report, or the comparison of several.
func Read(r io.Reader) (Found, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return Found{}, err
	}
	var form struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(data, &form); err != nil {
		return Found{}, fmt.Errorf("not a report: %w", err)
	}
	switch form.Schema {
	case enumerate.Schema:
		return readReport(data)
	case AddressesSchema:
		return readComparison(data)
	}
	return Found{}, fmt.Errorf("not a report: its schema is %.50q, not %q or %q", form.Schema, enumerate.Schema, AddressesSchema)
}

func readReport(data []byte) (Found, error) {
	report := &enumerate.Report{}
	if err := json.Unmarshal(data, report); err != nil {
		return Found{}, fmt.Errorf("not a report: %w", err)
	}
	return Found{Reports: []*enumerate.Report{report}}.judged(), nil
}

func readComparison(data []byte) (Found, error) {
	var c Comparison
	if err := json.Unmarshal(data, &c); err != nil {
		return Found{}, fmt.Errorf("not a report: %w", err)
	}
	if slices.Contains(c.Reports, nil) {
		return Found{}, errors.New("not a report: one of the reports is null")
	}
	found := Found{Reports: c.Reports, Addresses: true}
	if c.Error != "" {
		found.Err = errors.New(c.Error)
	}
	return found.judged(), nil
}

// judged returns f with the error that the scans of its reports ended with.
func (f Found) judged() Found {
	for _, r := range f.Reports {
		if !Measured(r) {
			f.Err = enumerate.ErrUnmeasured
		}
	}
	return f
}
