// Why says why a SQL Server client is refused: what it prints, the cause, and
// the smallest change at either side that helps. The cause is proven: the
// server is asked for the smallest changes to the client's hello that it accepts.
//
//	go run ./examples/why                                an embedded fake server
//	go run ./examples/why -client jdbc-java17 db1.example.com
//	go run ./examples/why -hello @hello.hex db1          a ClientHello from the field
//	go run ./examples/why -pcap trace.pcapng             what happened in a capture
//	go run ./examples/why -pcap trace.pcapng db1         ... and why db1 refuses it
//	go run ./examples/why db1                            the usual clients
//
// A run looks like this:
//
//	127.0.0.1,32873
//
//	go-mssqldb 1.11.2 on Go 1.25.7 crypto/tls, encrypt=true; hostNameInCertificate=sql.example.test
//	  does not connect: FIN after ClientHello
//	  prints: TLS Handshake failed: cannot read handshake packet: EOF
//	  why: no signature scheme in common
//	  proven: the server accepts its hello after each of these changes, fewest first
//	  - no common signature scheme; with ecdsa_sha1, or dsa_sha1, or rsa_pkcs1_sha1 added it is accepted
//	  (68 connections)
//	  at the client: GODEBUG=tlssha1=1
//	  at the server: a certificate signed with SHA-256, and not SHA-1, in all its chain; Windows Server
//	    2016 or newer
//
// With -report it explains from a report that scan -json has printed, and makes no
// connection: that proves less, and tells layer by layer what the server takes.
//
// With -json it prints an object of schema (tdsprobe/why/v1), target, answers,
// others (clients that were simulated, and connect or were not explained),
// connections (of the capture file) and error.
//
// Exit status: 0 explained; 1 with -fail-on-refused, a client does not connect or
// a connection of the capture file failed, and this wins over 3; 2 wrong use; 3
// the target could not be measured; 130 interrupted.
package main

import (
	"context"
	"io"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/probe"
)

func main() { command.MainReading(run) }

// run is the program without its process: it returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &config{stdin: stdin}
	return c.program().Run(ctx, args, stdout, stderr)
}

// Schema names the form of what -json prints.
const Schema = "tdsprobe/why/v1"

// An outcome is all that the program has to say.
type outcome struct {
	Schema string        `json:"schema"`
	Target *probe.Target `json:"target,omitempty"` // nil if no server was asked
	// Answers are the clients that were explained, Others those that connect, or
	// that were too many to explain.
	Answers []answer            `json:"answers"`
	Others  []*enumerate.Client `json:"others,omitempty"`
	// Connections are those of the capture file that were picked, of Recorded.
	Connections []recorded      `json:"connections,omitempty"`
	Recorded    int             `json:"recorded,omitempty"`
	Error       string          `json:"error,omitempty"`
	err         error           // of what could not be measured
	families    map[string]bool // of clients that are explained
	reports     []*enumerate.Report
}

// why explains what the command line names, prints that, and returns the exit
// status.
func (c *config) why(ctx context.Context, stdout, stderr io.Writer) int {
	found := c.find(ctx, stderr)
	written := c.Write(stdout, func(w io.Writer) error {
		if c.Format() == render.FormatJSON {
			return render.WriteJSON(w, found)
		}
		return writeText(w, command.StyleOf(w), found)
	})
	status := c.program().End(ctx, command.Found{Reports: found.reports, Err: found.err}, written, stderr)
	if !c.FailOnRefused {
		return status
	}
	return c.program().Fail(status, written, found.refused(), "clients or connections that do not come through", stderr)
}

// find does the work.
func (c *config) find(ctx context.Context, stderr io.Writer) outcome {
	found := outcome{Schema: Schema, Answers: []answer{}}
	var known directory
	if c.file != "" || c.hello != nil {
		known = newDirectory()
	}
	if c.file != "" {
		found.Connections, found.Recorded = known.attributed(c.picked()), len(c.recorded)
	}
	if c.cut != nil {
		found.Error = "the capture file could not be read to its end: " + c.cut.Error()
	}
	questions, most, err := c.questions(known)
	found.note(err)
	switch {
	case c.Target.Host != "" && len(questions) > 0:
		options, done := c.Watched(stderr)
		defer done()
		found.Target = &c.Target
		found.ask(ctx, asker{c.Target, options}, questions, most)
	case c.Target.Host == "" && c.file == "": // then reports were read
		read := c.Find(ctx, stderr)
		found.reports = read.Reports
		found.foresee(questions, most)
		found.note(read.Err)
	}
	return found
}

// ask asks the server, and explains as many clients that do not connect as there
// may be.
func (o *outcome) ask(ctx context.Context, a asker, questions []question, most int) {
	fares, err := a.simulate(ctx, questions)
	o.note(err)
	for i, q := range questions {
		f := fares[i]
		if err != nil || ctx.Err() != nil || o.passes(q, f, len(questions), most) {
			o.others(f)
			continue
		}
		found := a.explain(ctx, q, f)
		o.add(q, found)
		o.note(found.err)
	}
}

// passes reports whether a client is one of too many, and connects, comes after
// those that are explained, or is of a family of which one is.
func (o *outcome) passes(q question, f *enumerate.Client, all, most int) bool {
	connects := f != nil && f.Connects != nil && *f.Connects
	return all > most && (connects || len(o.Answers) == most || o.families[q.Family])
}

// add adds an answer. Clients of the same family would have much the same.
func (o *outcome) add(q question, a answer) {
	o.Answers = append(o.Answers, a)
	if o.families == nil {
		o.families = map[string]bool{}
	}
	o.families[q.Family] = q.Family != ""
}

func (o *outcome) others(f *enumerate.Client) {
	if f != nil {
		o.Others = append(o.Others, f)
	}
}

// note keeps the first error.
func (o *outcome) note(err error) {
	if err != nil && o.err == nil {
		o.err, o.Error = err, err.Error()
	}
}

// refused counts the clients that do not connect, and the connections that
// failed.
func (o *outcome) refused() int {
	n := 0
	for _, c := range o.Connections {
		if c.Failed() {
			n++
		}
	}
	count := func(c *enumerate.Client) {
		if c != nil && c.Connects != nil && !*c.Connects {
			n++
		}
	}
	for _, a := range o.Answers {
		count(a.Client)
	}
	for _, c := range o.Others {
		count(c)
	}
	return n
}
