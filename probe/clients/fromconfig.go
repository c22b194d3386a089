package clients

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe"
)

// ErrNoHello is wrapped by the errors of [FromConfig].
var ErrNoHello = errors.New("clients: the configuration makes no ClientHello")

// FromConfig returns a client that sends what config makes the running Go
// program send: a go-mssqldb in TDS 7, or in TDS 8 if config.NextProtos has
// tds/8.0. A config without ServerName stands for one that gets the name of its
// target later, as drivers do. Nothing is sent anywhere. The error wraps
// [ErrNoHello] if crypto/tls does not accept the configuration.
func FromConfig(name string, config *tls.Config) (Client, error) {
	record, err := helloOf(config)
	if err != nil {
		return Client{}, err
	}
	hello, err := probe.ParseHello(record)
	if err != nil {
		return Client{}, err
	}
	data := load()
	client := data.client(data.resolve("go-mssqldb")).clone()
	client.ID, client.Name, client.Hello = name, name, record
	client.Runtime, client.Settings, client.Stack = runtime.Version()+" crypto/tls", "", goStack(data, runtime.Version())
	client.Evidence = evidence([]string{"hello: made by crypto/tls of this program", "PRELOGIN: that of go-mssqldb"}, data.drivers[client.Driver], data.stacks[client.Stack])
	client.Uncertain = nil
	client.Rules = data.stacks[client.Stack].Rules
	client.Rules.MinVersion = probe.TLS10
	if len(hello.SupportedVersions) > 0 {
		client.Rules.MinVersion = slices.Min(hello.SupportedVersions)
	}
	if slices.Contains(hello.ALPN, probe.ALPNTDS8) {
		strict := data.client(data.resolve("go-mssqldb-strict"))
		client.Mode, client.Prelogin, client.Drawn = strict.Mode, strict.Prelogin, strict.Drawn
	}
	return client, nil
}

// helloOf returns the first record of a handshake with config.
func helloOf(config *tls.Config) ([]byte, error) {
	config = config.Clone()
	if config == nil {
		config = &tls.Config{}
	}
	if config.ServerName == "" {
		config.ServerName = exampleHost
	}
	near, far := net.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- tls.Client(near, config).Handshake()
		near.Close()
	}()
	const header = 5
	record := make([]byte, header)
	_, err := io.ReadFull(far, record)
	if err == nil {
		record = append(record, make([]byte, int(record[3])<<8|int(record[4]))...)
		_, err = io.ReadFull(far, record[header:])
	}
	far.Close()
	if reason := <-ended; err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoHello, reason)
	}
	return record, nil
}

// goStack returns the table of a Go version: the newest that is not newer.
func goStack(data *catalog, version string) string {
	best, bestMinor := "", -1
	minor := goMinor(version)
	for id := range data.stacks {
		if n := goMinor(id); n > bestMinor && (n <= minor || minor < 0) {
			best, bestMinor = id, n
		}
	}
	return best
}

// goMinor returns the number after "go1.", -1 if there is none.
func goMinor(version string) int {
	rest, ok := strings.CutPrefix(version, "go1.")
	end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if end >= 0 {
		rest = rest[:end]
	}
	n, err := strconv.Atoi(rest)
	if !ok || err != nil {
		return -1
	}
	return n
}
