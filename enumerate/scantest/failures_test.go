package scantest_test

// What is said of clients that do not connect.
const (
	oldServer = `scantest: go-mssqldb 1.11.2 on Go 1.25.7 crypto/tls, encrypt=true; hostNameInCertificate=sql.example.test does not connect to SERVER
  the client ends it after the answer (TLS 1.0, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA)
  prints: TLS Handshake failed: tls: server selected unsupported protocol version 301
  why: no protocol version in common: the server has TLS 1.0, the client takes TLS 1.2 to TLS 1.3
  at the client: tlsmin=1.0 in the connection string
  at the server: enable TLS 1.2 on the server: SQL Server builds and Windows of before 2016 need updates`
	notStrict = `scantest: Microsoft.Data.SqlClient 5.1 or newer on Windows on Windows Server 2025 / Windows 11 24H2 does not connect to SERVER
  FIN after ClientHello = what a Windows client calls 10054
  prints: Received an unexpected EOF or 0 bytes from the transport stream.
  why: one side speaks TDS 8 (strict), the other does not
  at the client: Encrypt=Strict, or Mandatory for a server that is not strict
  at the server: Force Strict Encryption off, or SQL Server 2022 or newer with a certificate for a strict client`
	oneLayer = `scantest: go-mssqldb 1.11.2 on Go 1.25.7 crypto/tls, encrypt=true; hostNameInCertificate=sql.example.test does not connect to SERVER
  FIN after ClientHello = what a Windows client calls 10054
  prints: TLS Handshake failed: cannot read handshake packet: EOF
  why: no signature scheme in common
  layer 1: certificate hash: it offers rsa_pss_rsae_sha256, ecdsa_secp256r1_sha256, ed25519, 7 more, the server takes sha1
  at the client: GODEBUG=tlssha1=1
  at the server: a certificate signed with SHA-256, and not SHA-1, in all its chain; Windows Server 2016 or newer`
	twoLayers = `scantest: go-mssqldb 1.11.2 on Go 1.25.7 crypto/tls, encrypt=true; hostNameInCertificate=sql.example.test does not connect to SERVER
  FIN after ClientHello = what a Windows client calls 10054
  prints: TLS Handshake failed: cannot read handshake packet: EOF
  why: the server ended the connection at the ClientHello and gave no reason: it finds no version, suite, group or signature scheme in common; the client offers no SHA-1 signatures, no RSA key exchange, no TLS 1.0
  layer 1: cipher suites: it offers TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, 7 more, the server takes TLS_RSA_WITH_AES_256_GCM_SHA384, TLS_RSA_WITH_AES_128_GCM_SHA256, TLS_RSA_WITH_AES_256_CBC_SHA256, 6 more
  at the client: offer TLS_RSA_WITH_AES_256_GCM_SHA384
  at the server: enable TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 in TLS 1.2
  layer 2: signature schemes: it offers rsa_pss_rsae_sha256, ecdsa_secp256r1_sha256, ed25519, 7 more, the server takes nothing; open: whether the server wants a common scheme where it signs nothing
  at the server: enable rsa_pss_rsae_sha256, or a certificate whose key signs with it
  layer 3: certificate hash: it offers rsa_pss_rsae_sha256, ecdsa_secp256r1_sha256, ed25519, 7 more, the server takes sha1
  at the client: offer rsa_pkcs1_sha1
  at the server: a certificate whose chain is signed with a hash that the hello offers`
	noHello = `scantest: go-mssqldb 1.11.2 on Go 1.25.7 crypto/tls, encrypt=true; hostNameInCertificate=sql.example.test does not connect to SERVER
  FIN after ClientHello = what a Windows client calls 10054
  prints: TLS Handshake failed: cannot read handshake packet: EOF
  why: the server ended the connection at the ClientHello and gave no reason: it finds no version, suite, group or signature scheme in common; the client offers no SHA-1 signatures, no RSA key exchange, no TLS 1.0`
	noEncryption = `scantest: go-mssqldb 1.11.2 on Go 1.25.7 crypto/tls, encrypt=true; hostNameInCertificate=sql.example.test does not connect to SERVER
  ENCRYPT_NOT_SUP, the server offers no encryption
  prints: server does not support encryption
  why: client and server do not agree on ENCRYPTION in PRELOGIN
  at the client: encrypt=disable (nothing is encrypted then, the password neither)
  at the server: encryption switched on, with a certificate that the server can load`
)
