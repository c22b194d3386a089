package prelogin_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

// A vector is one file of testdata: "source:" and "expect:" lines, an empty
// line, and bytes in hexadecimal.
type vector struct {
	name, source, expect string
	data                 []byte
}

// vectors reads testdata/<dir>/*.txt. It fails the test if there are none.
func vectors(t testing.TB, dir string) []vector {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", dir, "*.txt"))
	require.NoError(t, err)
	require.NotEmpty(t, paths, "no vectors in testdata/%s", dir)
	var list []vector
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		header, body, found := strings.Cut(string(text), "\n\n")
		require.True(t, found, path)
		v := vector{name: strings.TrimSuffix(filepath.Base(path), ".txt")}
		for line := range strings.Lines(header) {
			key, value, _ := strings.Cut(line, ":")
			switch value = strings.TrimSpace(value); key {
			case "source":
				v.source = value
			case "expect":
				v.expect = value
			}
		}
		require.NotEmpty(t, v.source, path)
		v.data, err = hex.DecodeString(strings.Join(strings.Fields(body), ""))
		require.NoError(t, err, path)
		list = append(list, v)
	}
	return list
}

// summary writes a message, or the error in its place, as one line: the options
// in their order, then what the accessors say. An accessor whose option is
// absent says nothing, one whose option has another size says "!".
func summary(t testing.TB, m *prelogin.Message, err error) string {
	t.Helper()
	var server *prelogin.ServerError
	switch {
	case errors.As(err, &server):
		return fmt.Sprintf("server error %d state %d class %d server %q %q",
			server.Number, server.State, server.Class, server.Server, server.Message)
	case err != nil:
		return fmt.Sprintf("error %q", err)
	}
	var words []string
	for _, o := range m.Options {
		words = append(words, fmt.Sprintf("%s=%x", strings.ReplaceAll(o.Token.String(), " ", "_"), o.Data))
	}
	words = append(words, "|")
	return strings.TrimSpace(strings.Join(append(words, accessors(t, m)...), " "))
}

// accessors asks m for everything.
func accessors(t testing.TB, m *prelogin.Message) []string {
	t.Helper()
	var words []string
	add := func(format string, value any, err error) {
		t.Helper()
		name, _, _ := strings.Cut(format, "=")
		switch {
		case err == nil:
			words = append(words, fmt.Sprintf(format, value))
		case !errors.Is(err, prelogin.ErrNoOption):
			requireParseError(t, err)
			words = append(words, name+"=!")
		}
	}
	version, err := m.Version()
	add("version=%v", version, err)
	encryption, err := m.Encryption()
	add("encryption=%v", encryption, err)
	matches, err := m.InstanceMatches()
	add("matches=%v", matches, err)
	thread, err := m.ThreadID()
	add("thread=0x%08x", thread, err)
	mars, err := m.MARS()
	add("mars=%v", mars, err)
	trace, err := m.TraceID()
	add("trace=%s", fmt.Sprintf("%x/%x/%d", trace.Connection, trace.Activity, trace.ActivitySequence), err)
	fedAuth, err := m.FedAuthRequired()
	add("fedauth=%v", fedAuth, err)
	nonce, err := m.Nonce()
	add("nonce=%x", nonce, err)
	return words
}

func requireParseError(t testing.TB, err error) *prelogin.ParseError {
	t.Helper()
	var parseError *prelogin.ParseError
	require.ErrorAs(t, err, &parseError)
	require.NotEmpty(t, parseError.What)
	require.NotEmpty(t, parseError.Reason)
	return parseError
}

func TestVectors(t *testing.T) {
	for _, v := range vectors(t, "vectors") {
		t.Run(v.name, func(t *testing.T) {
			m, err := prelogin.Parse(v.data)
			require.Equal(t, v.expect, summary(t, m, err))
			if err != nil {
				requireParseError(t, err)
			} else {
				requireRoundTrip(t, m)
			}
			requirePrefixes(t, v.data)
		})
	}
}

// requirePrefixes parses every truncated prefix of body: it is an error, or it
// lacks only bytes that no option covers.
func requirePrefixes(t *testing.T, body []byte) {
	t.Helper()
	whole, wholeErr := prelogin.Parse(body)
	for n := range body {
		m, err := prelogin.Parse(body[:n:n])
		if err != nil {
			requireParseError(t, err)
			require.Nil(t, m)
			continue
		}
		require.NoError(t, wholeErr, "the first %d bytes parse", n)
		require.Equal(t, whole, m)
	}
}

// requireRoundTrip lays m out, reads it back, and does the same through JSON.
func requireRoundTrip(t testing.TB, m *prelogin.Message) {
	t.Helper()
	raw, err := m.Raw()
	require.NoError(t, err)
	again, err := prelogin.Parse(raw.Append(nil))
	require.NoError(t, err)
	require.Equal(t, m, again)
	require.Equal(t, *m, throughJSON(t, *m))
	require.Equal(t, raw, throughJSON(t, raw))
}
