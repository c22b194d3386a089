package ssrp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

// Port is the UDP port of SQL Server Browser.
const Port = 1434

// MaxName is the longest instance name in bytes: [MC-SQLR], section 2.2.3.
const MaxName = 32

// Message types: [MC-SQLR], section 2.2.
const (
	clientInstance = 0x04 // CLNT_UCAST_INST
	clientDAC      = 0x0f // CLNT_UCAST_DAC
	versionDAC     = 0x01
	serverResponse = 0x05 // SVR_RESP
)

var (
	// ErrName says that a name cannot be that of an instance.
	ErrName = errors.New("ssrp: not an instance name: empty, longer than 32 bytes, or with a control character or semicolon")
	// ErrSilent says that nothing answered: SQL Server Browser does not run,
	// cannot be reached, or does not know the instance.
	ErrSilent = errors.New("ssrp: no answer from SQL Server Browser")
)

// Ask sends one CLNT_UCAST_INST over conn, a connected UDP socket, and returns
// what is said of the instance. It waits as long as ctx and wait allow. The
// error is [ErrName], [ErrSilent], a [*FormatError], ctx.Err(), or that of
// conn.
func Ask(ctx context.Context, conn net.Conn, wait time.Duration, instance string) (*Instance, error) {
	answer, err := exchange(ctx, conn, wait, []byte{clientInstance}, instance)
	if err != nil {
		return nil, err
	}
	return parseInstance(answer, instance)
}

// AskDAC sends one CLNT_UCAST_DAC and returns the TCP port of the instance's
// dedicated administrator connection. Errors are those of [Ask].
func AskDAC(ctx context.Context, conn net.Conn, wait time.Duration, instance string) (uint16, error) {
	answer, err := exchange(ctx, conn, wait, []byte{clientDAC, versionDAC}, instance)
	if err != nil {
		return 0, err
	}
	return parseDAC(answer)
}

// exchange sends a question that ends with an instance name and reads one
// datagram.
func exchange(ctx context.Context, conn net.Conn, wait time.Duration, question []byte, instance string) ([]byte, error) {
	if !validName(instance) {
		return nil, fmt.Errorf("%w: %q", ErrName, instance)
	}
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if err := conn.SetDeadline(time.Now().Add(wait)); err != nil {
		return nil, err
	}
	if _, err := conn.Write(append(append(question, instance...), 0)); err != nil {
		return nil, ended(ctx, err)
	}
	answer := make([]byte, maxAnswer+1)
	n, err := conn.Read(answer)
	if err != nil {
		return nil, ended(ctx, err)
	}
	return answer[:n], nil
}

// ended says why a read or write failed. A host that refuses the port with
// ICMP is as good as a silent one.
func ended(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return ErrSilent
	}
	return fmt.Errorf("%w: %w", ErrSilent, err)
}

func validName(name string) bool {
	if name == "" || len(name) > MaxName {
		return false
	}
	for _, b := range []byte(name) {
		if b < ' ' || b == ';' || b == 0x7f {
			return false
		}
	}
	return true
}
