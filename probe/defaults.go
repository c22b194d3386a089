package probe

var (
	defaultGroups  = []Group{X25519, SECP256R1, SECP384R1, SECP521R1}
	defaultSchemes = []SignatureScheme{
		0x0403, 0x0503, 0x0603, // ecdsa_secp*
		0x0804, 0x0805, 0x0806, // rsa_pss_rsae_*
		0x0401, 0x0501, 0x0601, // rsa_pkcs1_*
		0x0203, 0x0201, // SHA-1
	}
	suites13 = []CipherSuite{0x1301, 0x1302, 0x1303}
	suites12 = []CipherSuite{
		0xc02c, 0xc02b, 0xc030, 0xc02f, // ECDHE with AES-GCM
		0xcca9, 0xcca8, // ECDHE with ChaCha20-Poly1305
		0x009f, 0x009e, // DHE with AES-GCM
		0xc024, 0xc023, 0xc028, 0xc027, // ECDHE with AES-CBC and SHA-2
		0xc00a, 0xc009, 0xc014, 0xc013, // ECDHE with AES-CBC and SHA-1
		0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f, // RSA key exchange
		0x000a, // 3DES
		EmptyRenegotiationInfoSCSV,
	}
)

// cipherSuites returns what the hello offers.
func (h Hello) cipherSuites() []CipherSuite {
	if h.CipherSuites != nil {
		return h.CipherSuites
	}
	if !h.offers13() {
		return suites12
	}
	versions := h.supportedVersions()
	if len(versions) == 1 {
		return suites13
	}
	return append(append([]CipherSuite{}, suites13...), suites12...)
}
