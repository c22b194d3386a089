// Package iana holds names and ids of the TLS registries as embedded data:
// cipher suites, SSL 2.0 cipher kinds, groups, signature schemes, extensions and
// alerts. It says nothing about their strength.
package iana
