package diagnose_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"sync"
	"time"
)

// keys are shared by all certificates: making them takes long.
var keys = map[int]func() *rsa.PrivateKey{
	1024: sync.OnceValue(func() *rsa.PrivateKey { return rsaKey(1024) }),
	2048: sync.OnceValue(func() *rsa.PrivateKey { return rsaKey(2048) }),
}

func rsaKey(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

// crafted returns a self-signed certificate with an RSA key of 2048 bits, as
// change makes it.
func crafted(algorithm x509.SignatureAlgorithm, change func(*x509.Certificate)) tls.Certificate {
	return craftedBy(keys[2048](), algorithm, change)
}

func craftedBy(key *rsa.PrivateKey, algorithm x509.SignatureAlgorithm, change func(*x509.Certificate)) tls.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "db.example.com"}, SignatureAlgorithm: algorithm,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	if change != nil {
		change(template)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// craftedUnder returns a certificate that is issued by another, which is not
// there.
func craftedUnder(issuer string) tls.Certificate {
	key := keys[2048]()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "db.example.com"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, &x509.Certificate{Subject: pkix.Name{CommonName: issuer}}, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
