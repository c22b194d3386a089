// Package render writes reports for people and for other programs: as text,
// Markdown, HTML, JUnit XML, SARIF and CSV. It measures nothing.
//
// Whatever a server said is written so that it cannot act: no control characters
// of terminals, no markup, no formulas of spreadsheets.
package render
