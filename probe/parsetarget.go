package probe

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/microsoft/go-mssqldb/msdsn"
)

// ErrTarget is wrapped by the errors of [ParseTarget].
var ErrTarget = errors.New("probe: not a target")

// ParseTarget decodes the ways in which people name a SQL Server:
//
//	host, host:port, host,port, host\INSTANCE, host\INSTANCE,port,
//	tcp:host,port, [v6], [v6]:port, v6
//	sqlserver://user:password@host:port/INSTANCE?encrypt=strict
//	odbc:server=host,port;...  and  Driver={...};Server=tcp:host,port;...
//	Data Source=host,port;User Id=...;Password=...
//
// The last three go through go-mssqldb's msdsn. Encrypt=strict gives ModeTDS8
// and HostNameInCertificate the ServerName; everything else in a connection
// string is dropped at once, and no error repeats any part of its password.
func ParseTarget(s string) (Target, error) {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		return Target{}, fmt.Errorf("%w: the name is empty", ErrTarget)
	case strings.HasPrefix(strings.ToLower(s), "jdbc:"):
		return Target{}, fmt.Errorf("%w: JDBC URLs are not understood: give host,port", ErrTarget)
	case strings.HasPrefix(strings.ToLower(s), "(localdb)"):
		return Target{}, fmt.Errorf("%w: LocalDB has no TCP port", ErrTarget)
	case strings.Contains(s, "://"), strings.Contains(s, "="), strings.HasPrefix(strings.ToLower(s), "odbc:"):
		return parseDSN(s)
	}
	return parseServer(s)
}

// parseServer decodes a server name as clients take it, without msdsn.
func parseServer(s string) (Target, error) {
	t := Target{}
	if strings.Contains(s, "@") { // what stands before it may be a password
		return Target{}, fmt.Errorf("%w: an @ belongs into a URL: begin it with sqlserver://, or give the host alone", ErrTarget)
	}
	s, err := tcpName(s)
	if err != nil {
		return Target{}, err
	}
	name, port, hasPort := strings.Cut(s, ",")
	name, t.Instance, _ = strings.Cut(strings.TrimSpace(name), `\`)
	host, colonPort, err := splitColon(name)
	if err != nil {
		return Target{}, err
	}
	if colonPort != "" {
		if hasPort {
			return Target{}, fmt.Errorf("%w: two ports, %q and %q", ErrTarget, colonPort, port)
		}
		port, hasPort = colonPort, true
	}
	t.Host = localName(host)
	return t.withPort(port, hasPort)
}

// notInNames are characters that end up in a name only if a quote or a
// separator is missing. What follows them may be a password.
const notInNames = " \t\r\n\"'/;=@{}"

// withPort checks the names and sets the port, which is text and may be
// absent.
func (t Target) withPort(port string, given bool) (Target, error) {
	if strings.ContainsAny(t.Instance, ":,") {
		return Target{}, fmt.Errorf("%w: the port of an instance is given behind a comma, as host\\instance,1435", ErrTarget)
	}
	if i := strings.IndexAny(t.Host+t.Instance, notInNames); i >= 0 {
		return Target{}, fmt.Errorf("%w: the name of the host or instance holds %s", ErrTarget, inWords((t.Host + t.Instance)[i]))
	}
	if !given {
		if t.Instance == "" {
			t.Port = DefaultPort
		}
		return t, nil
	}
	n, err := strconv.ParseUint(strings.TrimSpace(port), 10, 16)
	if err != nil || n == 0 {
		return Target{}, fmt.Errorf("%w: port %q is not a number from 1 to 65535", ErrTarget, port)
	}
	t.Port = uint16(n)
	return t, nil
}

// inWords names one of notInNames, and what was meant by it if that is likely.
func inWords(c byte) string {
	switch c {
	case ' ':
		return "a space: is host,port meant?"
	case '\t', '\r', '\n':
		return "a tab or a line break"
	}
	return "the character " + string(c)
}

// tcpName removes the prefix that makes a client use TCP and refuses those
// that make it use something else.
func tcpName(s string) (string, error) {
	prefix, rest, ok := strings.Cut(s, ":")
	if !ok {
		return s, nil
	}
	switch strings.ToLower(strings.TrimSpace(prefix)) {
	case "tcp":
		return strings.TrimSpace(rest), nil
	case "np", "lpc", "admin", "via":
		return "", fmt.Errorf("%w: %s: is not a TCP connection to an instance", ErrTarget, prefix)
	}
	return s, nil
}

// splitColon splits host:port, where an IPv6 address without brackets has no
// port.
func splitColon(s string) (host, port string, err error) {
	if isIP(s) || !strings.Contains(s, ":") {
		return s, "", nil
	}
	if inner, ok := strings.CutPrefix(s, "["); ok && strings.HasSuffix(inner, "]") && isIP(inner[:len(inner)-1]) {
		return inner[:len(inner)-1], "", nil
	}
	host, port, err = net.SplitHostPort(s)
	if err != nil || port == "" {
		return "", "", fmt.Errorf("%w: %q is neither host:port nor an IPv6 address", ErrTarget, s)
	}
	return host, port, nil
}

// localName resolves the names that SQL Server clients have for this machine.
func localName(host string) string {
	if host == "" || host == "." || strings.EqualFold(host, "(local)") {
		return "localhost"
	}
	return host
}

// parseDSN decodes a connection string.
func parseDSN(dsn string) (Target, error) {
	if _, after, ok := cutFold(dsn, "sqlserver://"); ok {
		dsn = "sqlserver://" + after
	} else if !strings.HasPrefix(dsn, "odbc:") && odbcDriver.MatchString(dsn) {
		dsn = "odbc:" + dsn
	}
	if match := scheme.FindStringSubmatch(dsn); match != nil && match[1] != "sqlserver" {
		return Target{}, fmt.Errorf("%w: the scheme %s:// is not known: a URL begins with sqlserver://", ErrTarget, match[1])
	}
	if !namesServer.MatchString(dsn) {
		return Target{}, fmt.Errorf("%w: the connection string names no server", ErrTarget)
	}
	config, err := msdsn.Parse(dsn)
	if err != nil {
		return Target{}, fmt.Errorf("%w: %s", ErrTarget, withoutSecret(parsing.ReplaceAllString(err.Error(), ""), dsn))
	}
	t, err := dsnServer(config)
	if err != nil {
		return Target{}, err
	}
	if config.Encryption == msdsn.EncryptionStrict {
		t.Mode = ModeTDS8
	}
	if config.HostInCertificateProvided && config.TLSConfig != nil {
		t.ServerName = config.TLSConfig.ServerName
	}
	return t, nil
}

// dsnServer finishes what msdsn leaves in Host: a port after a comma.
func dsnServer(config msdsn.Config) (Target, error) {
	name, err := tcpName(config.Host)
	if err != nil {
		return Target{}, err
	}
	host, port, hasPort := strings.Cut(name, ",")
	instance := config.Instance
	if i, p, ok := strings.Cut(instance, ","); ok {
		instance, port, hasPort = i, p, true
	}
	if config.Port != 0 && !hasPort {
		port, hasPort = strconv.FormatUint(config.Port, 10), true
	}
	if inner, ok := strings.CutPrefix(host, "["); ok {
		host = strings.TrimSuffix(inner, "]")
	}
	t := Target{Host: localName(strings.TrimSpace(host)), Instance: instance}
	return t.withPort(port, hasPort)
}

var (
	scheme      = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*)://`)
	odbcDriver  = regexp.MustCompile(`(?i)(^|;)\s*driver\s*=`)
	namesServer = regexp.MustCompile(`(?i)^sqlserver://[^/?]|(^|[;:])\s*(server|data source|address|addr|network address)\s*=\s*[^\s;]`)
	// parsing is what msdsn quotes of strconv behind the value that is wrong.
	parsing = regexp.MustCompile(`(?s) ?: strconv\.\w+: parsing .*$`)
	// secrets are the parts of a connection string that no error may repeat.
	secrets = []*regexp.Regexp{
		regexp.MustCompile(`(?is)(?:password|pwd)\s*=\s*([{"'].*)$`), // quoted: it may hold anything
		regexp.MustCompile(`(?is)(?:password|pwd)\s*=\s*([^;&]*)`),
		regexp.MustCompile(`(?is)://(.*)@`),
		regexp.MustCompile(`(?is)://[^/?@]*?:([^@]*)$`), // a URL whose @ is missing
	}
)

// withoutSecret returns text with every word dotted out that stands in a
// secret part of dsn.
func withoutSecret(text, dsn string) string {
	var hidden []string
	for _, pattern := range secrets {
		for _, match := range pattern.FindAllStringSubmatch(dsn, -1) {
			hidden = append(hidden, match[1])
		}
	}
	return wordPattern.ReplaceAllStringFunc(text, func(word string) string {
		if slices.ContainsFunc(hidden, func(s string) bool { return strings.Contains(s, word) }) {
			return "…"
		}
		return word
	})
}

// wordPattern splits at all that can stand beside a secret in a connection
// string or be put around an echo of it.
var wordPattern = regexp.MustCompile("[^\\s\"'`():;=&@,/\\\\{}\\[\\]]+")

// cutFold is strings.Cut at a prefix, whatever its case.
func cutFold(s, prefix string) (before, after string, found bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, "", false
	}
	return "", s[len(prefix):], true
}
