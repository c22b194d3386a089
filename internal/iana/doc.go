// Package iana holds names and ids of the TLS registries as embedded data:
// cipher suites, SSL 2.0 cipher kinds, groups, signature schemes and alerts.
package iana
