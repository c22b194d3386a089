package enumerate

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// ErrPolicy is wrapped by the errors of [ReadPolicy].
var ErrPolicy = errors.New("enumerate: not a policy")

//go:embed policies/*.json
var policyFiles embed.FS

// policyIDs are the built-in policies, in the order in which they are listed.
var policyIDs = []string{"mozilla-modern", "mozilla-intermediate", "mozilla-old", "nist-800-52r2", "windows-2022", "windows-2025", "drivers"}

// Policies returns the built-in policies: the three of Mozilla's Server Side TLS,
// NIST's for servers, the defaults of Windows Servers, and the drivers of today,
// which have to connect. What concerns the web alone is left out, as are HSTS and
// OCSP stapling. Mozilla's lists say what there may be; those of Windows say what
// there is, neither more nor less.
func Policies() []Policy {
	list := make([]Policy, len(policyIDs))
	for i, id := range policyIDs {
		list[i], _ = FindPolicy(id)
	}
	return list
}

// FindPolicy returns the built-in policy with an id.
func FindPolicy(id string) (Policy, bool) {
	if !slices.Contains(policyIDs, id) {
		return Policy{}, false
	}
	file, err := policyFiles.Open("policies/" + id + ".json")
	if err != nil {
		panic(fmt.Sprintf("enumerate: %v", err)) // the data is part of the program
	}
	defer file.Close()
	p, err := ReadPolicy(file)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", id, err))
	}
	return p, true
}

// ReadPolicy reads a policy in JSON: docs/policy.schema.json is its schema. Errors
// wrap [ErrPolicy] and name the field that is unknown or the value that is none, or
// they are those of r.
func ReadPolicy(r io.Reader) (Policy, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return Policy{}, err
	}
	var p Policy
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		return Policy{}, fmt.Errorf("%w: %w", ErrPolicy, err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return Policy{}, fmt.Errorf("%w: there is more after its end", ErrPolicy)
	}
	if err := p.check(); err != nil {
		return Policy{}, fmt.Errorf("%w: %w", ErrPolicy, err)
	}
	return p, nil
}
