package slogxredact

import (
	"log/slog"
	"strings"
	"testing"
)

func TestKeysAreMatchedByWholeWords(t *testing.T) {
	k := newKeyRules([]string{"code", "secret_details"}, PresetCredentials.Rules().Keys, []string{"token_budget"})
	for _, key := range []string{
		"password", "Password", "PASSWORD", "pass_word", "pass-word", "passWord", "user.password", "super_password", "password2",
		"token", "access_token", "accessToken", "AccessToken", "ACCESS_TOKEN", "X-Auth-Token", "idToken",
		"user_secret_details", "userSecretDetails", "secret-details", "code", "zip.code",
		"X-Api-Key", "apiKey", "api_key", "APIKEY", "ApiKEY", "apikey", "myAPIKey", "api key",
		"user.pwd", "session_id", "sessionId", "SessionID", "jwt", "cookie", "Set-Cookie", "set_cookie", "Authorization", "Proxy-Authorization",
		"AWSAccessKeyId", "X-Amz-Signature", "privateKey", "clientSecret", "connectionString", "db.dsn",
		"pass\u200bword", "pass\u00adword", "\ufeffpassword", "ｐａｓｓｗｏｒｄ", "ＰＡＳＳＷＯＲＤ", "pаssword", "pasѕword", "passwоrd", "Рassword", "pässword",
		"p\u0301assword", "𝐩𝐚𝐬𝐬𝐰𝐨𝐫𝐝", "ραsswοrd", "tоken", "access_tоken", "accessТoken", "ⓣⓞⓚⓔⓝ",
		"a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.password.u.v.w.x.y.z", "пароль_password", "$password", "password[0]", "user[password]",
		"PGPASSWORD", "JSESSIONID", "PHPSESSID", "ASP.NET_SessionId", "connect.sid", "csrfmiddlewaretoken", "secretaccesskey", "AWS_SECRETACCESSKEY",
		"rootpassword", "dbpassword", "newpassword", "oldpassword", "adminpassword", "userpassword", "mysqlpassword", "pw", "psk", "bottoken",
		"storepass", "keypass", "ConnectionStrings", "webhook_url", "github_pat", "passwordhash",
		"token_id", "password_hash", "password_hint", "session_state", "secret_id", "type_token", "name.secret", "token_type_2", "cookie_id", "token_value",
	} {
		if !k.decide(key).secret {
			t.Errorf("%q is not masked", key)
		}
	}
	for _, key := range []string{
		"", "tokenization", "postcode", "codebase", "author", "authority", "monkey", "keyboard", "passenger", "compass", "bypass",
		"token_budget", "tokenBudget", "TOKEN-BUDGET", "tokens", "secretary", "cookiecutter", "sessional", "pinned", "spin", "assigned", "design",
		"token_type", "tokenType", "token_ttl", "token_count", "prompt_token_count", "access_token_expires_in", "refreshTokenExpiresAt", "session_timeout",
		"session_count", "password_policy", "password_changed_at", "password_length", "cookie_domain", "cookie_max_age", "token_endpoint", "secret_name",
		"salt_rounds", "signature_algorithm", "SharedAccessKeyName", "X-Amz-SignatureVersion", "pass_rate",
		"sid", "account_sid", "auth", "pat", "keypassage", "resid", "adminpasswords",
		"user", "id", "msg", "level", "time", "trace_id", "span_id", "http.request.method", "http.response.status", "url.path", "db.query.text",
		"service.name", "duration", "k8s.pod.name", "server.address", "client.address", "error", "пароль", "日本語", "\xff\xfe", "____", "...",
	} {
		if k.decide(key).secret {
			t.Errorf("%q is masked", key)
		}
	}
}

func TestKeysThatMayHoldMoreThanANameAreLookedAtAsTexts(t *testing.T) {
	k := newKeyRules([]string{"token"}, nil, nil)
	for key, odd := range map[string]bool{
		"user": false, "http.request.method": false, "a-b_c.d": false, "cvv2": false,
		"AKIAIOSFODNN7EXAMPLE": true, "AKIAIOSFODNNQEXAMPLE": true, "10.0.0.1": true, "serverReadTimeout": false, "db.collection.name": false,
		"jane@example.com": true, "4111111111111111": true, "a b": true, "https://x": true, "http.response.header.content_type": true, "ü": true,
	} {
		if got := k.decide(key).odd; got != odd {
			t.Errorf("%q: odd = %v, want %v", key, got, odd)
		}
	}
}

func TestPaths(t *testing.T) {
	for _, tt := range []struct {
		rule, path string
		want       bool
	}{
		{"user.ssn", "user.ssn", true},
		{"user.ssn", "user.ssn.last", false},
		{"user.ssn", "ssn", false},
		{"user.*.ssn", "user.home.ssn", true},
		{"user.*.ssn", "user.ssn", false},
		{"user.*.ssn", "user.a.b.ssn", false},
		{"**.token", "token", true},
		{"**.token", "a.b.c.token", true},
		{"**.token", "a.tokenization", false},
		{"a.**", "a", true},
		{"a.**", "a.b.c", true},
		{"a.**.z", "a.z", true},
		{"a.**.z", "a.b.c.z", true},
		{"a.**.z", "a.b.c.zz", false},
		{"User.HomeAddress", "user.home_address", true},
		{"*", "a", true},
		{"*", "a.b", false},
		{"**", "a.b", true},
		{"**.a.**.b", "a.b", true},
		{"**.a.**.b", "x.a.y.a.z.b", true},
		{"**.a.**.b", "x.a.y", false},
		{"a.**.*.b", "a.b", false},
		{"a.**.*.b", "a.x.b", true},
		{"**.**.**.a", "a", true},
		{"a.b", "", false},
	} {
		rule, err := parsePath(tt.rule)
		if err != nil {
			t.Errorf("%q: %v", tt.rule, err)
			continue
		}
		if got := rule.match(appendKey(nil, tt.path, "")); got != tt.want {
			t.Errorf("%q for %q: %v, want %v", tt.rule, tt.path, got, tt.want)
		}
	}
	list := []segment{{key: "l"}, {key: "0", index: true}, {key: "1", index: true}, {key: "v"}}
	for rule, want := range map[string]bool{"l.v": true, "l.*.v": true, "l.*.*.v": true, "l.*.*.*.v": false, "l.0.v": true, "l.1.v": true, "l.0.1.v": true, "l.1.0.v": false, "l": false, "**.v": true} {
		compiled, err := parsePath(rule)
		if err != nil {
			t.Fatal(err)
		}
		if got := compiled.match(list); got != want {
			t.Errorf("%q for a list in a list: %v, want %v", rule, got, want)
		}
	}
	for _, bad := range []string{strings.Repeat("a.", 60) + "a", "", ".", "a..b", "a.", "tok*", "***", "a.*b", "-"} {
		if _, err := parsePath(bad); err == nil {
			t.Errorf("%q compiles", bad)
		}
	}
}

// Keys may come from anywhere: neither their dots nor rules with several ** cost more than time linear in them.
func TestKeysOfManyDotsAreMatchedInTime(t *testing.T) {
	rule, err := parsePath("**.a.**.a.**.a.**.a.**.b")
	if err != nil {
		t.Fatal(err)
	}
	long := appendKey(nil, strings.Repeat("a.", 1<<20), "")
	if len(long) > maxDots+1 {
		t.Errorf("a key becomes %d segments", len(long))
	}
	path := make([]segment, 20_000)
	for i := range path {
		path[i].key = "a"
	}
	if rule.match(path) {
		t.Error("it matches without a b")
	}
	path[len(path)-1].key = "b"
	if !rule.match(path) {
		t.Error("it does not match with a b")
	}
}

// What a program's owner names, and what other presets name, holds whatever follows.
func TestOnlyRulesForCredentialsYieldToWordsAboutThem(t *testing.T) {
	r, err := compile(&Options{Keys: []string{"badge"}, Presets: []Preset{PresetCredentials, PresetPII}})
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]bool{
		"badge_type": true, "passport_expiry": true, "email_domain": true, "ssn_type": true, "token_type": false, "secret_token_name": false,
	} {
		if got := r.keys.decide(key).secret; got != want {
			t.Errorf("%q: masked = %v, want %v", key, got, want)
		}
	}
	line := shown(t, nil, slog.String("token_type", "Bearer"), slog.String("secret_name", jwt), slog.String("body", `{"token_type":"Bearer","access_token":"x"}`))
	if want := `{"token_type":"Bearer","secret_name":"REDACTED","body":"{\"token_type\":\"Bearer\",\"access_token\":\"REDACTED\"}"}`; line != want {
		t.Errorf("got  %s\nwant %s", line, want)
	}
}
