package clients

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/tdsprobe/tdsprobe/probe"
)

//go:embed catalog/*.json
var files embed.FS

// A catalog is the embedded data, put together.
type catalog struct {
	clients []Client
	index   map[string]int // of clients, by id
	aliases map[string]string
	stacks  map[string]stack
	drivers map[string]driver
	causes  map[Cause]remedy
	endings []ending
}

// captured are the files of captures.
var captured = []string{"go-mssqldb", "tedious", "mssql-jdbc", "jtds", "freetds", "openssl"}

// load reads the data once. That is part of the program, so it panics if it is
// wrong.
var load = sync.OnceValue(func() *catalog {
	c := &catalog{
		index:   map[string]int{},
		aliases: read[map[string]string]("aliases"),
		stacks:  readStacks(),
		drivers: readDrivers(),
		causes:  readCauses(),
		endings: read[[]ending]("endings"),
	}
	for _, name := range captured {
		c.addCaptures(read[captures](name))
	}
	c.addWindows(read[windows]("windows"))
	c.addLinux(read[linux]("linux"))
	return c
})

// read decodes a file of the catalog.
func read[T any](name string) T {
	var value T
	data, err := files.ReadFile("catalog/" + name + ".json")
	if err == nil {
		err = json.Unmarshal(data, &value)
	}
	must(err, name)
	return value
}

// must stops the program at data that is wrong.
func must(err error, what string) {
	if err != nil {
		panic(fmt.Sprintf("clients: %s: %v", what, err))
	}
}

// add finishes a client with the tables of its driver and stack. If version is
// zero, the lowest in the hello's supported_versions is the lowest that it
// takes, or what its TLS takes by default.
func (c *catalog) add(client Client, version probe.Version) {
	hello, err := probe.ParseHello(client.Hello)
	must(err, client.ID)
	stack, driver := c.stack(client.Stack), c.driver(client.Driver)
	client.Rules = stack.Rules
	client.Rules.ClearLogin = driver.ClearLogin
	client.Rules.MinVersion = version
	switch {
	case version != 0:
	case len(hello.SupportedVersions) > 0:
		client.Rules.MinVersion = slices.Min(hello.SupportedVersions)
	default:
		client.Rules.MinVersion = min(probe.Version(stack.Floor), hello.MaxVersion)
	}
	client.Framing.ZeroPacketID = driver.ZeroPacketID
	client.Evidence = evidence(client.Evidence, driver, stack)
	if _, twice := c.index[client.ID]; twice {
		panic("clients: twice: " + client.ID)
	}
	c.index[client.ID] = len(c.clients)
	c.clients = append(c.clients, client)
}

// evidence returns what there is for a client, with that for its tables.
func evidence(own []string, d driver, s stack) []string {
	all := slices.Clone(own)
	for _, source := range d.Evidence {
		all = append(all, "driver: "+source)
	}
	for _, source := range s.Evidence {
		all = append(all, "TLS: "+source)
	}
	return all
}

// client returns an entry that has to be there.
func (c *catalog) client(id string) Client {
	i, ok := c.index[id]
	if !ok {
		panic("clients: no client " + id)
	}
	return c.clients[i]
}

// All returns the catalog, captures first.
func All() []Client {
	all := slices.Clone(load().clients)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// stack and driver return tables that have to be there.
func (c *catalog) stack(id string) stack {
	s, ok := c.stacks[id]
	if !ok {
		panic("clients: no stack " + id)
	}
	return s
}

func (c *catalog) driver(id string) driver {
	d, ok := c.drivers[id]
	if !ok {
		panic("clients: no driver " + id)
	}
	return d
}
