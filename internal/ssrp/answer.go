package ssrp

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// An Instance is what SQL Server Browser says of one: [MC-SQLR], section 2.2.5.
type Instance struct {
	Server    string
	Name      string
	Clustered bool
	Version   string // often of the first release, not of the build that runs
	TCP       uint16 // port, 0 if the instance does not listen on TCP
	Pipe      string // name of its pipe, empty if it has none
}

// A FormatError says what is wrong with an answer.
type FormatError struct{ Reason string }

func (e *FormatError) Error() string { return "ssrp: answer: " + e.Reason }

const (
	answerHeader = 3                   // type and size
	maxAnswer    = answerHeader + 1024 // RESP_DATA to CLNT_UCAST_INST: [MC-SQLR], section 2.2.5
)

// content returns RESP_DATA of an SVR_RESP whose size field tells the truth.
func content(answer []byte) ([]byte, error) {
	switch {
	case len(answer) < answerHeader:
		return nil, &FormatError{"cut short"}
	case answer[0] != serverResponse:
		return nil, &FormatError{fmt.Sprintf("message type 0x%02x", answer[0])}
	case len(answer) > maxAnswer:
		return nil, &FormatError{"more than 1024 bytes"}
	}
	size := int(binary.LittleEndian.Uint16(answer[1:]))
	if size != len(answer)-answerHeader {
		return nil, &FormatError{fmt.Sprintf("size field %d, data %d", size, len(answer)-answerHeader)}
	}
	return answer[answerHeader:], nil
}

// parseInstance decodes the answer to CLNT_UCAST_INST: fields of name and
// value, separated and ended by semicolons. It has to be about the instance
// that was asked for.
func parseInstance(answer []byte, asked string) (*Instance, error) {
	data, err := content(answer)
	if err != nil {
		return nil, err
	}
	text, ok := strings.CutSuffix(string(data), ";;")
	if !ok {
		return nil, &FormatError{"not ended by two semicolons"}
	}
	parts := strings.Split(text, ";")
	if len(parts)%2 != 0 {
		return nil, &FormatError{"a field without a value"}
	}
	fields := map[string]string{}
	for i := 0; i < len(parts); i += 2 {
		name := strings.ToLower(parts[i])
		if _, twice := fields[name]; twice {
			return nil, &FormatError{fmt.Sprintf("field %q twice", name)}
		}
		fields[name] = parts[i+1]
	}
	if !strings.EqualFold(fields["instancename"], asked) {
		return nil, &FormatError{fmt.Sprintf("about instance %q", fields["instancename"])}
	}
	instance := &Instance{
		Server: fields["servername"], Name: fields["instancename"], Version: fields["version"],
		Clustered: strings.EqualFold(fields["isclustered"], "yes"), Pipe: fields["np"],
	}
	if port, ok := fields["tcp"]; ok {
		instance.TCP, err = parsePort(port)
	}
	return instance, err
}

func parsePort(text string) (uint16, error) {
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil || port == 0 {
		return 0, &FormatError{fmt.Sprintf("port %q", text)}
	}
	return uint16(port), nil
}

// parseDAC decodes the answer to CLNT_UCAST_DAC: [MC-SQLR], section 2.2.6. Its
// size field counts the whole message.
func parseDAC(answer []byte) (uint16, error) {
	const size = 6
	if len(answer) != size || answer[0] != serverResponse ||
		binary.LittleEndian.Uint16(answer[1:]) != size || answer[3] != versionDAC {
		return 0, &FormatError{"not that of the administrator connection"}
	}
	port := binary.LittleEndian.Uint16(answer[4:])
	if port == 0 {
		return 0, &FormatError{"port 0"}
	}
	return port, nil
}
