// Package archtest holds the test of the architecture: which package may import
// which other, and what lies at the top of the repository. It has no code.
package archtest
