package command

import "github.com/tdsprobe/tdsprobe/internal/testserver"

// Refusing returns a server that closes on hellos without SHA-1.
func Refusing() Embedded {
	return Embedded{"Windows Server 2012 R2 profile, certificate signed with SHA-1", func() (testserver.Config, error) {
		certificate, err := signedWithSHA1()
		if err != nil {
			return testserver.Config{}, err
		}
		old, err := testserver.Profile("2012 R2")
		if err != nil {
			return testserver.Config{}, err
		}
		old.ChainHashes = true
		return testserver.Config{OS: "2012 R2", TLS: old, Certificate: &certificate, NoStrict: true}, nil
	}}
}
