package testserver

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"sync"
	"time"
)

// A Link is one certificate of a chain, as [x509.CreateCertificate] may refuse
// to make it.
type Link struct {
	// Hash is that of its signature: MD5, SHA-1 or one of SHA-2. If zero, SHA-256.
	Hash crypto.Hash
	// Serial may be negative. If zero, it is 1.
	Serial int64
}

// issuerKey is that of all issuers.
var issuerKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	check(err)
	return key
})

// Linked returns a chain of certificates with RSA keys, the server's first and a
// self-signed root last, named link0.example.com and so on. One alone is
// self-signed, and has the name that SQL Server gives its own.
func Linked(links ...Link) tls.Certificate {
	leaf := RSA().PrivateKey.(*rsa.PrivateKey)
	chain := tls.Certificate{PrivateKey: leaf}
	name := func(i int) string { return fmt.Sprintf("link%d.example.com", i) }
	if len(links) == 1 {
		name = func(int) string { return fallbackName }
	}
	for i, link := range links {
		key, signer := issuerKey(), issuerKey()
		if i == 0 {
			key = leaf
		}
		if len(links) == 1 {
			signer = leaf
		}
		der := link.certificate(name(i), name(min(i+1, len(links)-1)), &key.PublicKey, signer, i > 0)
		chain.Certificate = append(chain.Certificate, der)
	}
	return chain
}

// A tbsDER is a TBSCertificate: RFC 5280, section 4.1.
type tbsDER struct {
	Version    int `asn1:"explicit,tag:0"`
	Serial     *big.Int
	Algorithm  pkix.AlgorithmIdentifier
	Issuer     pkix.RDNSequence
	Validity   struct{ NotBefore, NotAfter time.Time }
	Subject    pkix.RDNSequence
	PublicKey  asn1.RawValue
	Extensions []pkix.Extension `asn1:"explicit,tag:3"`
}

func (l Link) certificate(subject, issuer string, key *rsa.PublicKey, signer *rsa.PrivateKey, ca bool) []byte {
	if l.Hash == 0 {
		l.Hash = crypto.SHA256
	}
	if l.Serial == 0 {
		l.Serial = 1
	}
	algorithm := pkix.AlgorithmIdentifier{Algorithm: rsaWith[l.Hash], Parameters: asn1.NullRawValue}
	spki, err := x509.MarshalPKIXPublicKey(key)
	check(err)
	const v3 = 2
	tbs := tbsDER{
		Version: v3, Serial: big.NewInt(l.Serial), Algorithm: algorithm,
		Issuer: pkix.Name{CommonName: issuer}.ToRDNSequence(), Subject: pkix.Name{CommonName: subject}.ToRDNSequence(),
		PublicKey:  asn1.RawValue{FullBytes: spki},
		Extensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 19}, Critical: true, Value: constraints(ca)}},
	}
	tbs.Validity.NotBefore, tbs.Validity.NotAfter = time.Now().Add(-time.Hour).UTC(), time.Now().AddDate(20, 0, 0).UTC()
	content, err := asn1.Marshal(tbs)
	check(err)
	h := l.Hash.New()
	h.Write(content)
	signature, err := rsa.SignPKCS1v15(nil, signer, l.Hash, h.Sum(nil))
	check(err)
	der, err := asn1.Marshal(certificateDER{
		TBS: asn1.RawValue{FullBytes: content}, Algorithm: algorithm,
		Signature: asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)},
	})
	check(err)
	return der
}

// constraints is the value of basicConstraints: RFC 5280, section 4.2.1.9.
func constraints(ca bool) []byte {
	value, err := asn1.Marshal(struct {
		CA bool `asn1:"optional"`
	}{ca})
	check(err)
	return value
}
