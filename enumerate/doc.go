// Package enumerate finds out what TLS a SQL Server accepts.
//
// [Scan] does the whole of it and returns a [Report]. Below it, a [Strategy]
// plans attempts and does no I/O, and a [Runner] makes them: it alone owns
// connections, concurrency, rate, repetition and controls.
//
// One loop enumerates everything that the server shows its choice of: offer a
// set, the server picks one, remove it, offer the rest, until the server refuses
// ([Elimination]). What it does not show, the schemes of TLS 1.3, goes through a
// [Sieve]. An acceptance is proof. A refusal is believed only when it was
// repeated, each time beside something else that was accepted, often enough for
// the failures that were seen: see [Runner.Run].
package enumerate
