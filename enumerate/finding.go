package enumerate

import (
	"fmt"
	"slices"
)

// A Severity says how much a finding matters.
type Severity uint8

// The severities, in ascending order.
const (
	// SeverityOK is what was looked at and is as it should be.
	SeverityOK Severity = iota
	// SeverityInfo is worth knowing.
	SeverityInfo
	// SeverityWarning makes some connections fail, or none yet.
	SeverityWarning
	// SeverityError makes the connections of common clients fail.
	SeverityError
	// SeverityCritical leaves no client that can connect.
	SeverityCritical
)

var severityNames = []string{"ok", "info", "warning", "error", "critical"}

// String returns the name, as "warning".
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return fmt.Sprintf("severity %d", uint8(s))
}

// MarshalText encodes s by its name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (s *Severity) UnmarshalText(text []byte) error {
	i := slices.Index(severityNames, string(text))
	if i < 0 {
		return fmt.Errorf("enumerate: unknown severity %q (known: %q)", text, severityNames)
	}
	*s = Severity(i)
	return nil
}

// A Finding is what a report means for those who connect, or cannot: package
// diagnose finds them.
type Finding struct {
	ID string `json:"id"` // "no_common_suite"
	// Scenario is the number of the cause in Microsoft's article on error 10054,
	// from 1 to 6; 0 if the finding is of another.
	Scenario int      `json:"scenario"`
	Severity Severity `json:"severity"`
	Title    string   `json:"title"`
	// Evidence has the attempts and answers that prove it, a line each.
	Evidence []string `json:"evidence"`
	// Remedy says what to change, and where.
	Remedy string `json:"remedy"`
	// Reference is the address of a page on it.
	Reference string `json:"reference"`
}
