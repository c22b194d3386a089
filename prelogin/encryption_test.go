package prelogin_test

import (
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/prelogin"
)

// Short names for the table below.
const (
	off    = prelogin.EncryptOff
	on     = prelogin.EncryptOn
	notSup = prelogin.EncryptNotSupported
	req    = prelogin.EncryptRequired
	cert   = prelogin.EncryptClientCert

	policyOff    = prelogin.PolicyOff
	policyOn     = prelogin.PolicyOn
	policyNotSup = prelogin.PolicyNotSupported

	none  = prelogin.ScopeNone
	login = prelogin.ScopeLogin
	all   = prelogin.ScopeAll
	fails = prelogin.ScopeError
)

// TestNegotiation is the whole table of [MS-TDS], section 2.2.6.5: what the
// server answers, whether it ends the connection, and what the client does.
func TestNegotiation(t *testing.T) {
	tests := []struct {
		client     prelogin.Encryption
		policy     prelogin.ServerPolicy
		answer     prelogin.Encryption
		terminated bool
		scope      prelogin.Scope
	}{
		{off, policyOff, off, false, login},
		{off, policyOn, req, false, all},
		{off, policyNotSup, notSup, false, none},
		{on, policyOff, on, false, all},
		{on, policyOn, on, false, all},
		{on, policyNotSup, notSup, true, fails},
		{notSup, policyOff, notSup, false, none},
		{notSup, policyOn, req, true, fails},
		{notSup, policyNotSup, notSup, false, none},
		{req, policyOff, on, false, all},
		{req, policyOn, on, false, all},
		{req, policyNotSup, notSup, true, fails},
		{cert | off, policyOff, off, false, login},
		{cert | off, policyOn, req, false, all},
		{cert | off, policyNotSup, notSup, true, fails},
		{cert | on, policyOff, on, false, all},
		{cert | on, policyOn, on, false, all},
		{cert | on, policyNotSup, notSup, true, fails},
		{cert | notSup, policyOff, req, true, fails},
		{cert | notSup, policyOn, req, true, fails},
		{cert | notSup, policyNotSup, req, true, fails},
		{cert | req, policyOff, on, false, all},
		{cert | req, policyOn, on, false, all},
		{cert | req, policyNotSup, notSup, true, fails},
	}
	require.Len(t, tests, 8*3)
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%v to policy %d", tt.client, tt.policy), func(t *testing.T) {
			answer, terminated := prelogin.Negotiate(tt.client, tt.policy)
			require.Equal(t, tt.answer, answer)
			require.Equal(t, tt.terminated, terminated)
			require.Equal(t, tt.scope, prelogin.Agreed(tt.client, answer))
		})
	}
}

func TestNegotiateOutsideTheTable(t *testing.T) {
	for value := range 256 {
		client := prelogin.Encryption(value)
		if client&^cert > req {
			for policy := range prelogin.ServerPolicy(3) {
				answer, terminated := prelogin.Negotiate(client, policy)
				require.Equal(t, notSup, answer, client)
				require.True(t, terminated, client)
			}
		}
		answer, terminated := prelogin.Negotiate(client, policyNotSup+1)
		require.Equal(t, notSup, answer, client)
		require.True(t, terminated, client)
	}
}

// TestAgreed has the answers that no server of the table gives.
func TestAgreed(t *testing.T) {
	tests := []struct {
		name           string
		client, answer prelogin.Encryption
		want           prelogin.Scope
	}{
		{"on may not fall back to the login alone", on, off, fails},
		{"req may not fall back to the login alone", req, off, fails},
		{"req answers on", on, req, all},
		{"req answers req", req, req, all},
		{"off accepts on", off, on, all},
		{"not_sup cannot encrypt a login", notSup, off, fails},
		{"not_sup cannot encrypt", notSup, on, fails},
		{"a certificate with not_sup", cert | notSup, notSup, fails},
		{"flags of the answer do not count", off, cert | req, all},
		{"bit 0x40 does not count", on | 0x40, on | 0x40, all},
		{"bit 0x20 is a value that nobody knows", on, on | 0x20, fails},
		{"4 is a value that nobody knows", off, 4, fails},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, prelogin.Agreed(tt.client, tt.answer))
		})
	}
}

func TestScopeUsesTLS(t *testing.T) {
	for scope, want := range map[prelogin.Scope]bool{none: false, login: true, all: true, fails: false} {
		require.Equal(t, want, scope.UsesTLS())
	}
}

func TestEncryptionString(t *testing.T) {
	names := map[prelogin.Encryption]string{
		0x00: "off", 0x01: "on", 0x02: "not_sup", 0x03: "req",
		0x80: "client_cert+off", 0x81: "client_cert+on", 0x82: "client_cert+not_sup", 0x83: "client_cert+req",
	}
	for value := range 256 {
		e := prelogin.Encryption(value)
		want, named := names[e]
		if !named {
			want = fmt.Sprintf("0x%02x", value)
		}
		require.Equal(t, want, e.String())
	}
}

func TestEncryptionBase(t *testing.T) {
	for value, want := range map[prelogin.Encryption]prelogin.Encryption{
		0x00: off, 0x83: req, 0x41: on, 0xc2: notSup, 0x04: 0x04, 0x21: 0x21, 0xff: 0x3f,
	} {
		require.Equal(t, want, value.Base(), "0x%02x", uint8(value))
	}
}

// TestNegotiationWithAServer asks the second implementation of the table.
func TestNegotiationWithAServer(t *testing.T) {
	policies := map[prelogin.ServerPolicy]testserver.Policy{
		policyOff: testserver.Off, policyOn: testserver.On, policyNotSup: testserver.NotSupported,
	}
	for policy, set := range policies {
		server, err := testserver.New(testserver.Config{Encryption: set})
		require.NoError(t, err)
		for _, client := range []prelogin.Encryption{off, on, notSup, req, cert | off, cert | on, cert | notSup, cert | req} {
			a, b := net.Pipe()
			go server.Serve(b)
			raw, err := prelogin.Request(client, "").Raw()
			require.NoError(t, err)
			m, err := prelogin.Exchange(a, prelogin.Framing{}, raw)
			require.NoError(t, err)
			answer, err := m.Encryption()
			require.NoError(t, err)
			want, _ := prelogin.Negotiate(client, policy)
			require.Equal(t, want, answer, "%v to policy %d", client, policy)
			require.NoError(t, a.Close())
		}
		require.NoError(t, server.Close())
	}
}
