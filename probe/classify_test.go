package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	tls "github.com/refraction-networking/utls"
	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/prelogin"
)

// wrapped returns an error number as the net package returns it.
func wrapped(call string, errno syscall.Errno) error {
	return &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError(call, errno)}
}

var classifyTests = []struct {
	name  string
	err   error
	stage Stage
	want  Outcome
}{
	{"no error", nil, StageFinished, Accepted},
	{"end of the stream", io.EOF, StageClientHello, Closed},
	{"end of the stream, wrapped", fmt.Errorf("read: %w", io.EOF), StagePrelogin, Closed},
	{"end inside a record", io.ErrUnexpectedEOF, StageClientHello, Closed},
	{"end, from the net package", &net.OpError{Op: "read", Err: io.EOF}, StageClientHello, Closed},

	{"read deadline", &net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, StageClientHello, TimedOut},
	{"context deadline", context.DeadlineExceeded, StageClientHello, TimedOut},
	{"context deadline in our TLS stack", &localError{context.DeadlineExceeded}, StageFinished, TimedOut},
	{"no answer to SYN", &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, StageDial, TimedOut},
	{"context deadline during resolution", context.DeadlineExceeded, StageResolve, Unreachable},

	{"no such host", &net.DNSError{Err: "no such host", Name: "db1.invalid", IsNotFound: true}, StageResolve, Unreachable},
	{"resolver silent", &net.DNSError{Err: "i/o timeout", Name: "db1", IsTimeout: true, IsTemporary: true}, StageResolve, Unreachable},
	{"no resolver", &net.OpError{Op: "dial", Err: &net.DNSError{Err: "server misbehaving", Name: "db1"}}, StageResolve, Unreachable},
	{"unknown error of a dialer", errors.New("proxy says no"), StageDial, Unreachable},
	{"no address", &net.AddrError{Err: "missing port in address", Addr: "db1"}, StageDial, Unreachable},

	{"alert", fmt.Errorf("%w: handshake_failure", errAlert), StageClientHello, Alerted},
	{"close_notify", fmt.Errorf("%w: %w", errAlert, io.EOF), StageFinished, Alerted},
	{"remote error", &net.OpError{Op: "remote error", Err: errors.New("tls: handshake failure")}, StageFinished, Alerted},
	{"local error", &localError{&net.OpError{Op: "local error", Err: errors.New("tls: internal error")}}, StageClientHello, Aborted},
	{"own stack", &localError{errors.New("tls: server chose an unconfigured cipher suite")}, StageKeyExchange, Aborted},

	{"not offered", errNotOffered, StagePrelogin, NotOffered},
	{"ERROR token", &prelogin.ServerError{Number: 17828}, StagePrelogin, TDSError},
	{"ERROR token in TLS", &localError{&prelogin.ServerError{Number: 18456}}, StageLogin, TDSError},
	{"not PRELOGIN", &prelogin.ParseError{What: "packet header"}, StagePrelogin, Malformed},
	{"endless PRELOGIN", fmt.Errorf("%w: more than 1 byte", prelogin.ErrTooLarge), StagePrelogin, Malformed},
	{"not TLS", &tlswire.FormatError{What: "record"}, StageClientHello, Malformed},
	{"not TLS, says utls", tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, StageClientHello, Malformed},

	{"our own close", net.ErrClosed, StageClientHello, Aborted},
	{"cancelled", context.Canceled, StageClientHello, Aborted},
	{"anything else", errors.New("surprise"), StageClientHello, Unknown},
	{"no errno of the table", wrapped("read", syscall.Errno(1)), StageClientHello, Unknown},
}

func TestClassify(t *testing.T) {
	for _, tt := range classifyTests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, classify(tt.err, tt.stage))
		})
	}
}

// An errnoTest is an error number and what becomes of it in a read or write,
// and while dialing.
type errnoTest struct {
	name   string
	call   string
	errno  syscall.Errno
	talked Outcome
	dialed Outcome
}

func requireErrnos(t *testing.T, tests []errnoTest) {
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, err := range []error{tt.errno, wrapped(tt.call, tt.errno), fmt.Errorf("prelogin: %w", wrapped(tt.call, tt.errno))} {
				require.Equal(t, tt.talked, classify(err, StageClientHello), "%T", err)
				require.Equal(t, tt.dialed, classify(err, StageDial), "%T", err)
				require.Equal(t, Unreachable, classify(err, StageResolve), "%T", err)
			}
		})
	}
}
