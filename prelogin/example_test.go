package prelogin_test

import (
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"log"
	"net"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/prelogin"
)

// What SQL Server 2000 answered, header left off.
func ExampleParse() {
	body, err := hex.DecodeString("0000150006" + "01001b0001" + "02001c0001" + "03001d0000" + "ff" + "080002f80000" + "01" + "00")
	if err != nil {
		log.Fatal(err)
	}
	answer, err := prelogin.Parse(body)
	if err != nil {
		log.Fatal(err)
	}
	for _, option := range answer.Options {
		fmt.Printf("%v [% x]\n", option.Token, option.Data)
	}
	version, err := answer.Version()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%v, %s, TLS 1.2 %v\n", version, version.Product(), version.TLS12())
	_, err = answer.MARS()
	fmt.Println(err)
	// Output:
	// VERSION [08 00 02 f8 00 00]
	// ENCRYPTION [01]
	// INSTOPT [00]
	// THREADID []
	// 8.0.760.0, SQL Server 2000, TLS 1.2 not supported
	// prelogin: option absent: MARS
}

// A client that asks for an encrypted login only meets a server with Force
// Encryption, and does a TLS handshake inside PRELOGIN packets.
func ExampleWrap() {
	server, err := testserver.Start(testserver.Config{OS: "2022", Encryption: testserver.On})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	conn, err := net.Dial("tcp", server.Addr())
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()

	request, err := prelogin.Request(prelogin.EncryptOff, "").Raw()
	if err != nil {
		log.Fatal(err)
	}
	answer, err := prelogin.Exchange(conn, prelogin.Framing{}, request)
	if err != nil {
		log.Fatal(err)
	}
	encryption, err := answer.Encryption()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("encryption", encryption)

	if prelogin.Agreed(prelogin.EncryptOff, encryption).UsesTLS() {
		transport := prelogin.Wrap(conn)
		client := tls.Client(transport, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12})
		if err := client.Handshake(); err != nil {
			log.Fatal(err)
		}
		transport.Stop() // from here on TLS records are bare
		fmt.Println(tls.CipherSuiteName(client.ConnectionState().CipherSuite))
	}
	// Output:
	// encryption req
	// TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
}
