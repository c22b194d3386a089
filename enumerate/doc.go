// Package enumerate finds out what TLS a SQL Server accepts.
//
// [Scan] does the whole of it and returns a [Report]. Below it, a [Strategy]
// plans attempts and does no I/O, and a [Runner] makes them: it alone owns
// connections, concurrency, rate, repetition and controls.
//
// One loop enumerates everything: offer a set, the server picks one, remove
// it, offer the rest, until the server refuses ([Elimination]). An acceptance
// is proof. A refusal is believed only when it was repeated beside a control
// that is known to be accepted, often enough for the failures that were seen:
// see [Runner.Run].
package enumerate
