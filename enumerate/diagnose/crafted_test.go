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

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// keys are made once: that takes long. The larger one is the smallest that signs
// with every scheme.
var keys = map[int]func() *rsa.PrivateKey{
	1024: sync.OnceValue(func() *rsa.PrivateKey { return rsaKey(1024) }),
	1280: sync.OnceValue(func() *rsa.PrivateKey { return rsaKey(1280) }),
}

func rsaKey(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

// fastSigned is a certificate like any other but for its key.
var fastSigned = sync.OnceValue(func() tls.Certificate { return craftedBy(keys[1280](), func(*x509.Certificate) {}) })

// crafted returns a self-signed certificate as change makes it.
func crafted(change func(*x509.Certificate)) tls.Certificate {
	return craftedBy(testserver.RSA().PrivateKey.(*rsa.PrivateKey), change)
}

func craftedBy(key *rsa.PrivateKey, change func(*x509.Certificate)) tls.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: hostName},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	change(template)
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// leafAlone is a certificate without that of its issuer.
func leafAlone() tls.Certificate {
	chain := testserver.Linked(testserver.Link{}, testserver.Link{})
	chain.Certificate = chain.Certificate[:1]
	return chain
}
