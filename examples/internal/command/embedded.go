package command

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"time"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// An Embedded is a fake SQL Server of the program itself.
type Embedded struct {
	profile string // what it is, for people
	config  func() (testserver.Config, error)
}

// Sound returns a server with nothing wrong but what its defaults bring.
func Sound() Embedded {
	return Embedded{"Windows Server 2019 profile", func() (testserver.Config, error) { return testserver.Config{}, nil }}
}

// Troubled returns a server that some clients cannot connect to.
func Troubled() Embedded {
	return Embedded{"Windows Server 2016 profile, Force Encryption, certificate signed with SHA-1", func() (testserver.Config, error) {
		certificate, err := signedWithSHA1()
		return testserver.Config{OS: "2016", Encryption: testserver.On, Certificate: &certificate}, err
	}}
}

// Renewed returns the server of Troubled after its system and certificate were
// replaced.
func Renewed() Embedded {
	return Embedded{"Windows Server 2022 profile", func() (testserver.Config, error) { return testserver.Config{OS: "2022"}, nil }}
}

// Start starts a server for want of a target. The function that it returns stops
// it.
func (e Embedded) Start(stderr io.Writer) (addr string, stop func() error, err error) {
	config, err := e.config()
	if err != nil {
		return "", nil, err
	}
	server, err := testserver.Start(config)
	if err != nil {
		return "", nil, err
	}
	fmt.Fprintf(stderr, "No target given: an embedded fake SQL Server (%s) stands in at %s.\n", e.profile, server.Addr())
	return server.Addr(), server.Close, nil
}

// embed starts a server and points at it. The function that it returns stops
// the server.
func (f *Flags) embed(e Embedded, stderr io.Writer) (stop func() error, err error) {
	addr, stop, err := e.Start(stderr)
	if err != nil {
		return nil, err
	}
	if err := f.aim(addr); err != nil {
		stop()
		return nil, err
	}
	return stop, nil
}

// signedWithSHA1 returns a certificate as they were made long ago.
func signedWithSHA1() (tls.Certificate, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "db1.example.com"}, DNSNames: []string{"db1.example.com"},
		NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: time.Now().AddDate(9, 0, 0), SignatureAlgorithm: x509.SHA1WithRSA,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
