//go:build linux

package peers_test

import "net"

// A tool is a program that says what a server accepts.
type tool struct {
	ours bool
	tds  bool // goes through PRELOGIN; others get TLS alone
	slow bool // so that one run must do
	// command is how to scan addr. What the tool reports is in the file after
	// that, or on standard output.
	command func(addr, file string) []string
	read    func(output []byte) (pairs, error)
}

// The two ways in which scan is run: with its defaults, which limit the
// connections per second, and as fast as it can.
const (
	gentle = "scan"
	quick  = "scan -parallel 8"
)

// tools returns all of them by name. Each does its versions and suites, and as
// little else as it can be told to.
func tools(scan string) map[string]tool {
	return map[string]tool{
		gentle: {ours: true, tds: true, read: readScan, command: func(addr, _ string) []string {
			return []string{scan, "-only", "versions,suites", "-json", addr}
		}},
		quick: {ours: true, tds: true, read: readScan, command: func(addr, _ string) []string {
			return []string{scan, "-only", "versions,suites", "-json", "-parallel", "8", "-rate", "1000", addr}
		}},
		"nmap": {tds: true, read: readNmap, command: func(addr, file string) []string {
			host, port, _ := net.SplitHostPort(addr) // that of a listener
			return []string{"nmap", "--script", "ssl-enum-ciphers", "-p", port, host, "-Pn", "-n", "-oX", file}
		}},
		"sslscan": {read: readSSLScan, command: func(addr, file string) []string {
			return []string{"sslscan", "--no-check-certificate", "--no-compression", "--no-fallback", "--no-groups",
				"--no-heartbleed", "--no-renegotiation", "--show-cipher-ids", "--xml=" + file, addr}
		}},
		"testssl": {slow: true, read: readTestSSL, command: func(addr, file string) []string {
			return []string{"testssl", "--quiet", "--warnings", "off", "--color", "0", "--nodns", "none",
				"--protocols", "--cipher-per-proto", "--jsonfile", file, addr}
		}},
	}
}
