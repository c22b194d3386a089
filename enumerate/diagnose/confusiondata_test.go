package diagnose_test

import (
	"crypto"
	"crypto/x509"
	"time"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/internal/testserver/stacks"
	"github.com/tdsprobe/tdsprobe/probe"
)

// confusions are servers by the scenarios, then the neighbours.
func confusions() []confusion {
	var all []confusion
	for _, list := range [][]confusion{versionCases(), suiteCases(), certificateCases(), zerosCases(), pressureCases(), strictCases(), encryptionCases(), otherCases()} {
		all = append(all, list...)
	}
	return all
}

// quick are the dimensions that most findings need, and deep those of hashes of
// certificates and of behaviours.
var (
	quick   = []enumerate.Dimension{enumerate.Suites, enumerate.Certificates}
	deep    = append(quick[:len(quick):len(quick)], enumerate.Signatures, enumerate.Behaviours)
	reach   = []enumerate.Dimension{enumerate.Versions}
	ask     = []enumerate.Dimension{enumerate.Encryption}
	press   = []enumerate.Dimension{enumerate.Pressure}
	zeros   = []enumerate.Dimension{enumerate.LeadingZeros}
	changes = []enumerate.Dimension{enumerate.Tolerances}
)

// Of a sound server it is said that few old clients get in, and clients without
// TLS do; and that all is well if nothing worse is said.
const (
	few  = "old_versions_disabled clear_login"
	well = few + " healthy"
	// unverified is well but for a certificate that clients may not take.
	unverified = few + " healthy_handshake"
)

// versionCases have no common version: scenario 1.
func versionCases() []confusion {
	return []confusion{
		{name: "sound", config: sound(), own: "old_versions_disabled", beside: "clear_login healthy", only: quick, evidence: []string{"TLS 1.0", "Windows Server 2008 R2 / Windows 7 as a client has no version in common with it"}},
		{name: "2008 R2, too old", config: built([6]byte{10, 50, 0x0f, 0xa0, 0, 0}, versions(0x0301)), own: "server_too_old", beside: "old_versions_enabled clear_login", only: reach},
		{name: "2012 RTM, too old", config: built([6]byte{11, 0, 0x08, 0x34, 0, 60}, versions(0x0301)), own: "server_too_old", beside: "old_versions_enabled clear_login", only: reach,
			evidence: []string{"VERSION 11.0.2100.60 (SQL Server 2012), TLS 1.2: not supported; the first builds with it after that: 11.0.5352, 11.0.5644, 11.0.6216, 11.0.6518", "answered with TLS 1.0"}},
		{name: "TLS 1.2 disabled", config: built([6]byte{15, 0, 0x07, 0xd0, 0, 5}, versions(0x0301, 0x0302)), own: "tls12_disabled", beside: "old_versions_enabled clear_login", only: reach,
			evidence: []string{"VERSION 15.0.2000.5 (SQL Server 2019), TLS 1.2: supported", "answered with TLS 1.1"}},
		{name: "between the branches", config: built([6]byte{11, 0, 0x15, 0x18, 0, 0}, versions(0x0301)), own: "tls12_unknown", beside: "old_versions_enabled clear_login", only: reach,
			evidence: []string{"VERSION 11.0.5400.0 (SQL Server 2012), TLS 1.2: unknown"}},
		{name: "no version", config: sound(versions()), own: "no_version", only: reach, evidence: []string{"baseline: TLS 1.0 to 1.3, every suite: closed at client_hello", "7 more attempts: the same"}},
		{name: "no version, resets", config: testserver.Config{TLS: &testserver.TLS{}, Refusal: testserver.RefuseRST}, own: "no_version", only: reach},
		{name: "crashing build", config: built([6]byte{10, 50, 0x19, 0x89, 0, 0}), own: "crashing_build", beside: few, only: reach, evidence: []string{"10.50.6537.0", "10.50.6542"}},
		{name: "TLS 1.3 only, strict", config: with2022(sound(versions())), mode: probe.ModeTDS8, own: "tls13_only", only: reach,
			evidence: []string{"TLS 1.3: accepted with TLS_AES_256_GCM_SHA384"}},
		{name: "TLS 1.2 and 1.3, strict", config: with2022(sound()), mode: probe.ModeTDS8, beside: "old_versions_disabled healthy", only: reach},
		{name: "SSL 3.0", config: changed("2012", versions(0x0300, 0x0303), onlySuites(0xc028, 0x0005)), own: "ssl_enabled", beside: "weak_suites self_signed_fallback " + few, only: reach,
			evidence: []string{"SSL 3.0: accepted with TLS_RSA_WITH_RC4_128_SHA"}},
		{name: "TLS 1.0 beside TLS 1.2", config: sound(versions(0x0301, 0x0303)), own: "old_versions_enabled", beside: "clear_login healthy", only: reach},
	}
}

// suiteCases have no common suite, or DHE: scenarios 2 and 3.
func suiteCases() []confusion {
	unsuited := changed("2019", onlySuites(0xc030, 0x009d))
	unsuited.Refusal = testserver.RefuseAlert
	small := func(all *testserver.TLS) { all.DHEBits = 1024 }
	return []confusion{
		{name: "ECDHE with GCM only", config: sound(onlySuites(0xc030)), own: "gcm_only", beside: "no_common_suite rsa_key_exchange_disabled " + few, only: quick},
		{name: "nothing for default clients", config: sound(onlySuites(0xc030)), own: "no_common_suite", beside: "gcm_only rsa_key_exchange_disabled " + few, only: quick},
		{name: "GCM only", config: sound(onlySuites(0xc030), alsoSuites("2016", 0x009f)), own: "gcm_only_dhe", beside: "rsa_key_exchange_disabled dhe_offered dhe_leading_zeros_correct " + few, only: quick,
			evidence: []string{"TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"}},
		{name: "GCM, with RSA key exchange", config: sound(onlySuites(0xc030, 0x009d)), beside: few, only: quick},
		{name: "PKCS disabled", config: sound(onlySuites(0xc030, 0xc028)), own: "rsa_key_exchange_disabled", beside: well, only: quick,
			evidence: []string{"TLS 1.2: of 2 accepted suites none has RSA key exchange; TLS 1.2: one of"}},
		{name: "no suite for an ECDSA certificate", config: showing(unsuited, testserver.ECDSA()), own: "certificate_without_suites", only: reach,
			evidence: []string{"handshake_failure"}},
		{name: "no suite for an ECDSA certificate, closes", config: showing(changed("2019", onlySuites(0xc030, 0x009d)), testserver.ECDSA()), own: "no_version", only: reach},
		{name: "RC4 and 3DES", config: sound(alsoSuites("2012", 0x0005, 0x000a)), own: "weak_suites", beside: well, only: quick,
			evidence: []string{"TLS 1.2: accepts TLS_RSA_WITH_RC4_128_SHA (RC4)", "(3DES)"}},
		{name: "DHE", config: sound(alsoSuites("2016", 0x009f)), own: "dhe_offered", beside: "dhe_leading_zeros_correct " + well, only: quick},
		{name: "DHE of 1024 bits", config: sound(alsoSuites("2016", 0x009f), small), own: "dh_small", beside: "dhe_offered dhe_leading_zeros_correct " + well, only: quick, evidence: []string{"1024 bits"}},
	}
}

// certificateCases have unusual certificates: scenario 4.
func certificateCases() []confusion {
	const enforced, tolerated = "weak_certificate_hash", "weak_certificate_hash_tolerated"
	all := []confusion{
		{name: "SHA-1, wanted", config: showing(sound(wantsHashes), signed(crypto.SHA1)), own: "sha1_certificate", beside: few, only: deep,
			evidence: []string{"certificate CN=link0.example.com: sha1WithRSAEncryption", "RSA key exchange, all schemes but those with sha1: refused; ephemeral keys, all schemes but those with sha1: refused"}},
		{name: "SHA-1", config: showing(sound(), signed(crypto.SHA1)), own: "sha1_certificate_tolerated", beside: few, only: deep,
			evidence: []string{"ephemeral keys, all schemes but those with sha1: accepted"}},
		{name: "SHA-512, wanted, PKCS disabled", config: showing(sound(wantsHashes, onlySuites(0xc030, 0xc028)), signed(crypto.SHA512)), own: enforced, beside: "rsa_key_exchange_disabled " + few, only: deep,
			evidence: []string{"TLS 1.2, ephemeral keys, all schemes but those with sha512: refused"}},
		{name: "MD5 root, wanted", config: showing(sound(wantsHashes), testserver.Linked(testserver.Link{}, testserver.Link{Hash: crypto.MD5})), own: enforced, beside: few, only: deep,
			evidence: []string{"link 1 of the chain, CN=link1.example.com: md5WithRSAEncryption"}},
	}
	for _, hash := range []crypto.Hash{crypto.MD5, crypto.SHA224, crypto.SHA512} {
		all = append(all,
			confusion{name: hash.String() + ", wanted", config: showing(sound(wantsHashes), signed(hash)), own: enforced, beside: few, only: deep, evidence: []string{"refused"}},
			confusion{name: hash.String(), config: showing(sound(), signed(hash)), own: tolerated, beside: few, only: deep, evidence: []string{"accepted"}})
	}
	return append(all, []confusion{
		{name: "expired", config: showing(sound(), crafted(func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })), own: "certificate_expired", beside: "self_signed " + few, only: quick, evidence: []string{"valid until"}},
		{name: "not yet valid", config: showing(sound(), crafted(func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Hour) })), own: "certificate_not_yet_valid", beside: "self_signed " + few, only: quick, evidence: []string{"valid from"}},
		{name: "negative serial", config: showing(sound(), testserver.Linked(testserver.Link{Serial: -90}, testserver.Link{})), own: "negative_serial", beside: well, only: quick, evidence: []string{"-5a"}},
		{name: "negative serial, strict too", config: with2022(showing(sound(), testserver.Linked(testserver.Link{Serial: -90}, testserver.Link{}))), own: "negative_serial", beside: well, only: quick},
		{name: "MD5, wanted, strict too", config: with2022(showing(sound(wantsHashes), signed(crypto.MD5))), own: enforced, beside: few, only: deep},
		{name: "RSA key of 1024 bits", config: showing(sound(), craftedBy(keys[1024](), func(*x509.Certificate) {})), own: "certificate_key_small", beside: "self_signed " + unverified, only: quick, evidence: []string{"key RSA 1024"}},
		{name: "RSA-PSS", config: showing(sound(), crafted(func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA256WithRSAPSS })), own: "pss_certificate", beside: "self_signed " + unverified, only: quick, evidence: []string{"rsassaPss with sha256"}},
		{name: "made by SQL Server", config: showing(sound(), testserver.RSA()), own: "self_signed_fallback", beside: unverified, only: quick, evidence: []string{"sha256WithRSAEncryption"}},
		{name: "self-signed", config: showing(sound(), crafted(func(*x509.Certificate) {})), own: "self_signed", beside: unverified, only: quick, evidence: []string{"its own issuer"}},
		{name: "asked for by another name", config: sound(), target: func(target *probe.Target) { target.Host = "db.example.com" }, own: "certificate_other_name", beside: unverified, only: quick,
			evidence: []string{"db.example.com was asked for, and it is for link0.example.com"}},
		{name: "asked for by another name, but not named so", config: sound(), target: func(target *probe.Target) { target.Host, target.ServerName = "db.example.com", hostName }, beside: well, only: quick},
		{name: "well, with a certificate of its own", config: showing(sound(), testserver.RSA()), own: "healthy_handshake", beside: "self_signed_fallback " + few, only: quick},
		{name: "leaf alone", config: showing(sound(), leafAlone()), own: "chain_incomplete", beside: well, only: quick, evidence: []string{"certificate CN=link0.example.com: issued by CN=link1.example.com, with which the chain ends"}},
	}...)
}

// zerosCases do DHE well or badly: scenario 5.
func zerosCases() []confusion {
	dhe := alsoSuites("2016", 0x009f, 0x009e)
	keeps := func(all *testserver.TLS) { all.DHEZeros = testserver.KeepZeros }
	fails := func(all *testserver.TLS) { all.DHEZeros = testserver.FailZeros }
	long := func(all *testserver.TLS) { all.NoShortYc = true }
	flaky := sound(dhe)
	flaky.DHEFailures, flaky.Seed = 1./256, 5
	never := sound(dhe)
	never.DHEFailures = 1
	return []confusion{
		{name: "no DHE handshake", config: never, own: "dhe_handshake_refused", beside: "dhe_offered " + few, only: zeros, evidence: []string{"closed at finished"}},
		{name: "keeps zeros", config: sound(dhe, keeps), own: "dhe_leading_zeros", beside: "dhe_offered " + few, only: zeros, evidence: []string{"the server keeps them"}},
		{name: "fails on zeros", config: sound(dhe, fails), own: "dhe_leading_zeros", beside: "dhe_offered " + few, only: zeros, evidence: []string{"refused, with them and without"}},
		{name: "no short public value", config: sound(dhe, long), own: "dhe_public_value_zeros", beside: "dhe_offered " + few, only: zeros, evidence: []string{"refused without them"}},
		{name: "correct", config: sound(dhe), own: "dhe_leading_zeros_correct", beside: "dhe_offered " + well, only: zeros, evidence: []string{"taken as it should be"}},
		{name: "correct, one handshake in 256 fails", config: flaky, own: "dhe_leading_zeros_correct", beside: "dhe_offered " + well, only: zeros},
	}
}

// pressureCases fail or are slow at random: scenario 6.
func pressureCases() []confusion {
	const delay = 600 * time.Millisecond
	slow := func(prelogin, hello time.Duration) testserver.Config {
		return but(func(c *testserver.Config) {
			c.PreloginDelay, c.HelloDelay, c.SlowRate, c.Seed = prelogin, hello, 0.3, 4
		})
	}
	return []confusion{
		{name: "slow PRELOGIN", config: slow(delay, 0), own: "slow_prelogin", beside: few, only: press},
		{name: "slow hello", config: slow(0, delay), own: "slow_hello", beside: few, only: press},
		{name: "resets at accept", config: but(func(c *testserver.Config) { c.ResetRate, c.ResetAccepts, c.Seed = 0.3, true, 2 }), own: "connection_pressure", beside: few, only: press},
		{name: "resets of hellos", config: but(func(c *testserver.Config) { c.ResetRate, c.ResetHellos, c.Seed = 0.3, true, 2 }), own: "intermittent", beside: few, only: reach},
	}
}

func strictCases() []confusion {
	const withoutCertificate = "strict_without_certificate"
	force, never := with2022(but(func(c *testserver.Config) { c.ForceStrict = true })), but(func(c *testserver.Config) { c.NoStrict = true })
	certless := func(ending testserver.Certless) testserver.Config {
		return with2022(but(func(c *testserver.Config) { c.Certless = ending }))
	}
	return []confusion{
		{name: "Force Strict", config: force, own: "strict_only", beside: "old_versions_disabled", only: reach},
		{name: "Force Strict, TDS 7 asked for", config: force, mode: probe.ModeTDS7, own: "prelogin_closed", only: reach},
		{name: "closes on everything", config: but(func(c *testserver.Config) { c.ForceStrict, c.NoStrict = true, true }), own: "closes_on_everything", only: reach},
		{name: "2022, strict closed at connect", config: with2022(never), own: withoutCertificate, beside: well, only: reach},
		{name: "2022, strict closed at hello", config: certless(testserver.CloseAtHello), own: withoutCertificate, beside: well, only: reach},
		{name: "2022, strict refused with an alert", config: certless(testserver.AlertAtHello), own: withoutCertificate, beside: well, only: reach},
		{name: "2022, strict closed after hello", config: certless(testserver.CloseAfterHello), own: withoutCertificate, beside: well, only: quick},
		{name: "2019, not strict", config: never, beside: well, only: reach},
		{name: "not strict, TDS 8 asked for", config: never, mode: probe.ModeTDS8, own: "strict_not_known", only: reach},
		{name: "no version, alerts, TDS 8 asked for", config: testserver.Config{TLS: &testserver.TLS{}, Refusal: testserver.RefuseAlert}, mode: probe.ModeTDS8, only: reach},
	}
}

func encryptionCases() []confusion {
	return []confusion{
		{name: "an answer to every ENCRYPTION", config: sound(), own: "clear_login", beside: "old_versions_disabled healthy", only: ask},
		{name: "Force Encryption", config: but(func(c *testserver.Config) { c.Encryption = testserver.On }), own: "force_encryption", beside: "old_versions_disabled healthy", only: ask},
		{name: "no encryption", config: but(func(c *testserver.Config) { c.Encryption, c.NoStrict = testserver.NotSupported, true }), own: "no_encryption", only: ask},
		{name: "no encryption, but strict", config: with2022(but(func(c *testserver.Config) { c.Encryption = testserver.NotSupported })), own: "no_encryption", beside: "old_versions_disabled", only: ask},
		{name: "NOT_SUP refused", config: but(func(c *testserver.Config) { c.Wants = testserver.Wants{NoEncryption: []byte{2}} }), own: "encryption_refused", beside: "old_versions_disabled healthy", only: ask},
	}
}

// otherCases are the other neighbours: who answers there at all, and how.
func otherCases() []confusion {
	named := func(instance string) func(*probe.Target) {
		return func(target *probe.Target) { target.Instance = instance }
	}
	older, same := sound(versions(0x0301, 0x0303)), sound()
	azure := built([6]byte{12, 0, 0x07, 0xd0, 0, 8})
	azure.NoStrict = true
	openSSL := stacks.Config{Versions: []uint16{stacks.TLS12, stacks.TLS13}}
	babelfish := stacks.Config{Versions: []uint16{stacks.TLS12}, ServerPreference: true, Ciphers: "HIGH:MEDIUM:+3DES:!aNULL"}
	return []confusion{
		{name: "as clients like it", config: sound(), own: "healthy", beside: few, only: quick},
		{name: "instance HR asked for at SALES", config: but(func(c *testserver.Config) { c.InstanceName = "SALES" }), target: named("HR"), own: "wrong_instance", beside: few, only: reach, evidence: []string{"instance HR"}},
		{name: "instance sales asked for at SALES", config: but(func(c *testserver.Config) { c.InstanceName = "SALES" }), target: named("sales"), beside: well, only: reach},
		{name: "VERSION of Azure", config: azure, own: "azure_minimum_version", beside: well, only: reach},
		{name: "name of Azure", config: sound(), target: func(target *probe.Target) { target.Host = "example.Database.Windows.net" },
			own: "azure_minimum_version", beside: "certificate_other_name " + unverified, only: reach, evidence: []string{"host name example.Database.Windows.net"}},
		{name: "nodes that differ", config: sound(), node: &older, own: "nodes_differ", beside: "old_versions_enabled " + few, only: quick, evidence: []string{"TLS 1.0 at "}},
		{name: "nodes that do not", config: sound(), node: &same, beside: well, only: quick},
		{name: "mirroring endpoint", config: testserver.Config{Fault: testserver.NotTDS}, target: func(target *probe.Target) { target.Port = 5022 }, own: "mirroring_endpoint", only: reach},
		{name: "closes on PRELOGIN, another port", config: testserver.Config{Fault: testserver.NotTDS}, own: "closes_on_everything", only: reach},
		{name: "no version at port 5022", config: testserver.Config{TLS: &testserver.TLS{}}, target: func(target *probe.Target) { target.Port = 5022 }, own: "no_version", only: reach},
		{name: "HTTP", config: testserver.Config{Fault: testserver.HTTP}, own: "not_sql_server", only: reach},
		{name: "SSH", config: testserver.Config{Fault: testserver.SSH}, own: "not_sql_server", only: reach},
		{name: "damaged PRELOGIN answer", config: testserver.Config{Fault: testserver.PreloginGarbage}, mode: probe.ModeTDS7, own: "not_sql_server", only: reach},
		{name: "garbage for a ServerHello", config: testserver.Config{Fault: testserver.Garbage}, own: "not_tls", only: reach},
		{name: "ERROR token", config: testserver.Config{Fault: testserver.ErrorToken}, mode: probe.ModeTDS7, own: "tds_error", only: reach},
		{name: "mute", config: testserver.Config{Fault: testserver.Mute}, mode: probe.ModeTDS7, own: "silent", only: reach},
		{name: "mute, TDS 8 asked for", config: testserver.Config{Fault: testserver.Mute}, mode: probe.ModeTDS8, own: "silent", only: reach},
		{name: "silence for a refusal", config: testserver.Config{TLS: &testserver.TLS{}, Refusal: testserver.RefuseSilence}, mode: probe.ModeTDS7, own: "silent_at_hello", only: reach},
		{name: "SSH, without TDS", config: testserver.Config{Fault: testserver.SSH}, mode: probe.ModeTLS, own: "neither_tds_nor_tls", only: reach},
		{name: "TLS and no TDS", config: testserver.Config{Plain: true}, own: "tds_not_shown", beside: "old_versions_enabled weak_suites self_signed_fallback dhe_offered dhe_leading_zeros_correct", only: quick},
		{name: "nobody", target: func(target *probe.Target) { target.Address = "127.0.0.1:1" }, own: "connection_refused", only: reach},
		{name: "no address", target: func(target *probe.Target) { target.Host, target.Address = "db..example.com", "" }, own: "name_not_resolved", only: reach},
		{name: "alerts", config: but(func(c *testserver.Config) { c.Refusal = testserver.RefuseAlert }), own: "alert_not_windows", beside: well, only: reach},
		{name: "small hellos only", config: but(func(c *testserver.Config) { c.Wants = testserver.Wants{MaxSize: 1300} }), own: "intolerant", beside: few, only: changes},
		{name: "tiny hellos only", config: but(func(c *testserver.Config) { c.Wants = testserver.Wants{MaxSize: 250} }), own: "intolerant", beside: "clear_login", only: reach, evidence: []string{"TLS 1.0 to 1.3, every suite: closed at client_hello, though accepted: baseline: TLS 1.2, common suites"}},
		{name: "wants what Schannel wants", config: but(func(c *testserver.Config) { c.Wants = testserver.Wants{Renegotiation: true, PointFormats: true} }), beside: well, only: changes},
		{name: "no ServerHello extensions", config: sound(func(all *testserver.TLS) { all.NoExtensions = true }), own: "no_secure_renegotiation", beside: few, only: deep},
		{name: "DEFLATE", config: sound(func(all *testserver.TLS) { all.Deflate = true }), own: "compression", beside: well, only: deep},
		{name: "OpenSSL", config: testserver.Config{OS: "2019"}, stack: &openSSL, own: "alert_not_windows", beside: "self_signed certificate_other_name dhe_offered dhe_leading_zeros_correct " + unverified},
		{name: "Babelfish", config: azure, stack: &babelfish, own: "alert_not_windows", beside: "self_signed certificate_other_name dhe_offered azure_minimum_version dhe_leading_zeros_correct " + unverified},
	}
}

// deserved are the findings that servers with defaults have: those of suites,
// versions and logins are what Windows and SQL Server do unless told otherwise,
// those of certificates what a server does that was given none.
var deserved = []string{
	"server_too_old", "dh_small", "dhe_offered", "ssl_enabled", "weak_suites", "clear_login",
	"old_versions_enabled", "self_signed_fallback", "dhe_leading_zeros_correct", "healthy", "healthy_handshake",
}

// defaults are the servers with defaults, whose findings are all they have.
func defaults() []confusion {
	const always = "old_versions_enabled self_signed_fallback "
	const dhe = "dhe_offered weak_suites dhe_leading_zeros_correct "
	byOS := map[string]string{ // those of suites with an RSA certificate
		"2008 R2": "ssl_enabled dh_small dhe_offered weak_suites ", "2012": "ssl_enabled dh_small " + dhe, "2012 R2": "ssl_enabled dh_small " + dhe,
		"2016": dhe, "2019": dhe, "2022": dhe, "2025": "",
	}
	var list []confusion
	for _, os := range schannel.Servers() {
		for _, mode := range []probe.Mode{probe.ModeTDS7, probe.ModeTDS8, probe.ModeAuto} {
			both, ecdsa := always+"healthy_handshake ", ""
			if os == "2008 R2" {
				both = always + "server_too_old "
			}
			if mode != probe.ModeTDS8 {
				both += "clear_login "
				if os == "2008 R2" { // SSL 2.0
					ecdsa = "ssl_enabled weak_suites "
				}
			}
			list = append(list,
				confusion{name: os + ", RSA", config: testserver.Config{OS: os}, mode: mode, beside: both + byOS[os]},
				confusion{name: os + ", ECDSA", config: withECDSA(os), mode: mode, beside: both + ecdsa})
		}
	}
	return list
}
