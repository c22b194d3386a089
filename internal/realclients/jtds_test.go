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

// jTDS is jTDS on the Java that is installed: one program for all attempts, since
// it takes a second to start.
func jTDS(t *testing.T) product {
	id, missing := "", ""
	ask := func(string) string { return "" }
	if _, err := exec.LookPath("java"); err != nil {
		missing = "java is not installed: it is in the Debian package openjdk-17-jdk-headless"
	} else if _, err := os.Stat(jtdsJar); err != nil {
		missing = "jTDS is not installed: it is in the Debian package libjtds-java"
	} else {
		var version string
		version, ask = startJava(t)
		id = "jtds-1.3.1-java" + version
	}
	return product{missing, []client{{"jTDS", id + "-ip", func(t *testing.T, r *relay) string {
		return ask("jdbc:jtds:sqlserver://" + r.Addr().String() + "/;ssl=require")
	}}}}
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
