package probe

import (
	"fmt"
	"slices"

	tls "github.com/refraction-networking/utls"
)

// The most that length fields of one and of two bytes can count.
const (
	max8  = 1<<8 - 1
	max16 = 1<<16 - 1
)

// check reports a list that its length field cannot count, which utls would
// send with the length cut off, and a key share that utls cannot make.
func (h Hello) check() error {
	limits := []struct {
		what       string
		size, most int
	}{
		{"session id", len(h.SessionID), max8},
		{"cipher suites", 2 * len(h.CipherSuites), max16},
		{"compression methods", len(h.Compression), max8},
		{"supported_versions", 2 * len(h.supportedVersions()), max8},
		{"supported_groups", 2 * len(h.Groups), max16 - 2},
		{"signature_algorithms", 2 * len(h.SignatureSchemes), max16 - 2},
	}
	for _, l := range limits {
		if l.size > l.most {
			return fmt.Errorf("probe: hello: %s: %d bytes, more than %d", l.what, l.size, l.most)
		}
	}
	for _, name := range h.ALPN {
		if len(name) > max8 {
			return fmt.Errorf("probe: hello: an ALPN name of %d bytes, more than %d", len(name), max8)
		}
	}
	for _, g := range h.KeyShares {
		if !slices.Contains(generatable, g) {
			return fmt.Errorf("probe: hello: no key share can be made in group %v", g)
		}
	}
	return nil
}

// checkExtensions does the same for the block of extensions and for every one
// in it.
func checkExtensions(extensions []tls.TLSExtension) error {
	size := 0
	for _, e := range extensions {
		size += e.Len()
	}
	if size > max16 {
		return fmt.Errorf("probe: hello: %d bytes of extensions, more than %d", size, max16)
	}
	return nil
}
