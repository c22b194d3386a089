// Package capture reads what people have from the field and turns it into the
// data of package probe: a ClientHello as text, and the connections to a SQL
// Server in a capture file.
//
// [ParseHello] takes a ClientHello as hexadecimal, as a hex dump, as base64 or
// as raw bytes. [Read] takes a pcap or pcapng file, as tcpdump and Wireshark
// write them, gzip'd or not, and returns every connection in it that begins as
// a client of SQL Server does, on whatever port: with PRELOGIN ([MS-TDS]
// 2.2.6.5), or with a ClientHello, as in strict encryption. For each it says
// what the client sent, as a [probe.Attempt] that can be made again, and what
// came of it, in the words of [probe.Result]: how far it came, how it ended, by
// whom, and after how long.
//
// The package decrypts nothing, knows no keys and reads no key log. What is
// encrypted it judges by type, size and order of the records: in TLS 1.3 a
// session ticket cannot be told from data, and an alert shows by its size
// alone. Fragments of IP are passed over. It sends nothing.
//
// Files are not trusted: what is kept of a connection and of all connections
// is bounded, and a malformed packet is passed over.
//
// [MS-TDS]: https://learn.microsoft.com/openspecs/windows_protocols/ms-tds/
package capture
