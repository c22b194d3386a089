// Package probe makes one attempt to reach TLS on a SQL Server, on one
// connection, and reports what came back as data.
//
// An [Attempt] says what to send: a PRELOGIN message and a [Hello]. A [Prober]
// sends it to a [Target] and returns a [Result]: how far it came ([Stage]), how
// it ended ([Outcome]), and what the server showed ([Flight]). A refusal is a
// finding, not an error: reset, close, alert, silence, a TDS error token and
// garbage are different outcomes, and none of them is a Go error.
//
// TDS framing follows [MS-TDS] 2.2.3 and 2.2.6.5, TLS the RFCs 6101 (SSL 3.0),
// 2246, 4346, 5246 and 8446. ClientHellos are built with utls, which completes
// handshakes too, but those of DHE: see [Attempt].
//
// The package never sends LOGIN7 and never keeps a password. It repeats
// nothing, believes nothing and compares nothing: that is package enumerate.
//
// [MS-TDS]: https://learn.microsoft.com/openspecs/windows_protocols/ms-tds/
package probe
