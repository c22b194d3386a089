// Package peers compares examples/scan with the tools that people use in its
// place: nmap's ssl-enum-ciphers, the one that gets through PRELOGIN, and
// sslscan and testssl.sh, which do TLS without TDS only. It has no code, only a
// test that measures: how long each takes, its CPU time and memory, how many
// connections it makes, and whether it finds the versions and cipher suites
// that the back ends' makers list. It asserts only that scan is right.
//
// It takes minutes and is not part of the usual tests:
//
//	apt-get install nmap sslscan testssl.sh openssl gnutls-bin time
//	TDSPROBE_PEERS=5 go test -count=1 -timeout 60m -v -run TestPeers ./internal/peers
//
// The value is how many runs each median is of. Figures of times are worth
// something only on a machine that does nothing else meanwhile. Port 1433 of
// 127.0.0.1 must be free, since nmap knows a SQL Server by its port.
package peers
