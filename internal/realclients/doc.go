// Package realclients holds package clients to the truth: its tests let real SQL
// Server clients log in at fake servers, and compare how each fares, and what it
// prints, with what the simulation says.
//
// The clients are go-mssqldb, as a program of its own module in testdata that is
// built by the Go toolchain that runs the tests; FreeTDS, as its program tsql;
// and jTDS on the Java that is installed. A relay before each server remembers
// what went over the wire, so that stage and end are not a matter of text.
package realclients
