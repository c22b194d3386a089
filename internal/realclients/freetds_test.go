package realclients_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// freeTDS is tsql of Debian 12: others have another GnuTLS, or another FreeTDS.
func freeTDS(t *testing.T) product {
	const version, id = "1.3.17", "freetds-1.3.17-gnutls3.7.9"
	with := func(name, id, encryption, more string) client {
		return client{name, id, func(t *testing.T, r *relay) string {
			host, port := r.hostPort(t)
			config := filepath.Join(t.TempDir(), "freetds.conf")
			text := fmt.Sprintf("[fake]\nhost = %s\nport = %s\ntds version = 7.4\nencryption = %s\n%s", host, port, encryption, more)
			require.NoError(t, os.WriteFile(config, []byte(text), 0o600))
			says, _ := run(t, "", []string{"FREETDSCONF=" + config, "LC_ALL=C"}, "tsql", "-S", "fake", "-U", "sa", "-P", "none", "-o", "q")
			return unframed(says)
		}}
	}
	var p product
	if _, err := exec.LookPath("tsql"); err != nil {
		p.missing = "tsql is not installed: it is in the Debian package freetds-bin"
	} else {
		system, _ := os.ReadFile("/etc/os-release")
		says, _ := run(t, "", []string{"LC_ALL=C"}, "tsql", "-C")
		if !strings.Contains(says, "freetds v"+version+"\n") || !strings.Contains(string(system), "VERSION_ID=\"12\"\n") {
			p.missing = "tsql is not FreeTDS " + version + " of Debian 12, which the catalog knows"
		}
	}
	p.clients = []client{
		with("FreeTDS", id+"-ip", "require", ""),
		with("FreeTDS tls1", id+"-tls1", "require", "enable tls v1 = yes\n"),
		with("FreeTDS default", id+"-default", "request", ""),
	}
	return p
}

// unframed takes away what tsql prints whatever happens.
func unframed(says string) string {
	var lines []string
	for line := range strings.Lines(says) {
		if !strings.HasPrefix(line, "locale is ") && !strings.HasPrefix(line, "There was a problem connecting") {
			lines = append(lines, line)
		}
	}
	return strings.TrimSpace(strings.Join(lines, ""))
}
