// Package clients says what real SQL Server clients send, what they do with the
// server's answer, and what they say when it fails.
//
// [All] is the catalog: hellos captured from the programs, drivers of Windows
// over what Schannel sends by default, and drivers of Linux over OpenSSL. Every
// entry says where it comes from and what is not certain about it.
// [Client.Attempt] is one of them as an attempt, [Client.Judge] tells from the
// answer whether that client connects. [FromConfig] makes a client of a
// tls.Config.
//
// The package has no connections: sending attempts is for package probe. Whether
// a client trusts a certificate (its issuer, name and dates) is not judged.
package clients
