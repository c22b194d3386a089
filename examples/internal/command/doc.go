// Package command is what the programs below /examples have in common: flags
// that mean the same in all of them, targets, the embedded fake server for when
// no target is given, scanning, reports read from files, text and JSON that are
// safe on a terminal, and exit statuses.
package command
