// Package prelogin speaks the start of a TDS connection: the packets, the
// PRELOGIN message, the negotiation of encryption, and the connection that
// carries TLS inside PRELOGIN packets. It follows [MS-TDS] (sections cited at
// each type), revision 2025, and what servers in the field do.
//
// [Message] is meaning: ordered options, duplicates and unknown ones kept.
// [Raw] is bytes taken literally, so that it can say what a correct client
// never would. [Exchange] asks the question, [Wrap] carries TLS.
//
// The package sends no LOGIN7 and knows nothing of TLS.
//
// [MS-TDS]: https://learn.microsoft.com/openspecs/windows_protocols/ms-tds/
package prelogin
