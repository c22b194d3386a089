package diagnose_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// TestEncryption: the answers to every ENCRYPTION, in the order off, on,
// not_sup, req.
func TestEncryption(t *testing.T) {
	tests := []struct {
		name    string
		answers [4]string
		want    []string
	}{
		{"Force Encryption", [4]string{"req", "on", "req", "on"}, []string{"force_encryption"}},
		{"on request", [4]string{"off", "on", "not_sup", "on"}, []string{"clear_login"}},
		{"NOT_SUP answered with OFF", [4]string{"off", "on", "off", "on"}, []string{"clear_login"}},
		{"never", [4]string{"not_sup", "not_sup", "not_sup", "not_sup"}, []string{"no_encryption"}},
		{"downgraded", [4]string{"off", "not_sup", "not_sup", "on"}, []string{"no_encryption"}},
		{"two refused", [4]string{"off", "on", "reset", "closed"}, []string{"encryption_refused"}},
		{"an answer without ENCRYPTION", [4]string{"off", "on", "accepted", "on"}, []string{}},
		{"not known", [4]string{}, []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := &enumerate.Server{
				InstanceMatches: true, Encryption: tt.answers[0], ForceEncryption: tt.answers[0] == "req",
				EncryptionAnswers: map[string]*string{},
			}
			for i, asked := range []string{"off", "on", "not_sup", "req"} {
				if tt.answers[i] != "" {
					server.EncryptionAnswers[asked] = &tt.answers[i]
				}
			}
			require.Equal(t, tt.want, ids(&enumerate.Report{Server: server}))
		})
	}
	server := &enumerate.Server{InstanceMatches: true, Encryption: "not_sup"} // nothing else was asked
	require.Equal(t, []string{"PRELOGIN with ENCRYPTION = off: answered with not_sup"}, evidence(t, "no_encryption", &enumerate.Report{Server: server}))
	closed := "closed"
	server = &enumerate.Server{InstanceMatches: true, EncryptionAnswers: map[string]*string{"not_sup": &closed, "on": nil}}
	require.Equal(t, []string{"PRELOGIN with ENCRYPTION = not_sup: closed"}, evidence(t, "encryption_refused", &enumerate.Report{Server: server}))
}
