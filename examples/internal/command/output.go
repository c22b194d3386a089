package command

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate/render"
)

// bindOutput adds the flags that say in which of some formats the output is, and
// where it goes.
func (f *Flags) bindOutput(set *flag.FlagSet, formats []render.Format) {
	var names []string
	for _, format := range formats {
		names = append(names, string(format))
	}
	known := strings.Join(names, ", ")
	parse := func(text string) (render.Format, error) {
		if format := render.Format(text); slices.Contains(formats, format) {
			return format, nil
		}
		return "", errors.New("unknown format")
	}
	BindValue(set, &f.format, "format", render.FormatText, parse, known, "`form` of the output: "+known)
	set.BoolVar(&f.json, "json", false, "short for -format json")
	set.StringVar(&f.out, "out", "", "`file` to write the output to, instead of stdout")
}

// checkOutput judges the flags of bindOutput, as far as that can be done before the
// work is.
func (f *Flags) checkOutput() error {
	if f.json && f.format != render.FormatText && f.format != render.FormatJSON {
		return fmt.Errorf("-json does not go with -format %s", f.format)
	}
	if folder, err := os.Stat(filepath.Dir(f.out)); err != nil || !folder.IsDir() {
		return fmt.Errorf("-out: there is no folder %s", filepath.Dir(f.out))
	}
	return nil
}

// Out returns the file for the output, empty for stdout.
func (f *Flags) Out() string { return f.out }

// Format returns the form that is asked for.
func (f *Flags) Format() render.Format {
	if f.json {
		return render.FormatJSON
	}
	return f.format
}

// Write has the output written to where the command line says.
func (f *Flags) Write(stdout io.Writer, write func(io.Writer) error) error {
	if f.out == "" {
		return write(stdout)
	}
	file, err := os.Create(f.out)
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}

// Render writes a document as the command line says, of a text these sections.
func (f *Flags) Render(w io.Writer, d render.Document, sections []render.Section) error {
	if f.Format() == render.FormatText {
		return render.Text(w, d, render.TextOptions{Style: StyleOf(w), Sections: sections})
	}
	return render.Write(w, d, f.Format())
}
