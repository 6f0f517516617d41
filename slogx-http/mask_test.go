package slogxhttp

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

func TestMaskQuery(t *testing.T) {
	for _, tt := range []struct{ query, want string }{
		{"", ""},
		{"page=2&q=shoes", "page=2&q=shoes"},
		{"token=abc", "token=REDACTED"},
		{"a=1&access_token=abc&b=2", "a=1&access_token=REDACTED&b=2"},
		{"accessToken=abc;b=2", "accessToken=REDACTED;b=2"},
		{"API-KEY=abc&X-Api-Key=def&apikey=ghi", "API-KEY=REDACTED&X-Api-Key=REDACTED&apikey=REDACTED"},
		{"pass%77ord=abc", "pass%77ord=REDACTED"},
		{"%zz=abc", "%zz=REDACTED"},
		{"user[password]=abc&user[name]=x", "user[password]=REDACTED&user[name]=x"},
		{"token=&token&=x&&", "token=&token&=x&&"},
		{"token=a=b", "token=REDACTED"},
		{"tokenization=1&postcode=2&author=3&monkey=4", "tokenization=1&postcode=2&author=3&monkey=4"},
		{
			"X-Amz-Signature=1&X-Amz-Credential=2&X-Amz-Security-Token=3&AWSAccessKeyId=4&Signature=5&sig=6&X-Goog-Signature=7&X-Amz-Date=8",
			"X-Amz-Signature=REDACTED&X-Amz-Credential=REDACTED&X-Amz-Security-Token=REDACTED&AWSAccessKeyId=REDACTED&" +
				"Signature=REDACTED&sig=REDACTED&X-Goog-Signature=REDACTED&X-Amz-Date=8",
		},
	} {
		if got := maskQuery(tt.query); got != tt.want {
			t.Errorf("%q becomes %q, want %q", tt.query, got, tt.want)
		}
	}
}

func TestMaskURL(t *testing.T) {
	for _, tt := range []struct{ url, want string }{
		{"https://example.com/a?x=1", "https://example.com/a?x=1"},
		{"https://example.com/a?token=1#part", "https://example.com/a?token=REDACTED"},
		{"https://ann:pw@example.com/", "https://REDACTED:REDACTED@example.com/"},
		{"https://key@example.com/", "https://REDACTED@example.com/"},
	} {
		u, err := url.Parse(tt.url)
		if err != nil {
			t.Fatal(err)
		}
		if got := maskURL(u); got != tt.want {
			t.Errorf("%q becomes %q, want %q", tt.url, got, tt.want)
		}
		if u.String() != tt.url {
			t.Errorf("the URL itself became %q", u)
		}
	}
}

func TestMaskJSON(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{``, ``},
		{`{"a":1}`, `{"a":1}`},
		{`{"password":"x","a":1}`, `{"password":"REDACTED","a":1}`},
		{`{"user":{"apiKey" : "x\"y" }}`, `{"user":{"apiKey" : "REDACTED" }}`},
		{`[{"token":1.5e3},{"token":true},{"token":null}]`, `[{"token":"REDACTED"},{"token":"REDACTED"},{"token":"REDACTED"}]`},
		{`{"secrets":{"a":["]"],"b":2},"c":[1]}`, `{"secrets":"REDACTED","c":[1]}`},
		{`{"pass\u0077ord":"x"}`, `{"pass\u0077ord":"REDACTED"}`},
		{`{"a":"password","b":"token:x"}`, `{"a":"password","b":"token:x"}`},
		{`{"a":1,"password":"x`, `{"a":1,"password":"REDACTED"`},
		{`{"a":1,"password":"x\`, `{"a":1,"password":"REDACTED"`},
		{`{"a":1,"password":[1,"x`, `{"a":1,"password":"REDACTED"`},
		{`{"a":1,"password":`, `{"a":1,"password":`},
		{`{"a":1,"passw`, `{"a":1,"passw`},
		{"{\"token\":1}\n{\"token\":2}\n", "{\"token\":\"REDACTED\"}\n{\"token\":\"REDACTED\"}\n"},
	} {
		if got := maskJSON(tt.text); got != tt.want {
			t.Errorf("%s becomes %s, want %s", tt.text, got, tt.want)
		}
	}
}

func TestSecretKey(t *testing.T) {
	for key, want := range map[string]bool{
		"password": true, "Password": true, "PASSWORD": true, "user.password": true, "X-Api-Key": true, "apiKey": true,
		"set_cookie": true, "Proxy-Authorization": true, "session_id": true, "connection_string": true, "OTP": true,
		"": false, "author": false, "authority": false, "monkey": false, "tokenization": false, "postcode": false,
		"key": false, "api": false, "connectionstringconnectionstring": false, "a-very-long-word-that-is-no-secretary": false,
	} {
		if got := secretKey(key); got != want {
			t.Errorf("secretKey(%q) = %v, want %v", key, got, want)
		}
	}
}

func FuzzMaskJSON(f *testing.F) {
	f.Add(`{"password":"x","a":[1,{"token":null}]}`)
	f.Add(`{"pass\u0077ord":"`)
	f.Add(`"token":]}`)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<12 {
			return
		}
		got := maskJSON(text)
		if json.Valid([]byte(text)) && !json.Valid([]byte(got)) {
			t.Errorf("%q was valid, %q is not", text, got)
		}
		if again := maskJSON(got); again != got {
			t.Errorf("%q becomes %q", got, again)
		}
	})
}

func TestClip(t *testing.T) {
	for _, tt := range []struct {
		text  string
		limit int
		want  string
	}{
		{"abc", 3, "abc"},
		{"abcd", 3, "abc…"},
		{"aäb", 2, "a…"},
		{strings.Repeat("\x80", 5), 3, "…"},
	} {
		if got := clip(tt.text, tt.limit); got != tt.want {
			t.Errorf("clip(%q, %d) = %q, want %q", tt.text, tt.limit, got, tt.want)
		}
	}
}
