package clients

import (
	"cmp"
	"encoding/hex"
	"slices"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// captures are the hellos captured from the programs of one family.
type captures struct {
	Family   string
	Driver   string
	Drawn    int
	Programs []program
}

// A program is one version of a driver on one runtime.
type program struct {
	Name      string
	Runtime   string
	OS        string
	Stack     string
	Driver    string // if not the family's
	Prelogin  hexBytes
	IPName    bool `json:"ip_name"`
	Evidence  []string
	Uncertain []string
	Clients   []capture
}

// A capture is what a program sent with certain settings.
type capture struct {
	ID         string
	Settings   string
	Mode       probe.Mode
	Encryption string   // what it asks for, if not the program's
	Stack      string   // if not the program's
	MinVersion version  `json:"min_version"`
	Hello      hexBytes // a TLS record
	HelloOf    string   `json:"hello_of"` // or the id of an entry that has the same
}

func (c *catalog) addCaptures(all captures) {
	for _, p := range all.Programs {
		for _, e := range p.Clients {
			client := Client{
				ID: e.ID, Name: p.Name, Family: all.Family, Driver: cmp.Or(p.Driver, all.Driver), Stack: p.Stack,
				Runtime: p.Runtime, Settings: e.Settings, OS: p.OS, Mode: e.Mode, Hello: e.Hello, IPName: p.IPName,
				Evidence: slices.Clone(p.Evidence), Uncertain: slices.Clone(p.Uncertain),
			}
			if e.Stack != "" {
				client.Stack = e.Stack
			}
			if e.HelloOf != "" {
				client.Hello = c.client(e.HelloOf).Hello
			}
			if client.Mode != probe.ModeTDS8 {
				client.Mode = probe.ModeTDS7
				client.setPrelogin(p.Prelogin, e.Encryption, all.Drawn)
			}
			c.add(client, probe.Version(e.MinVersion))
		}
	}
}

// setPrelogin sets what c sends before TLS: a captured body if there is one, with
// its own ENCRYPTION or another.
func (c *Client) setPrelogin(body []byte, encryption string, drawn int) {
	if body == nil {
		return
	}
	message, err := prelogin.Parse(body)
	must(err, c.ID)
	c.Prelogin, err = message.Raw()
	must(err, c.ID)
	c.Drawn = drawn
	if encryption != "" {
		option(c.Prelogin, prelogin.TokenEncryption)[0] = byte(encryptionOf(encryption))
	}
}

// encryptionOf is the inverse of [prelogin.Encryption.String].
func encryptionOf(name string) prelogin.Encryption {
	for _, e := range []prelogin.Encryption{prelogin.EncryptOff, prelogin.EncryptOn, prelogin.EncryptNotSupported} {
		if e.String() == name {
			return e
		}
	}
	panic("clients: no encryption " + name)
}

// hexBytes are bytes that the data writes in hexadecimal.
type hexBytes []byte

func (b *hexBytes) UnmarshalText(text []byte) (err error) {
	*b, err = hex.DecodeString(string(text))
	return err
}
