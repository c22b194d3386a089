// Package fuzz varies a handshake systematically and at random, and maps how a
// server answers. It enumerates behaviour; it does not try to break servers.
//
// A Mutation changes one thing about an attempt; Mutations is the table of them,
// each with the section of the specification that it is about. Strategies compose
// them: every one alone (Sweep), all pairs of some (Pairs), some at random from a
// seed (Random), or versions, suites, schemes and groups in all combinations
// (Grid). A Map groups the answers.
package fuzz
