package probe

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"fmt"
	"net/netip"
	"unicode/utf16"
	"unicode/utf8"
)

// A nameASN1 is a Name of RFC 5280, section 4.1.2.4, whose strings may be none.
type nameASN1 []attributeSET

// The asn1 package knows a SET OF by the end of its type's name.
type attributeSET []struct {
	Type  asn1.ObjectIdentifier
	Value asn1.RawValue
}

// nameText renders a Name as RFC 2253 does; what is not a Name in hexadecimal.
func nameText(der []byte) string {
	var name nameASN1
	if _, err := asn1.Unmarshal(der, &name); err != nil {
		return fmt.Sprintf("%x", der)
	}
	var sequence pkix.RDNSequence
	for _, set := range name {
		var relative pkix.RelativeDistinguishedNameSET
		for _, attribute := range set {
			relative = append(relative, pkix.AttributeTypeAndValue{Type: attribute.Type, Value: stringText(attribute.Value)})
		}
		sequence = append(sequence, relative)
	}
	return sequence.String()
}

// stringText decodes a string of any type. The characters that its type allows
// are of no interest here.
func stringText(raw asn1.RawValue) string {
	if raw.Tag == asn1.TagBMPString {
		units := make([]uint16, len(raw.Bytes)/2)
		for i := range units {
			units[i] = binary.BigEndian.Uint16(raw.Bytes[2*i:])
		}
		return string(utf16.Decode(units))
	}
	if utf8.Valid(raw.Bytes) {
		return string(raw.Bytes)
	}
	latin1 := make([]rune, len(raw.Bytes)) // in old certificates
	for i, b := range raw.Bytes {
		latin1[i] = rune(b)
	}
	return string(latin1)
}

const oidSubjectAltName = "2.5.29.17"

// certificateNames returns the names of the subjectAltName among what follows
// the key of a TBSCertificate.
func certificateNames(rest []asn1.RawValue) []string {
	var names []string
	for _, e := range rest {
		if !isContext(e, 3) {
			continue
		}
		for _, extension := range elements(first(e)) {
			if parts := elements(extension); len(parts) > 1 && oidText(parts[0]) == oidSubjectAltName {
				names = altNames(parts[len(parts)-1].Bytes)
			}
		}
	}
	return names
}

// altNames returns the dNSName and iPAddress entries: RFC 5280, 4.2.1.6.
func altNames(der []byte) []string {
	var sequence asn1.RawValue
	asn1.Unmarshal(der, &sequence) // what fails has no elements
	var names []string
	for _, entry := range elements(sequence) {
		switch entry.Tag {
		case 2:
			names = append(names, string(entry.Bytes))
		case 7:
			if ip, ok := netip.AddrFromSlice(entry.Bytes); ok {
				names = append(names, ip.String())
			}
		}
	}
	return names
}
