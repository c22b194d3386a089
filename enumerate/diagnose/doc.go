// Package diagnose says what a report means.
package diagnose
