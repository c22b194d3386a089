package diagnose

// Article is the address of Microsoft's article on error 10054 and its six
// causes.
const Article = "https://learn.microsoft.com/troubleshoot/sql/database-engine/connect/tls-exist-connection-closed"

// Causes is how many causes the article has.
const Causes = 6

var articleCauses = [Causes]string{
	"no common protocol version",
	"no common cipher suite",
	"TLS_DHE suites",
	"weak certificate hash",
	"leading zeros in DHE keys",
	"connection pressure",
}

// Cause names the cause of a [enumerate.Finding]'s Scenario, as "weak
// certificate hash"; empty if that is not from 1 to [Causes].
func Cause(scenario int) string {
	if scenario < 1 || scenario > Causes {
		return ""
	}
	return articleCauses[scenario-1]
}
