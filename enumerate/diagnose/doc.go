// Package diagnose says why clients of a SQL Server get error 10054, "An
// existing connection was forcibly closed by the remote host", and what to
// change. It reads the reports of package enumerate and sends nothing.
//
// Diagnose turns reports into findings, worst first. They are of the six causes
// that Microsoft's article on the error names ("scenarios": no common protocol
// version, no common cipher suite, TLS_DHE suites, weak hash in a certificate,
// leading zeros in a DHE key exchange, connection pressure; [Cause] names them), and of others that
// look the same from a client. Chain tells of one hello all that keeps it from
// being accepted, in the order in which a server meets it. Systems says which
// Windows the server is like, and Predict what default Windows clients would
// negotiate.
//
// What a report leaves open is no finding: each rests on answers that the scan
// believed, which its evidence names.
package diagnose
