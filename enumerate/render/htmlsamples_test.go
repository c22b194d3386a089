package render_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/probe"
)

// htmlPage returns a document as a page.
func htmlPage(t testing.TB, d render.Document) []byte {
	t.Helper()
	var page bytes.Buffer
	require.NoError(t, render.HTML(&page, d))
	return page.Bytes()
}

// htmlElements returns the elements of a page that a condition holds for, in order.
func htmlElements(t testing.TB, page []byte, holds func(*html.Node) bool) []*html.Node {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	require.NoError(t, err)
	var list []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && holds(n) {
			list = append(list, n)
		}
	}
	return list
}

// htmlAttribute returns the value of an attribute, empty if there is none.
func htmlAttribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// htmlText returns what is to be read in an element.
func htmlText(n *html.Node) string {
	var text bytes.Buffer
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			text.WriteString(c.Data)
		}
	}
	return text.String()
}

// htmlPolicies are judgements of all kinds.
func htmlPolicies() []enumerate.Judgement {
	yes, no := true, false
	return []enumerate.Judgement{
		{Policy: "intermediate", Title: "Mozilla intermediate", Reference: "https://wiki.mozilla.org/Security/Server_Side_TLS", Meets: &no, Rulings: []enumerate.Ruling{
			{Rule: "tls-versions", Title: "TLS 1.2 or newer only", Meets: &no, Cells: []string{"TLS 1.0", "TLS 1.1"}},
			{Rule: "key-size", Title: "RSA keys of 2048 bits", Meets: &yes},
			{Rule: "hsts", Title: "Suites", Note: "the scan ended before"},
		}},
		{Policy: "own", Title: "Our own", Reference: "javascript:alert(1)", Rulings: []enumerate.Ruling{}},
	}
}

// htmlClients are one that cannot connect, one of the same driver that can, and one of which that is not known.
func htmlClients() []enumerate.Client {
	yes, no := true, false
	return []enumerate.Client{
		{ID: "go-mssqldb-0.11.0-go1.8", Name: "denisenkom/go-mssqldb 0.11.0 on Go 1.8", Connects: &no, Outcome: probe.Closed, Reason: "Because", ErrorText: "EOF it prints", Fix: "Update", ServerFix: "Enable"},
		{ID: "go-mssqldb-0.11.0-go1.10", Name: "denisenkom/go-mssqldb 0.11.0 on Go 1.10", Connects: &yes, Outcome: probe.Accepted, Version: "TLS 1.2"},
		{ID: "mine", Name: "My own", Outcome: probe.TimedOut},
	}
}
