// Package commandtest is what the tests of the programs below /examples have in
// common: servers and names on loopback, text that would steer a terminal,
// expected output, and the README.
package commandtest
