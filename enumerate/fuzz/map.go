package fuzz

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/tdsprobe/tdsprobe/probe"
)

// Schema names the form of a [Map] in JSON.
const Schema = "tdsprobe/fuzz-map/v1"

// A Map is how a server behaves: the answers of a campaign by their shape.
type Map struct {
	Schema   string       `json:"schema"`
	Target   probe.Target `json:"target"`
	Settings Settings     `json:"settings"`
	// Table tells tables of mutations apart.
	Table    string        `json:"table"`
	Baseline probe.Attempt `json:"baseline"`
	// Attempts is how many attempts of the strategy were answered, Connections
	// how many connections were made in all.
	Attempts    int `json:"attempts"`
	Connections int `json:"connections"`
	// Clusters are the shapes, the accepted ones first.
	Clusters []Cluster `json:"clusters"`
	// Swept is the shape of every mutation that was made alone, by its place in
	// Clusters. Beyond the first draw a name goes on with "@" and its number.
	Swept map[string]int `json:"swept,omitzero"`
	// Fingerprint is the same for servers that answer every mutation alike, with
	// one seed and one table of mutations. Empty unless all were swept.
	Fingerprint string `json:"fingerprint,omitempty"`
	// Unwell are the times when the server did not accept the baseline.
	Unwell []Unwell `json:"unwell,omitzero"`
	// Ended says why there is more to do, empty if there is not.
	Ended string `json:"ended,omitempty"`
}

// A Cluster is the answers of one shape.
type Cluster struct {
	Shape Shape `json:"shape"`
	Count int   `json:"count"`
	// Witnesses lead to the shape, the shortest first: none of their mutations
	// can be left out, and none of them is part of another. At most 256, and 2 of
	// what is accepted.
	Witnesses []Witness `json:"witnesses"`
}

// A Witness is an attempt that leads to a shape.
type Witness struct {
	// Name makes the attempt again: see [Space.Replay].
	Name      string   `json:"name"`
	Mutations []string `json:"mutations"`
	// From is the attempt that it was shrunk from, empty if it was not.
	From string `json:"from,omitempty"`
	// Believed is false if the answer was not the same when it was asked again,
	// or could not be told from a disturbance.
	Believed bool `json:"believed"`
}

// An Unwell is a time when the server did not accept the baseline any more.
type Unwell struct {
	At time.Time `json:"at"`
	// Suspects are attempts made since it last accepted something that were
	// not accepted; they are made again.
	Suspects []string `json:"suspects"`
	// Recovered says whether it accepted the baseline again, and After how long
	// that took, in milliseconds.
	Recovered bool  `json:"recovered"`
	After     int64 `json:"after_ms"`
}

// fingerprint hashes what was swept.
func (m *Map) fingerprint() string {
	var lines []string
	for name, at := range m.Swept {
		lines = append(lines, name+"\x00"+m.Clusters[at].Shape.timeless().String()+"\n")
	}
	slices.Sort(lines)
	return digest(lines)
}

// tableID tells tables apart by the names of their mutations, and their order.
func tableID(table []Mutation) string {
	var lines []string
	for _, m := range table {
		lines = append(lines, m.Name+"\n")
	}
	return digest(lines)
}

func digest(lines []string) string {
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:12])
}
