package command

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate/render"
)

// BindOutput adds the flags that say what is written, and where.
func (f *Flags) BindOutput(set *flag.FlagSet) {
	bindValue(set, &f.format, "format", render.FormatText, parseFormat, render.FormatNames(),
		"`form` of the output: "+render.FormatNames()+"; -json is short for -format json")
	set.StringVar(&f.out, "out", "", "`file` to write to, instead of stdout")
}

func parseFormat(text string) (render.Format, error) {
	if f := render.Format(text); slices.Contains(render.Formats(), f) {
		return f, nil
	}
	return "", errors.New("unknown format")
}

// checkOutput judges the flags of BindOutput, as far as that can be done before the
// work is.
func (f *Flags) checkOutput() error {
	if f.JSON && f.format != "" && f.format != render.FormatText && f.format != render.FormatJSON {
		return fmt.Errorf("-json does not go with -format %s", f.format)
	}
	if folder, err := os.Stat(filepath.Dir(f.out)); err != nil || !folder.IsDir() {
		return fmt.Errorf("-out: there is no folder %s", filepath.Dir(f.out))
	}
	return nil
}

// Format returns the form that is asked for.
func (f *Flags) Format() render.Format {
	switch {
	case f.JSON:
		return render.FormatJSON
	case f.format == "":
		return render.FormatText
	}
	return f.format
}

// Write writes a document as the command line says, of a text these sections.
func (f *Flags) Write(stdout io.Writer, d render.Document, sections []render.Section) error {
	if f.out == "" {
		return f.write(stdout, d, sections)
	}
	file, err := os.Create(f.out)
	if err != nil {
		return err
	}
	return errors.Join(f.write(file, d, sections), file.Close())
}

func (f *Flags) write(w io.Writer, d render.Document, sections []render.Section) error {
	if f.Format() == render.FormatText {
		return render.Text(w, d, render.TextOptions{Style: StyleOf(w), Sections: sections})
	}
	return render.Write(w, d, f.Format())
}
