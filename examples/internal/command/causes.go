package command

import "fmt"

// causes are those of Microsoft's article on error 10054, in its order:
// https://learn.microsoft.com/troubleshoot/sql/database-engine/connect/tls-exist-connection-closed
var causes = []string{
	"no common protocol version",
	"no common cipher suite",
	"TLS_DHE suites",
	"weak certificate hash",
	"leading zeros in DHE keys",
	"connection pressure",
}

// Cause says which cause in Microsoft's article has a number, empty if none
// has.
func Cause(number int) string {
	if number < 1 || number > len(causes) {
		return ""
	}
	return fmt.Sprintf("Cause %d of %d in Microsoft's article: %s", number, len(causes), causes[number-1])
}
