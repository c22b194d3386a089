package stacks

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"regexp"
	"testing"
	"time"
)

// patience bounds how long a server may take to start, and a tool to answer.
const patience = 30 * time.Second

// environ is our environment without the machine's own ideas of which versions
// and suites are good.
func environ() []string {
	return append(os.Environ(), "OPENSSL_CONF=/dev/null", "GNUTLS_SYSTEM_PRIORITY_FILE=/dev/null")
}

// ask runs a program to its end and returns its standard output.
func ask(t testing.TB, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = environ()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	return string(out)
}

// A process is a program that runs until the end of a test.
type process struct {
	cmd   *exec.Cmd
	last  tail          // of its output
	ended chan struct{} // closed when it has; guards last
}

// start starts a program and waits for a line of its output that matches ready,
// of which it returns the submatches.
func start(t testing.TB, ready *regexp.Regexp, name string, args ...string) (*process, []string) {
	t.Helper()
	p := &process{cmd: exec.Command(name, args...), ended: make(chan struct{})}
	p.cmd.Env = environ()
	p.cmd.SysProcAttr = endWithParent()
	_, err := p.cmd.StdinPipe() // stays open: s_server ends when its input does
	must(t, err)
	stdout, err := p.cmd.StdoutPipe()
	must(t, err)
	p.cmd.Stderr = p.cmd.Stdout
	must(t, p.cmd.Start())
	t.Cleanup(p.stop)

	lines := make(chan []string, 1)
	go func() {
		defer close(p.ended)
		watch(io.TeeReader(stdout, &p.last), ready, lines)
		p.cmd.Wait() // its state says how it ended
	}()
	select {
	case match := <-lines:
		return p, match
	case <-p.ended:
		t.Fatalf("%s does not start: %s\n%s", p.cmd, p.cmd.ProcessState, p.last)
	case <-time.After(patience):
		t.Fatalf("%s does not get ready", p.cmd)
	}
	return nil, nil
}

// stop ends the process, if it has not ended, and waits until it has.
func (p *process) stop() {
	p.cmd.Process.Kill() // fails if it has ended
	<-p.ended
}

// mustLast fails t at its end if the process has not lasted until then.
func (p *process) mustLast(t testing.TB) {
	t.Cleanup(func() {
		select {
		case <-p.ended:
			t.Errorf("%s ended early: %s\n%s", p.cmd, p.cmd.ProcessState, p.last)
		default:
		}
	})
}

// watch sends the submatches of the first line that matches ready, and reads on
// to the end.
func watch(r io.Reader, ready *regexp.Regexp, found chan<- []string) {
	reader := bufio.NewReader(r)
	for {
		line, err := reader.ReadString('\n')
		if match := ready.FindStringSubmatch(line); match != nil {
			found <- match
			break
		}
		if err != nil {
			return
		}
	}
	io.Copy(io.Discard, reader)
}

// A tail keeps the end of what is written to it.
type tail []byte

func (l *tail) Write(p []byte) (int, error) {
	*l = append(*l, p...)
	*l = (*l)[max(0, len(*l)-2000):]
	return len(p), nil
}
