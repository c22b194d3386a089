// Package scantest has what an integration test wants to say about the TLS of a
// SQL Server: that clients still connect, that weak hellos are refused, that a
// policy is kept.
//
//	func TestServer(t *testing.T) {
//		dsn := scantest.Server(t) // of TDSPROBE_TEST_DSN, else the test skips
//
//		// The drivers that we run, and our own program.
//		scantest.Connects(t, dsn, scantest.Clients(t, "go-mssqldb-go1.25", "jdbc-java17")...)
//		own, err := clients.FromConfig("our service", &tls.Config{MinVersion: tls.VersionTLS12})
//		if err != nil {
//			t.Fatal(err)
//		}
//		scantest.Connects(t, dsn, own)
//
//		// Nothing weaker: TLS 1.0 with every suite and group that there is.
//		scantest.Refuses(t, dsn, probe.Hello{
//			MaxVersion: probe.TLS10, CipherSuites: probe.CipherSuites(probe.TLS10), Groups: probe.Groups(),
//		})
//	}
//
// A failure says what there is to know, such as
//
//	scantest: go-mssqldb 1.11.2 on Go 1.25.7 crypto/tls, ... does not connect to db1,1433
//	  FIN after ClientHello = what a Windows client calls 10054
//	  prints: TLS Handshake failed: cannot read handshake packet: EOF
//	  why: no signature scheme in common
//	  layer 1: certificate hash: it offers rsa_pss_rsae_sha256, ..., the server takes sha1
//	  at the client: GODEBUG=tlssha1=1
//	  at the server: a certificate signed with SHA-256, and not SHA-1, in all its chain; ...
//
// An assertion passes if it is proven. What a disturbance can explain proves
// nothing, and neither does a server that cannot be reached or does not answer:
// then the test fails and says so. Without a server it skips: a dsn is empty if
// the environment names none, whoever reads it.
//
// The functions are those of a zero [Config], which is gentle: two connections
// at a time and twenty in a second. Each assertion asks the server anew. No
// password is kept or printed, and none is sent: there is no login.
package scantest
