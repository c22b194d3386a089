package testserver

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"sync"
	"time"
)

// fallbackName is the common name of the certificate that SQL Server makes for
// itself.
const fallbackName = "SSL_Self_Signed_Fallback"

// RSA returns a self-signed certificate with a 2048 bit RSA key, the same at
// each call.
var RSA = sync.OnceValue(func() tls.Certificate {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	check(err)
	return selfSigned(key)
})

// ECDSA returns a self-signed certificate with a P-256 key, the same at each
// call.
var ECDSA = sync.OnceValue(func() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	return selfSigned(key)
})

// Chain returns a chain of n certificates with RSA keys, of which each has so
// many names that it fills two TDS packets.
func Chain(n int) tls.Certificate {
	var names []string
	for i := range 150 {
		names = append(names, fmt.Sprintf("listener-%03d.availability-group.example.com", i))
	}
	chain := tls.Certificate{}
	var issuer *x509.Certificate
	var issuerKey crypto.Signer
	for i := range n {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		check(err)
		template := template(fmt.Sprintf("Link %d", n-1-i), int64(i+1))
		template.DNSNames, template.IsCA, template.BasicConstraintsValid = names, i < n-1, true
		if issuer == nil {
			issuer, issuerKey = template, key
		}
		der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), issuerKey)
		check(err)
		issuer, err = x509.ParseCertificate(der)
		check(err)
		issuerKey = key
		chain.Certificate = append([][]byte{der}, chain.Certificate...)
		chain.PrivateKey = key
	}
	return chain
}

func template(name string, serial int64) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().AddDate(30, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment | x509.KeyUsageCertSign,
	}
}

func selfSigned(key crypto.Signer) tls.Certificate {
	t := template(fallbackName, 1)
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	check(err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// check panics if making a key or certificate failed, which it cannot on a
// working machine.
func check(err error) {
	if err != nil {
		panic(fmt.Sprintf("testserver: %v", err))
	}
}
