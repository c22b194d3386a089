package clients

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ErrUnknown is wrapped by the errors of [Find].
var ErrUnknown = errors.New("clients: no such client")

// Find returns the client with an id or an alias, as "jdbc-java17"; an alias may
// be followed by what follows the id that it stands for, as in
// "jdbc-java17-strict". The error wraps [ErrUnknown] and names near misses.
func Find(id string) (Client, error) {
	c := load()
	if i, ok := c.index[c.resolve(strings.ToLower(id))]; ok {
		return c.clients[i].clone(), nil
	}
	near := Match(id)
	if len(near) == 0 {
		return Client{}, fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	var names []string
	for _, client := range near[:min(len(near), 5)] {
		names = append(names, client.ID)
	}
	return Client{}, fmt.Errorf("%w: %q; perhaps %s", ErrUnknown, id, strings.Join(names, ", "))
}

// Aliases returns the short names that [Find] knows, each with the id that it
// stands for.
func Aliases() map[string]string { return maps.Clone(load().aliases) }

// resolve returns the id that a name stands for: that of the longest alias that
// the name is or begins with.
func (c *catalog) resolve(name string) string {
	if _, ok := c.index[name]; ok {
		return name
	}
	for alias := name; alias != ""; {
		if id, ok := c.aliases[alias]; ok {
			return id + name[len(alias):]
		}
		alias = alias[:max(0, strings.LastIndex(alias, "-"))]
	}
	return name
}

// Match returns the clients that have every word of text in their id, name,
// runtime, settings or system: numbers as they are, words by how they begin. If
// there are none, it returns those whose ids or aliases look most like text,
// nearest first; of a text of more than 200 bytes there are none.
func Match(text string) []Client {
	const longest = 200 // bytes; a longer text is no name and would take long to compare
	c := load()
	if len(text) > longest {
		return nil
	}
	wanted := words(text)
	if len(wanted) == 0 {
		return nil
	}
	var found []Client
	for _, client := range c.clients {
		has := words(strings.Join([]string{client.ID, client.Name, client.Runtime, client.Settings, client.OS}, " "))
		if !slices.ContainsFunc(wanted, func(w string) bool { return !matchesWord(has, w) }) {
			found = append(found, client.clone())
		}
	}
	if found == nil {
		return c.similar(strings.ToLower(text))
	}
	return found
}

// words splits a text into its words and its numbers, in lower case.
func words(text string) []string {
	text = strings.ToLower(text)
	var list []string
	for text != "" {
		kind := kindOf(rune(text[0]))
		end := strings.IndexFunc(text, func(r rune) bool { return kindOf(r) != kind })
		if end < 0 {
			end = len(text)
		}
		if kind != 0 {
			list = append(list, text[:end])
		}
		text = text[max(end, 1):] // at least the first byte of an odd letter
	}
	return list
}

// kindOf tells letters, digits and all else apart.
func kindOf(r rune) byte {
	switch {
	case '0' <= r && r <= '9':
		return '0'
	case 'a' <= r && r <= 'z':
		return 'a'
	}
	return 0
}

// matchesWord reports whether a word is among those of a client.
func matchesWord(has []string, word string) bool {
	number := kindOf(rune(word[0])) == '0'
	return slices.ContainsFunc(has, func(h string) bool { return h == word || !number && strings.HasPrefix(h, word) })
}

// similar returns the clients with the ids or aliases most like name, at most 5.
func (c *catalog) similar(name string) []Client {
	const enough, most = 0.5, 5
	likeness := map[string]float64{}
	for id := range c.index {
		likeness[id] = dice(name, id)
	}
	for alias, id := range c.aliases {
		likeness[id] = max(likeness[id], dice(name, alias))
	}
	ids := slices.SortedFunc(maps.Keys(likeness), func(a, b string) int {
		return cmp.Or(cmp.Compare(likeness[b], likeness[a]), strings.Compare(a, b))
	})
	var near []Client
	for _, id := range ids[:min(most, len(ids))] {
		if likeness[id] >= enough {
			near = append(near, c.client(id).clone())
		}
	}
	return near
}

// dice returns how alike two texts are, from 0 to 1: what share of their pairs of
// neighbouring bytes they have in common.
func dice(a, b string) float64 {
	if len(a) < 2 || len(b) < 2 {
		return 0
	}
	pairs := map[string]int{}
	for i := range len(a) - 1 {
		pairs[a[i:i+2]]++
	}
	common := 0
	for i := range len(b) - 1 {
		if pairs[b[i:i+2]] > 0 {
			pairs[b[i:i+2]]--
			common++
		}
	}
	return 2 * float64(common) / float64(len(a)+len(b)-2)
}
