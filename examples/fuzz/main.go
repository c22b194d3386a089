// Fuzz varies a handshake with a SQL Server, one mutation at a time or many at
// random, and maps how the server answers. It enumerates behaviour; it does not
// try to break servers.
//
//	go run ./examples/fuzz                                an embedded fake server
//	go run ./examples/fuzz -log db1.ndjson db1            every mutation alone
//	go run ./examples/fuzz -strategy random -attempts 5000 -seed 42 -guided -log db1.ndjson db1
//	go run ./examples/fuzz -resume db1.ndjson db1         goes on where that was ended
//	go run ./examples/fuzz -replay "random 42/1337: ..." db1
//	go run ./examples/fuzz -compare db1.ndjson db2        files or targets
//
// A run looks like this:
//
//	127.0.0.1,41591  (tds7: TLS inside PRELOGIN)
//	629 attempts (sweep, seed 1), 745 connections, 15 ways to answer
//	Fingerprint 40a2ef552fe882d1a8ae0be7
//	…
//	accepted after ClientHello
//	  ServerHello: TLS 1.0, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, x25519, extensions 65281 23
//	  PRELOGIN: VERSION ENCRYPTION INSTOPT THREADID MARS TRACEID encryption=on
//	  1 attempt
//	  - sweep 1: hello: legacy_version 0x0301
//	…
//	FIN after ClientHello
//	  35 attempts
//	  - sweep 1: prelogin: ENCRYPTION 0x82
//	…
//	  - and 27 more, which -json shows
//	…
//	  - sweep 1: prelogin: ENCRYPTION 0x02
//
// Every attempt and its answer is a line of the file that -log names, written as
// soon as it is there: a run may be ended at any time, and go on with -resume.
// With -json it prints the map; with -replay the answer; with -compare what
// differs.
//
// Exit status: 0 done, or a limit was reached, and the map says so; 1 -compare
// has found a difference; 2 wrong use; 3 the target could not be measured, or
// stopped accepting what it accepted before; 130 interrupted.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/probe"
)

func main() { command.Main(run) }

// run is the program without its process: it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c := &config{}
	return c.program().Run(ctx, args, stdout, stderr)
}

// do does what the command line says.
func (c *config) do(ctx context.Context, stdout, stderr io.Writer) int {
	switch {
	case c.compare:
		return c.doCompare(ctx, stdout, stderr)
	case c.replay != "":
		return c.doReplay(ctx, stdout, stderr)
	}
	m, err := c.explore(ctx, c.Target, stderr)
	if m == nil {
		return c.end(ctx, err, stderr)
	}
	if written := c.print(stdout, m, func(w io.Writer) error { return writeMap(w, command.StyleOf(w), m) }); written != nil {
		err = errors.Join(written, err)
	}
	return c.end(ctx, err, stderr)
}

// explore runs a campaign against a target.
func (c *config) explore(ctx context.Context, target probe.Target, stderr io.Writer) (m *fuzz.Map, err error) {
	campaign := c.campaign(target)
	if c.log != "" || c.resume != "" {
		file, err := c.lines(&campaign)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		campaign.Record = fuzz.Writer{Writer: file}.Line
	}
	show, erase := c.Status(stderr)
	defer erase()
	campaign.Progress = func(p fuzz.Progress) {
		state := ""
		if p.Waiting {
			state = "waiting for the server: "
		}
		show(fmt.Sprintf("%s%d of %d, %s, %d ways to answer: %s",
			state, p.Done, p.Planned, render.Count(p.Connections, "connection"), p.Shapes, render.Clean(p.Attempt)))
	}
	return campaign.Run(ctx)
}

// campaign returns the campaign that the command line describes.
func (c *config) campaign(target probe.Target) fuzz.Campaign {
	return fuzz.Campaign{
		Target: target, Prober: c.Options.Prober, Mutations: fuzz.Mutations(), Settings: c.settings,
		Limits: fuzz.Limits{
			Parallel: c.Options.Parallel, Rate: c.Options.Rate, Connections: c.connections, Bytes: c.bytes,
			Duration: c.duration, Recovery: c.recovery,
		},
	}
}

// lines opens the file of lines, and points the campaign at what is in it.
func (c *config) lines(campaign *fuzz.Campaign) (*os.File, error) {
	name, mode, prepare := c.log, os.O_WRONLY|os.O_CREATE, unused
	if c.resume != "" {
		name, mode, prepare = c.resume, os.O_RDWR, func(file *os.File) (err error) {
			campaign.Resume, err = rewind(file)
			return err
		}
	}
	file, err := os.OpenFile(name, mode, 0o666)
	if err != nil {
		return nil, err
	}
	if err := prepare(file); err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return file, nil
}

// errUsed says that a file has something in it.
var errUsed = fmt.Errorf("%w, and is not empty (-resume goes on with a run that has ended)", os.ErrExist)

// unused makes sure that nothing is lost by writing to a file. An empty one is
// what a run leaves that has reached no server.
func unused(file *os.File) error {
	info, err := file.Stat()
	if err == nil && info.Size() > 0 {
		err = errUsed
	}
	return err
}

// rewind reads the lines of a file from the start, and has what comes next
// written behind the last whole one: a run that was killed may have left half a
// line. A file that is of no campaign is left as it is.
func rewind(file *os.File) (*fuzz.Tape, error) {
	size, err := fuzz.Whole(file)
	if err != nil {
		return nil, err
	}
	tape, err := fuzz.NewTape(io.NewSectionReader(file, 0, size))
	if err != nil {
		return nil, err
	}
	if err := file.Truncate(size); err != nil {
		return nil, err
	}
	_, err = file.Seek(size, io.SeekStart)
	return tape, err
}

// print prints v as JSON, or what text writes.
func (c *config) print(stdout io.Writer, v any, text func(io.Writer) error) error {
	err := c.Write(stdout, func(w io.Writer) error {
		if c.Format() == render.FormatJSON {
			return render.WriteJSON(w, v)
		}
		return text(w)
	})
	if err != nil {
		return fmt.Errorf("the report could not be written: %w", err)
	}
	return nil
}

// end says how the work ended, unless all went well, and returns the status.
func (c *config) end(ctx context.Context, err error, stderr io.Writer) int {
	switch {
	case err == nil:
		return command.StatusDone
	case ctx.Err() != nil:
		text := "what was found until then is in the map"
		if file := c.resume + c.log; file != "" {
			text = "-resume " + file + " goes on"
		}
		fmt.Fprintf(stderr, "fuzz: interrupted: %s\n", text)
		return command.StatusInterrupted
	case errors.Is(err, fuzz.ErrName), errors.Is(err, fuzz.ErrMalformed), errors.Is(err, fuzz.ErrSettings),
		errors.Is(err, fuzz.ErrLines), errors.Is(err, os.ErrExist), errors.Is(err, os.ErrNotExist):
		fmt.Fprintf(stderr, "fuzz: %s\n", command.Words(err))
		return command.StatusUsage
	case errors.Is(err, enumerate.ErrUnmeasured):
		fmt.Fprintf(stderr, "fuzz: the target could not be measured: %s\n", command.Words(err))
		return command.StatusUnmeasured
	case errors.Is(err, enumerate.ErrUnwell):
		fmt.Fprintf(stderr, "fuzz: stopped: %s\n", command.Words(err))
		return command.StatusUnmeasured
	}
	fmt.Fprintf(stderr, "fuzz: %s\n", command.Words(err))
	return command.StatusUnmeasured
}
