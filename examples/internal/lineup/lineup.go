// Package lineup picks SQL Server clients of the catalog by what a command line
// says.
package lineup

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// usual has one client for every line of drivers, of today and of yesterday.
var usual = []string{
	"go-mssqldb-go1.17", "go-mssqldb-go1.21", "go-mssqldb-go1.24", "go-mssqldb-go1.25", "go-mssqldb-go1.26",
	"sqlclient-windows2022", "sqlclient-debian12", "sqlclient-debian13", "sqlclient-netfx-windows2016",
	"odbc17-windows2019", "odbc18-windows2025", "odbc17-debian11", "odbc18-debian12", "odbc18-debian13",
	"msoledbsql19-windows2022", "snac11-windows2016", "sqloledb-windows2016",
	"jdbc-java8", "jdbc-java17", "jdbc-java25", "jtds-java8",
	"tedious-node16", "tedious-node18", "tedious-node24",
	"freetds-debian12", "freetds-openssl",
}

// Usual returns the clients for when none are named.
func Usual() []clients.Client {
	list, _ := Pick(strings.Join(usual, ",")) // a test holds that all are known
	return list
}

// Pick returns the clients that a list names, each once: parts between commas
// are ids, aliases, or words that a client has all of. The error of a part that
// names none wraps [clients.ErrUnknown] and says what comes near.
func Pick(text string) ([]clients.Client, error) {
	var list []clients.Client
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		found, err := named(part)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			if !slices.ContainsFunc(list, func(other clients.Client) bool { return other.ID == c.ID }) {
				list = append(list, c)
			}
		}
	}
	if list == nil {
		return nil, errors.New("no client is named")
	}
	return list, nil
}

// named returns the client with an id or an alias, or else those that have all
// words of a text.
func named(text string) ([]clients.Client, error) {
	c, err := clients.Find(text)
	if err == nil {
		return []clients.Client{c}, nil
	}
	found := slices.DeleteFunc(clients.Match(text), func(c clients.Client) bool { return !has(c, text) })
	if len(found) == 0 {
		return nil, fmt.Errorf("%w; clients -all lists the ids", err)
	}
	return found, nil
}

// has tells a client that has all words of a text from one that only comes near.
func has(c clients.Client, text string) bool {
	own := words(c.ID + " " + c.String())
	return !slices.ContainsFunc(words(text), func(word string) bool {
		return !slices.ContainsFunc(own, func(w string) bool { return strings.HasPrefix(w, word) })
	})
}

// words splits a text where letters, digits and all else meet.
func words(text string) []string {
	var list []string
	last := other
	for _, r := range strings.ToLower(text) {
		k := kindOf(r)
		switch {
		case k == other:
		case k == last:
			list[len(list)-1] += string(r)
		default:
			list = append(list, string(r))
		}
		last = k
	}
	return list
}

type kind uint8

const (
	other kind = iota
	letter
	digit
)

func kindOf(r rune) kind {
	switch {
	case 'a' <= r && r <= 'z':
		return letter
	case '0' <= r && r <= '9':
		return digit
	}
	return other
}
