package probe

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"reflect"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/iana"
	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// An Alert is a TLS alert that the server sent: RFC 8446, section 6.
type Alert struct {
	Level uint8 `json:"level"` // 1 warning, 2 fatal
	Code  uint8 `json:"code"`
}

// String returns the registered name of the alert.
func (a Alert) String() string { return iana.AlertName(a.Code) }

// Levels and descriptions of RFC 8446, section 6, and of RFC 5246, section 7.2.
const (
	alertWarning          = 1
	alertFatal            = 2
	alertCloseNotify      = 0
	alertUserCanceled     = 90
	alertNoRenegotiation  = 100
	alertUnrecognizedName = 112
)

// weight is how much an alert explains of the end of a connection: least are
// warnings that servers send and then go on.
func (a Alert) weight() int {
	switch {
	case a.Code == alertCloseNotify:
		return 1
	case a.Level == alertFatal:
		return 3
	case a.Code == alertUnrecognizedName, a.Code == alertNoRenegotiation:
		return 0
	}
	return 2
}

// telling returns the alert that explains most of the end of a connection, the
// last of several, nil if there is none.
func telling(alerts []tlswire.Alert) *Alert {
	var most *Alert
	for _, a := range alerts {
		alert := &Alert{Level: a.Level, Code: a.Description}
		if most == nil || alert.weight() >= most.weight() {
			most = alert
		}
	}
	return most
}

// ended reports whether an alert ended the connection.
func ended(alerts []tlswire.Alert) bool { return slices.ContainsFunc(alerts, tlswire.Alert.Ends) }

// told keeps the alert that explains most of an attempt's end, and makes it that
// end if it is: some servers say what is wrong in a warning, and then close.
func (c *conversation) told(alerts []tlswire.Alert, err error) error {
	alert := telling(alerts)
	if alert == nil {
		return err
	}
	c.result.Alert = alert
	switch outcome := classify(err, c.result.Stage); {
	case errors.Is(err, errAlert):
		return fmt.Errorf("%w: %v", errAlert, alert)
	case outcome == Alerted:
		return err
	case ended(alerts), alert.weight() > 0 && outcome.ForciblyClosed():
		return fmt.Errorf("%w: %v: %w", errAlert, alert, err)
	}
	return err
}

// alertsIn returns the alerts in clear text in a stream of records. One that is
// encrypted is longer than these can be.
func alertsIn(records []byte) (alerts []tlswire.Alert) {
	const encrypted = 16
	var pending []byte // one may be split over records: RFC 5246, section 6.2.1
	for len(records) >= recordHeader {
		n := recordHeader + int(binary.BigEndian.Uint16(records[3:]))
		if len(records) < n {
			break
		}
		if records[0] == recordAlert && n < recordHeader+encrypted {
			pending = append(pending, records[recordHeader:n]...)
		}
		records = records[n:]
	}
	for pair := range slices.Chunk(pending, 2) {
		if len(pair) == 2 {
			alerts = append(alerts, tlswire.Alert{Level: pair[0], Description: pair[1]})
		}
	}
	return alerts
}

// alertOf returns the alert in a TLS stack's "remote error", which may have
// come encrypted.
func alertOf(err error) *Alert {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" {
		return nil
	}
	code := reflect.ValueOf(op.Err) // utls keeps its alert type to itself
	if code.Kind() != reflect.Uint8 {
		return nil
	}
	return &Alert{Level: alertFatal, Code: uint8(code.Uint())}
}
