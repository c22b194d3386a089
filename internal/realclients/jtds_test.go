package realclients_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// jtdsJar is where Debian puts jTDS.
const jtdsJar = "/usr/share/java/jtds.jar"

// jTDS is jTDS on the Java that is installed, in the place of its version: what
// Java offers changed in between. It is one program for all attempts, since it
// takes a second to start.
func jTDS(t *testing.T) product {
	p := product{clients: []client{{name: "jTDS, Java 17.0.15", id: "jtds-1.3.1-java17.0.15-ip"}, {name: "jTDS, Java 17.0.21", id: "jtds-1.3.1-java17.0.21"}}}
	if _, err := exec.LookPath("java"); err != nil {
		p.missing = "java is not installed: it is in the Debian package openjdk-17-jdk-headless"
		return p
	}
	if _, err := os.Stat(jtdsJar); err != nil {
		p.missing = "jTDS is not installed: it is in the Debian package libjtds-java"
		return p
	}
	version, ask := startJava(t)
	p.missing = "the catalog has no hello of jTDS on Java " + version
	for i, c := range p.clients {
		if strings.HasPrefix(version+".", strings.TrimPrefix(c.name, "jTDS, Java ")+".") {
			p.missing = ""
			p.clients[i].says = func(t *testing.T, r *relay) string {
				return ask("jdbc:jtds:sqlserver://" + r.Addr().String() + "/;ssl=require")
			}
		}
	}
	return p
}

// startJava starts the program in testdata, and returns its version of Java and
// how to ask it.
func startJava(t *testing.T) (version string, ask func(url string) string) {
	t.Helper()
	command := exec.Command("java", "-cp", jtdsJar, "testdata/Jtds.java")
	urls, err := command.StdinPipe()
	require.NoError(t, err)
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	command.Stderr = os.Stderr
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		urls.Close()
		stop := time.AfterFunc(patience, func() { command.Process.Kill() })
		defer stop.Stop()
		command.Wait()
	})
	lines := bufio.NewReader(output)
	answer := func() string {
		stop := time.AfterFunc(patience, func() { command.Process.Kill() })
		defer stop.Stop()
		line, err := lines.ReadString('\n')
		if err != nil {
			return "no answer: " + err.Error()
		}
		return strings.ReplaceAll(strings.TrimSuffix(line, "\n"), `\n`, "\n")
	}
	version = strings.TrimPrefix(answer(), "Java ")
	return version, func(url string) string {
		if _, err := io.WriteString(urls, url+"\n"); err != nil {
			return err.Error()
		}
		return answer()
	}
}
