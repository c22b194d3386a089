package command

import (
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A value is a flag whose errors say what it takes, which those of package flag
// do not.
type value[T any] struct {
	at    *T
	parse func(string) (T, error)
	takes string // what parse takes, for people
}

// Set parses text.
func (v value[T]) Set(text string) error {
	parsed, err := v.parse(text)
	if err != nil {
		return errors.New("it takes " + v.takes)
	}
	*v.at = parsed
	return nil
}

// String returns the value as text, empty without one.
func (v value[T]) String() string {
	if v.at == nil { // package flag asks for the zero value
		return ""
	}
	return fmt.Sprint(*v.at)
}

// BindValue adds a flag to a set, at its default. takes says what parse takes.
func BindValue[T any](set *flag.FlagSet, at *T, name string, start T, parse func(string) (T, error), takes, usage string) {
	*at = start
	set.Var(value[T]{at, parse, takes}, name, usage)
}

// BindCount adds a flag to a set that takes a whole number.
func BindCount(set *flag.FlagSet, at *int, name string, start int, usage string) {
	BindValue(set, at, name, start, strconv.Atoi, "a whole number such as 20", usage)
}

// BindTime adds a flag to a set that takes a time.
func BindTime(set *flag.FlagSet, at *time.Duration, name string, start time.Duration, usage string) {
	BindValue(set, at, name, start, time.ParseDuration, "a time with its unit, such as 5s", usage)
}

// modes are all there are.
var modes = []probe.Mode{probe.ModeAuto, probe.ModeTDS7, probe.ModeTDS8, probe.ModeTLS}

func parseMode(text string) (mode probe.Mode, err error) {
	err = mode.UnmarshalText([]byte(text))
	return mode, err
}

func parseNumber(text string) (float64, error) { return strconv.ParseFloat(text, 64) }

// parsePort parses a port that one can connect to.
func parsePort(text string) (uint16, error) {
	port, err := strconv.ParseUint(text, 10, 16)
	if err == nil && port == 0 {
		err = strconv.ErrRange
	}
	return uint16(port), err
}

// oneOf lists values for people.
func oneOf[T fmt.Stringer](values []T) string {
	var names []string
	for _, v := range values {
		names = append(names, v.String())
	}
	return strings.Join(names, ", ")
}
