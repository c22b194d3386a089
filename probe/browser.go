package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/tdsprobe/tdsprobe/internal/ssrp"
)

// browserTimeout bounds how long SQL Server Browser is waited for: it answers
// at once or not at all.
const browserTimeout = 2 * time.Second

// ErrInstance is wrapped by the errors of [Prober.Resolve] and
// [Prober.AdministratorPort].
var ErrInstance = errors.New("probe: the port of the instance is not known")

// Resolve returns t with its port. If t names an instance but no port, the SQL
// Server Browser of its host is asked, once; otherwise nothing is sent. The
// error wraps [ErrInstance] and says what to give instead, or is ctx.Err().
func (p *Prober) Resolve(ctx context.Context, t Target) (Target, error) {
	if t.Instance == "" || t.Port != 0 || t.Address != "" {
		if t.Port == 0 && t.Address == "" {
			t.Port = DefaultPort
		}
		return t, nil
	}
	var instance *ssrp.Instance
	err := p.browse(ctx, t, func(conn net.Conn) (err error) {
		instance, err = ssrp.Ask(ctx, conn, browserTimeout, t.Instance)
		return err
	})
	if errors.Is(err, ssrp.ErrSilent) {
		err = fmt.Errorf(`%w: give its port, as "%s,PORT"`, err, t.Host)
	}
	if err != nil {
		return Target{}, err
	}
	if instance.TCP == 0 {
		return Target{}, fmt.Errorf(`%w: SQL Server Browser says that %s\%s does not listen on TCP`, ErrInstance, t.Host, t.Instance)
	}
	t.Port = instance.TCP
	return t, nil
}

// AdministratorPort asks the SQL Server Browser of t's host, once, for the port
// of the dedicated administrator connection of t's instance, which is
// MSSQLSERVER if t names none. Errors are those of Resolve.
func (p *Prober) AdministratorPort(ctx context.Context, t Target) (uint16, error) {
	if t.Instance == "" {
		t.Instance = "MSSQLSERVER"
	}
	var port uint16
	err := p.browse(ctx, t, func(conn net.Conn) (err error) {
		port, err = ssrp.AskDAC(ctx, conn, browserTimeout, t.Instance)
		return err
	})
	return port, err
}

// browse connects to SQL Server Browser and asks.
func (p *Prober) browse(ctx context.Context, t Target, ask func(net.Conn) error) error {
	if t.Host == "" {
		return ErrNoHost
	}
	port := p.BrowserPort
	if port == 0 {
		port = ssrp.Port
	}
	address := net.JoinHostPort(t.Host, strconv.Itoa(int(port)))
	conn, err := p.dial(ctx, "udp", address)
	if err == nil {
		defer conn.Close()
		err = ask(conn)
	}
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case errors.Is(err, ssrp.ErrSilent): // whatever the socket says of it
		return fmt.Errorf("%w: %w at %s for instance %s", ErrInstance, ssrp.ErrSilent, address, t.Instance)
	}
	return fmt.Errorf("%w: SQL Server Browser at %s: %w", ErrInstance, address, err)
}
