package detect

import (
	"strings"
	"testing"
)

const (
	rfc7519 = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." +
		"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ." +
		"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	unsecured = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UifQ."
	detached  = "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY"
	jwe       = "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckCL9kiMT03JGe" +
		".48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6ji.XFBoMYUZodetZdvTiFvSkQ"
)

func TestJWT(t *testing.T) {
	t.Parallel()
	check(t, JWT, same(rfc7519, jwe, detached), []string{
		"eyJ0eXAiOiJKV1QifQ.eyJpc3MiOiJqb2UifQ.abc", "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9.abc", "eye.ball.x", "eyJ.eyJ.eyJ",
	})
	check(t, JWT, map[string]string{
		"got " + rfc7519 + ", thanks": rfc7519,
		"unsecured " + unsecured:      unsecured,
		"-" + rfc7519 + "-":           rfc7519 + "-",
	}, nil)
}

func TestPEM(t *testing.T) {
	t.Parallel()
	const key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nq83v\n-----END RSA PRIVATE KEY-----"
	check(t, PEM, map[string]string{
		"key:\n" + key + "\nend":                       key,
		strings.ReplaceAll(key, "\n", `\n`):            strings.ReplaceAll(key, "\n", `\n`),
		"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnN": "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnN",
	}, []string{
		"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", "-----BEGIN PUBLIC KEY-----\nMIIB", "----- BEGIN", "-------------",
	})
}

// filler has every class of characters and no meaning.
const filler = "a8Zk3Qx7Lm2Pw9Rt5Vy1Bn6Hc4Jd0Fg8Sk3Ul7Eo2Ti9Aq5Wz1Xv6Cb4Nm0Gp8Kd3Rf7Yh2Js9Lx5Mt1Qw6Ez4"

const hexFiller = "0af7651916cd43dd8448eb211c80319c0123456789abcdef0123456789abcdef"

func TestProviders(t *testing.T) {
	t.Parallel()
	for kind, tokens := range map[Kind][]string{
		AWS:          {"AKIAIOSFODNN7EXAMPLE", "ASIA" + strings.Repeat("Q7", 8)},
		Anthropic:    {"sk-ant-api03-" + filler},
		Databricks:   {"dapi" + hexFiller[:32]},
		DigitalOcean: {"dop_v1_" + hexFiller},
		GitHub:       {"ghp_" + filler[:36], "gho_" + filler[:36], "ghs_" + filler[:36], "github_pat_" + filler[:22] + "_" + filler[:59]},
		GitLab:       {"glpat-" + filler[:20], "glptt-" + hexFiller[:40], "glpat-" + filler[:27] + ".01.0a1b2c3d4"},
		Google:       {"1//0" + filler[:60], "AIza" + filler[:33] + "-_", "GOCSPX-" + filler[:28], "ya29." + filler[:60]},
		HuggingFace:  {"hf_" + filler[:34]},
		Mailgun:      {"key-" + hexFiller[:32], hexFiller[:32] + "-" + hexFiller[2:10] + "-" + hexFiller[20:28]},
		NPM:          {"npm_" + filler[:36]},
		OpenAI:       {"sk-" + filler[:48], "sk-proj-" + filler[:80], "sk-svcacct-" + filler[:40]},
		PyPI:         {"pypi-AgEIcHlwaS5vcmc" + filler[:60]},
		SendGrid:     {"SG." + filler[:22] + "." + filler[:43]},
		Shopify:      {"shpat_" + hexFiller[:32]},
		Slack:        {"xoxb-123456789012-1234567890123-" + filler[:24], "xapp-1-A0123456789-1234567890123-" + hexFiller},
		Stripe:       {"sk_live_" + filler[:24], "rk_test_" + filler[:24]},
		Telegram:     {"110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"},
		Twilio:       {"SK" + hexFiller[:32], "AC" + hexFiller[:32]},
		Azure:        {"abc8Q~" + filler[:34]},
		Discord:      {"MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ." + filler[:27], "OTk4NjIyNDgzNDcxOTI1MjQ4Mg.Gl-2FM." + filler[:38]},
		VendorToken: {
			"hvs." + filler[:24], "hvr." + filler[:30], filler[:14] + ".atlasv1." + filler[:67], "squ_" + hexFiller[:40],
			"pat" + filler[:14] + "." + hexFiller, "v1.0-" + hexFiller[:24] + "-" + (hexFiller + hexFiller + hexFiller)[:146],
			"sl." + (filler + filler)[:135], "cio" + filler[:32], "access-sandbox-47223179-9330-4259-b66c-f2db26efb20c",
			"v4.local." + filler[:60], "v2.public." + filler[:60] + "." + filler[:8], hexFiller[:32] + "-us21",
			"dckr_pat_" + filler[:27], "lin_api_" + filler[:40], "NRAK-" + strings.Repeat("A1B", 9),
		},
	} {
		for _, token := range tokens {
			check(t, kind, map[string]string{
				token:                      token,
				"using " + token + ".":     token,
				"_" + token + ",":          token,
				`{"x":"` + token + `"}`:    token,
				"at /path/" + token + "/x": token,
			}, []string{"x" + token, token[:8]})
		}
	}
	check(t, Slack, map[string]string{
		"https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX": "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
	}, []string{"https://hooks.slack.com/docs"})
	check(t, Stripe, same("whsec_"+filler[:32]), nil)
	check(t, Discord, map[string]string{
		"https://discord.com/api/webhooks/123456789012345678/" + filler[:68]: filler[:68],
	}, nil)
	check(t, VendorToken, nil, []string{"npm_config_registry", "sk-chasing-dot", "key-value", "shop_4", "hf_model", "AKIA", "AC/DC"})

	const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	got := findings(NewSet(nil, Kinds()...), "AKIAIOSFODNN7EXAMPLE / "+secret, Hint{})
	if len(got) != 2 || got[1] != (finding{AWS, secret}) {
		t.Errorf("the secret beside a key id: %q", got)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	check(t, Bearer, map[string]string{
		"Authorization: Bearer abc":          "abc",
		"authorization: bearer " + filler:    filler,
		"with Bearer " + rfc7519:             rfc7519,
		`"Authorization":["Bearer s3cr3t~"]`: "s3cr3t~",
	}, []string{"bearer of bad news", "Bearer authentication", `WWW-Authenticate: Bearer realm="x"`, "Bearer"})
	check(t, Basic, map[string]string{
		"Authorization: Basic dXNlcjpwYXNz":  "dXNlcjpwYXNz",
		"basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==": "QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
	}, []string{"basic setup", "Basic authentication failed"})
	check(t, SecretPhrase, map[string]string{
		"Cookie: sid=abc; theme=dark":           "sid=abc; theme=dark",
		`Authorization: Digest username="b", x`: `username="b", x`,
	}, nil)
}

func TestURLs(t *testing.T) {
	t.Parallel()
	check(t, URLUserinfo, map[string]string{
		"http://u:pw@[::]:8080/x":                    "pw",
		"HTTPS://bob:s3cr3t@h.example/a?b=c":         "s3cr3t",
		"see (ftp://bob:s3cr3t@h.example/a).":        "s3cr3t",
		"https://u:p@ss:w@h.example/x":               "p@ss:w",
		"https://u:a/b?c@h.example/x":                "a/b?c",
		`{"u":"https://u:pw@h.example/@x"}`:          "pw",
		"https://" + hexFiller[:32] + "@h.example/4": hexFiller[:32],
		`\nhttps://u:pw@h.example\n`:                 "pw",
	}, []string{
		"https://h.example:8080/@scope/x", "https://user@h.example/", "http://u:@h.example", "file:///a/b", "https://u:REDACTED@h.example/",
		"https://h.example/a:b@c", "http://localhost:3000/x?y=z",
	})
	if got := findings(NewSet(nil, URLUserinfo), "http://u:pw@[::1]:8080/x", Hint{}); len(got) != 1 || got[0].text != "pw" {
		t.Errorf("before an IPv6 host: %q", got)
	}
	check(t, ConnectionString, map[string]string{
		"postgres://user:s3cr3t@db.example/app":                           "s3cr3t",
		"mongodb://u:s3cr3t@h1:27017,h2:27017/db?replicaSet=r":            "s3cr3t",
		"mongodb+srv://u:s3/cr3t@h1.example/db":                           "s3/cr3t",
		"jdbc:postgresql://u:s3cr3t@h/db":                                 "s3cr3t",
		"redis://:s3cr3t@h:6379/0":                                        "s3cr3t",
		"user:s3cr3t@tcp(localhost:3306)/db":                              "s3cr3t",
		"user:p@ss:word@tcp(localhost:3306)/db?x=y":                       "p@ss:word",
		"jdbc:oracle:thin:scott/tiger@//h:1521/x":                         "tiger",
		"server=db;uid=app;pwd=s3cr3t;":                                   "s3cr3t",
		"Server=db;Password=my s3cr3t;Database=x":                         "my s3cr3t",
		"host=db user=app password=s3cr3t dbname=x sslmode=require":       "s3cr3t",
		"host=db password='s3 cr3t' sslmode=require":                      "s3 cr3t",
		`Driver={SQL};UID=a;PWD={s3;c}}r3t};`:                             "s3;c}}r3t",
		"jdbc:sqlserver://h:1433;databaseName=x;user=sa;password=s3cr3t;": "s3cr3t",
		"localhost:6379,password=s3cr3t,ssl=True":                         "s3cr3t",
	}, nil)
	check(t, Azure, map[string]string{
		"AccountName=x;AccountKey=abc+/def==;EndpointSuffix=core": "abc+/def==",
	}, nil)
	check(t, URLQuery, map[string]string{
		"postgres://user@db.example/app?password=s3cr3t&sslmode=require": "s3cr3t",
		"jdbc:postgresql://h/db?user=x&password=s3cr3t":                  "s3cr3t",
		"GET /a?x=1&access_token=s3cr3t HTTP/1.1":                        "s3cr3t",
		"https://h.example/o?X-Amz-Date=1&X-Amz-Signature=abc123&x=y":    "abc123",
		"https://h.example/b?sv=2020&sig=abc%2F%3D&se=1":                 "abc%2F%3D",
		`"u":"/a?x=1\u0026token=s3cr3t\u0026y=2"`:                        "s3cr3t",
		"(https://h.example/?token=s3cr3t), then":                        "s3cr3t",
		"https://h.example/#access_token=s3cr3t&x":                       "s3cr3t",
		"/a?user%5Bpassword%5D=s3cr3t":                                   "s3cr3t",
	}, []string{"/a?tokenization=x&postcode=y", "/a?x=1&y=2", "/a?token=&x=1", "/a?token=REDACTED"})
}

func TestLongURLs(t *testing.T) {
	t.Parallel()
	path := strings.Repeat("/a.b-c_d~e%20f", 700)
	long := strings.Repeat("s3cr3t", 300)
	check(t, URLQuery, map[string]string{
		"https://h.example" + path + "?password=s3cr3t&x=" + path:                    "s3cr3t",
		"https://h.example/?next=" + path + "&X-Amz-Security-Token=" + long + "&x=y": long,
	}, nil)
	check(t, URLUserinfo, map[string]string{
		"see https://u:" + long + "@h.example" + path + " now": long,
	}, []string{"https://h.example:8443" + path + "@x:y/" + path})
	check(t, ConnectionString, map[string]string{
		"mongodb://u:s3cr3t@" + strings.Repeat("h.example:27017,", 200) + "h.example:27017/db?ssl=true": "s3cr3t",
	}, nil)
}

func TestPhrases(t *testing.T) {
	t.Parallel()
	check(t, SecretPhrase, map[string]string{
		"password is: hunter2":                  "hunter2",
		"the password is hunter2.":              "hunter2",
		"password for bob is hunter2":           "hunter2",
		"token=abc, next=1":                     "abc",
		"pwd: x":                                "x",
		`{"passwd":"x","user":"y"}`:             "x",
		`{\"passwd\":\"x\",\"user\":\"y\"}`:     "x",
		`"pin":1234,"a":1`:                      "1234",
		`"password" : "a\"b"`:                   `a\"b`,
		"map[password:hunter2 user:bob]":        "hunter2",
		"{Password:hunter2 User:bob}":           "hunter2",
		"db_password=hunter2 x=1":               "hunter2",
		"accessToken: abc.def":                  "abc.def",
		"api key: 12345":                        "12345",
		"password = hunter2":                    "hunter2",
		"password := hunter2":                   "hunter2",
		"password => 'hunter2'":                 "hunter2",
		"password: swordfish":                   "swordfish",
		"password=P&ss,w0rd;x":                  "P&ss,w0rd;x",
		"password=hunter2&user=bob":             "hunter2",
		"token " + filler[:24] + " was refused": filler[:24],
		`password "hunter2" refused`:            "hunter2",
		"secret was set to s3cr3t":              "s3cr3t",
		`\npassword=hunter2\n`:                  "hunter2",
		"--password=hunter2":                    "hunter2",
		"X-Api-Key: abcdef":                     "abcdef",
	}, []string{
		"password reset for bob", "password is required", "invalid token: expired", "password: must be long", "password= user=bob",
		"token == nil", "password=***", "password: [REDACTED]", "secret: not found", "read token: unexpected end of JSON input",
		"tokenization=5", "author=bob", "monkey=1", "key=value", "password=", "password: null", "token", "session: started",
		"secret/name", "code 404", "token id " + "47223179-9330-4259-b66c-f2db26efb20c",
	})
	asked := ""
	colour := NewSet(func(name string) bool { asked = strings.Clone(name); return asked == "colour" }, SecretPhrase)
	for range 2 { // names are remembered
		if got := findings(colour, "colour=red size=3 postal%43ode=4", Hint{}); len(got) != 1 || got[0].text != "red" || asked != "postalCode" {
			t.Errorf("the caller's rules: %q, asked for %q last", got, asked)
		}
	}
}

// Lines of YAML may end as those of Windows do.
func TestBlocksWithReturns(t *testing.T) {
	t.Parallel()
	check(t, SecretPhrase, map[string]string{
		"a: 1\r\npassword:\r\n  x y\r\nb: 2\r\n":             "x y",
		"password: |\r\n  x: y\r\n  z\r\nb: 2":               "x: y\r\n  z",
		"- password: >-\n    x\n\n    y\n  b: 2":             "x\n\n    y",
		"run:\n  - tool\n  - --password\n  - x --password y": "y",
	}, []string{"secret:\r\n  name: foo\r\n  key: bar\r\n", "password:\r\n", "password: |\n", "sshpass -p ", "mysql -p"})
}

// The spaces in a number or a date behind a name of the caller's do not end it.
func TestGroupsBehindNames(t *testing.T) {
	t.Parallel()
	named := newWords("phone", "iban", "card_number", "pan", "ssn", "dob")
	set := NewSet(named.has, Kinds()...)
	alone := NewSet(named.has, SecretPhrase)
	for text, want := range map[string]string{
		"phone: +1 814 202 2403 x":                 "+1 814 202 2403",
		"phone: 020 6079 9107":                     "020 6079 9107",
		"phone=(326) 504-6796 x=1":                 "(326) 504-6796",
		"iban: GB82 WEST 1234 5698 7654 32, x":     "GB82 WEST 1234 5698 7654 32",
		"card_number=4012 8888 8888 1881 x":        "4012 8888 8888 1881",
		"pan: 4012888888881881 12/26":              "4012888888881881",
		"ssn: 158 02 0204":                         "158 02 0204",
		"dob: 12 March 1980, x":                    "12 March 1980",
		"dob=March 12, 1980 in x":                  "March 12, 1980",
		"dob: 1980-03-12 x":                        "1980-03-12",
		"phone: unknown number, dob: 12.03.1980 x": "12.03.1980",
	} {
		for _, set := range []*Set{set, alone} {
			if got := findings(set, text, Hint{}); len(got) != 1 || got[0].text != want {
				t.Errorf("%q: got %q, want %q", text, got, want)
			}
		}
	}
}
