// Package schannel holds what each Windows version does by default in TLS, as
// embedded data: protocols, cipher suites in order, groups and signature
// schemes. Sources stand beside the data.
package schannel
