package capture_test

import (
	"fmt"
	"log"
	"os"

	"github.com/tdsprobe/tdsprobe/probe/capture"
)

func ExampleRead() {
	file, err := os.Open("testdata/office.pcapng")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	all, err := capture.Read(file)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range capture.Failed(all) {
		fmt.Printf("%v > %v, %v: %v at %v\n", c.Client, c.Server, c.Mode, c.Result.Outcome, c.Result.Stage)
		fmt.Println(" ", c.Verdict)
		// (&probe.Prober{}).Probe(ctx, c.Target(), c.Attempt()) asks again.
	}
	// Output:
	// 192.0.2.10:50000 > 192.0.2.20:1433, tds7: closed at client_hello
	//   the server closed the connection (FIN) 2.0 ms after the ClientHello and sent no alert: what a Windows client calls 10054
	// 192.0.2.10:50002 > 192.0.2.20:1433, tds7: alerted at client_hello
	//   the server sent the alert handshake_failure (40) 2.0 ms after the ClientHello
	// 192.0.2.10:50003 > 192.0.2.20:1433, tds7: closed at prelogin
	//   the server closed the connection (FIN) 2.0 ms after PRELOGIN and sent no alert: what a Windows client calls 10054
}

func ExampleParseHello() {
	hello, err := capture.ParseHello([]byte(`
0000  16 03 01 00 31 01 00 00 2d 03 01 00 01 02 03 04   ....1...-.......
0010  05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13 14   ................
0020  15 16 17 18 19 1a 1b 1c 1d 1e 1f 00 00 06 00 2f   .............../
0030  00 35 00 0a 01 00                                 .5....
`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(hello.MaxVersion, hello.CipherSuites)
	// Output:
	// TLS 1.0 [TLS_RSA_WITH_AES_128_CBC_SHA TLS_RSA_WITH_AES_256_CBC_SHA TLS_RSA_WITH_3DES_EDE_CBC_SHA]
}
