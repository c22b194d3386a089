package render

import (
	"encoding/json"
	"reflect"
	"strings"
	"unicode"
)

// htmlLongest bounds a text, in characters: names in certificates can be as long
// as the sender likes. htmlLongestName bounds a server's, which headings repeat.
// The JSON that the page offers has all of both.
const htmlLongest, htmlLongestName = 1000, 200

// htmlHarmless returns a copy of v in which every text can be shown: it is UTF-8
// without control characters, without invisible ones such as those that turn the
// direction of text, and not too long. Markup is the template's to escape.
func htmlHarmless[T any](v T) (T, error) {
	var harmless T
	data, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(data, &harmless)
	}
	htmlClean(reflect.ValueOf(&harmless))
	return harmless, err
}

// htmlClean makes every text harmless that v leads to, keys of maps aside.
func htmlClean(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		htmlClean(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			htmlClean(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			htmlClean(v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			htmlClean(v.MapIndex(key)) // the values of a report's maps are pointers
		}
	case reflect.String:
		if v.CanSet() {
			v.SetString(cut(strings.Map(htmlShown, v.String()), htmlLongest))
		}
	}
}

func htmlShown(r rune) rune {
	if r != '\n' && steers(r) {
		return unicode.ReplacementChar
	}
	return r
}

// An htmlList is the beginning of a list.
type htmlList struct {
	Items []string
	More  int // how many are left out
}

func htmlFew(list []string, most int) htmlList {
	few := min(len(list), most)
	return htmlList{list[:few], len(list) - few}
}
