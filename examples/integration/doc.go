// Package integration shows integration tests of a SQL Server's TLS: that our
// clients connect, that nothing weaker is taken, that rules of our own are kept.
//
//	go test ./examples/integration                                     a fake server
//	TDSPROBE_TEST_DSN=db1.example.com go test ./examples/integration   a real one
//
// To have them in a project of yours, copy server_test.go and change three
// things: let server be scantest.Server, which skips where the environment names
// no server, the clients to those that you run (go run ./examples/clients -all
// names them), and the rules to yours; then it has no use for the imports of
// internal/testserver and os.
//
// Probe only servers that you may probe: every hello that is refused may be a
// line in the error log of the server.
package integration
