package probe

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"syscall"

	tls "github.com/refraction-networking/utls"

	"github.com/tdsprobe/tdsprobe/internal/dhe"
	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/prelogin"
)

// classify turns the error that ended an attempt at a stage into an outcome.
// It looks at types and error numbers, never at text. This is the only place
// where an outcome is decided from an error.
func classify(err error, stage Stage) Outcome {
	switch {
	case err == nil:
		return Accepted
	case errors.Is(err, errNotOffered):
		return NotOffered
	case errors.Is(err, errAlert):
		return Alerted
	case is[*prelogin.ServerError](err):
		return TDSError
	case isMalformed(err):
		return Malformed
	case stage == StageResolve, is[*net.DNSError](err): // no server stayed silent
		return Unreachable
	case isErrno(err, localErrnos):
		return Aborted
	case isTimeout(err):
		return TimedOut
	case isErrno(err, unreachableErrnos):
		return Unreachable
	case isErrno(err, resetErrnos):
		return Reset
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return Closed
	}
	return classifyRest(err, stage)
}

// classifyRest judges what is neither a message nor an error number: a
// "remote error" is the server's alert, other errors of a TLS stack are our
// own side giving up.
func classifyRest(err error, stage Stage) Outcome {
	var op *net.OpError
	switch {
	case errors.As(err, &op) && op.Op == "remote error":
		return Alerted
	case is[*localError](err), errors.Is(err, net.ErrClosed), errors.Is(err, context.Canceled):
		return Aborted
	case stage <= StageDial:
		return Unreachable
	}
	return Unknown
}

// errAlert and errNotOffered are endings that come as a message and not as an
// error of the connection.
var (
	errAlert      = errors.New("the server sent an alert")
	errNotOffered = errors.New("the server does not support encryption")
)

func isMalformed(err error) bool {
	return is[*tlswire.FormatError](err) || is[*dhe.FormatError](err) || is[*prelogin.ParseError](err) ||
		errors.Is(err, prelogin.ErrTooLarge) || is[tls.RecordHeaderError](err)
}

func isTimeout(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) ||
		isErrno(err, timeoutErrnos)
}

func isErrno(err error, table []syscall.Errno) bool {
	var errno syscall.Errno
	return errors.As(err, &errno) && slices.Contains(table, errno)
}

func is[E error](err error) bool {
	var target E
	return errors.As(err, &target)
}
