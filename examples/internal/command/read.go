package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
)

// BindReport adds the flag -report to a set: reports are then read from a file,
// or from stdin if that is named "-", and nothing is scanned.
func (f *Flags) BindReport(set *flag.FlagSet, stdin io.Reader) {
	f.stdin = stdin
	set.Func("report", "take the report from a `file` that scan -json or diagnose -json has written, - for stdin, instead of scanning", func(name string) error {
		f.report = &name
		return nil
	})
}

// load reads the reports that the command line names, if it does.
func (f *Flags) load(ctx context.Context) error {
	if f.report == nil {
		return nil
	}
	found, err := ReadFile(ctx, *f.report, f.stdin)
	f.read = &found
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("-report: %w", err)
	}
	return err
}

// ReadFile reads the reports in a file, or those on stdin if that is named "-". It
// does not wait for them longer than until ctx ends.
func ReadFile(ctx context.Context, name string, stdin io.Reader) (found Found, err error) {
	type outcome struct {
		found Found
		err   error
	}
	done := make(chan outcome, 1)
	go func() { // which nothing can interrupt: it may outlive ctx
		found, err := readFile(name, stdin)
		done <- outcome{found, err}
	}()
	select {
	case <-ctx.Done():
		return Found{}, ctx.Err()
	case o := <-done:
		return o.found, o.err
	}
}

// The errors of a report that holds nothing at all, and of one that Windows
// PowerShell has written.
var (
	errEmpty = errors.New("not a report: it is empty")
	errUTF16 = errors.New("not a report: it is in UTF-16, as > in PowerShell writes: use -out")
)

func readFile(name string, stdin io.Reader) (Found, error) {
	if name == "-" {
		found, err := Read(stdin)
		return found, errorOf("standard input", err)
	}
	file, err := os.Open(name)
	if err != nil {
		return Found{}, err
	}
	defer file.Close()
	found, err := Read(file)
	return found, errorOf(name, err)
}

// errorOf says where an error of Read comes from.
func errorOf(name string, err error) error {
	switch err {
	case nil:
		return nil
	case errEmpty:
		return fmt.Errorf("%s is empty", name)
	}
	return fmt.Errorf("%s: %w", name, err)
}

// Read reads what -json prints: a report, or the comparison of several.
func Read(r io.Reader) (Found, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return Found{}, err
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) // a byte order mark, of which UTF-8 has no need
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return Found{}, errEmpty
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return Found{}, errUTF16
	}
	var form struct {
		Schema string `json:"schema"`
	}
	if err := decode(data, &form); err != nil {
		return Found{}, err
	}
	switch form.Schema {
	case enumerate.Schema:
		return readReport(data)
	case render.AddressesSchema:
		return readComparison(data)
	}
	return Found{}, fmt.Errorf("not a report: its schema is %.50q, not %q or %q", form.Schema, enumerate.Schema, render.AddressesSchema)
}

// decode decodes JSON. Its errors are for people who do not know Go.
func decode(data []byte, into any) error {
	err := json.Unmarshal(data, into)
	if err == nil {
		return nil
	}
	var wrongType *json.UnmarshalTypeError
	var wrongTime *time.ParseError
	switch {
	case errors.As(err, &wrongType) && wrongType.Field == "":
		return fmt.Errorf("not a report: it is of type %s", wrongType.Value)
	case errors.As(err, &wrongType):
		return fmt.Errorf("not a report: %s is of type %s", wrongType.Field, wrongType.Value)
	case errors.As(err, &wrongTime):
		return fmt.Errorf("not a report: %.50q is not a time", wrongTime.Value)
	}
	return fmt.Errorf("not a report: %s", render.Plain(err.Error()))
}

func readReport(data []byte) (Found, error) {
	report := &enumerate.Report{}
	if err := decode(data, report); err != nil {
		return Found{}, err
	}
	if err := check(report); err != nil {
		return Found{}, err
	}
	return Found{Reports: []*enumerate.Report{report}}.judged(), nil
}

func readComparison(data []byte) (Found, error) {
	var c struct {
		Reports []*enumerate.Report `json:"reports"`
		Error   string              `json:"error"`
	}
	if err := decode(data, &c); err != nil {
		return Found{}, err
	}
	for _, r := range c.Reports {
		if err := check(r); err != nil {
			return Found{}, err
		}
	}
	found := Found{Reports: c.Reports, Addresses: true}
	if c.Error != "" {
		found.Err = errors.New(c.Error)
	}
	return found.judged(), nil
}

// check refuses what no scan has made.
func check(r *enumerate.Report) error {
	switch {
	case r == nil:
		return errors.New("not a report: one of the reports is null")
	case r.Target.Host == "" && r.Target.Address == "":
		return errors.New("not a report: it names no target")
	case r.Started.IsZero():
		return errors.New("not a report: it does not say when it was started")
	}
	return nil
}

// judged returns f with the error that the scans of its reports ended with.
func (f Found) judged() Found {
	for _, r := range f.Reports {
		if !r.Measured() && f.Err == nil {
			f.Err = enumerate.ErrUnmeasured
		}
	}
	return f
}
