// Package ssrp asks SQL Server Browser for the port of an instance: one
// question to one host over UDP, one answer. It follows [MC-SQLR], of which it
// has CLNT_UCAST_INST and CLNT_UCAST_DAC alone: it never broadcasts and never
// asks for a list.
//
// An answer is anybody's word: its size is capped, its fields are checked, and
// what does not fit the question is an error.
//
// [MC-SQLR]: https://learn.microsoft.com/openspecs/windows_protocols/mc-sqlr/
package ssrp
