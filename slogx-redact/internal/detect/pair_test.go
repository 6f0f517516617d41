package detect

import "testing"

// A mask within a value must not hide the rest of it.
func TestMaskedIsWhole(t *testing.T) {
	t.Parallel()
	for kind, texts := range map[Kind]map[string]string{
		SecretPhrase: {
			"password=REDACTED-hunter2":             "REDACTED-hunter2",
			"password: hunter2[REDACTED]":           "hunter2[REDACTED]",
			`"token":"xREDACTED"`:                   "xREDACTED",
			"password=${hunter2}":                   "${hunter2}",
			"password=***hunter2":                   "***hunter2",
			"password=xxxx":                         "xxxx",
			`password is "REDACTED hunter2" and so`: "REDACTED hunter2",
			"password is REDACTED/hunter2":          "REDACTED/hunter2",
		},
		URLUserinfo: {
			"https://u:REDACTEDhunter2@h.example/": "REDACTEDhunter2",
			"https://u:hunter2REDACTED@h.example/": "hunter2REDACTED",
			"https://u:xxx@h.example/":             "xxx",
		},
		URLQuery:         {"/a?token=REDACTED.hunter2&x=y": "REDACTED.hunter2"},
		ConnectionString: {"user:REDACTEDx@tcp(localhost:3306)/db": "REDACTEDx"},
	} {
		check(t, kind, texts, nil)
	}
	check(t, SecretPhrase, nil, []string{
		"password=REDACTED", "password=[REDACTED]", "password=********", "https://u:xxxxx@h.example/", "/a?token=REDACTED&sig=REDACTED",
		"https://u:REDACTED@h.example/?sig=REDACTED#x", "user:REDACTED@tcp(localhost:3306)/db", `{"password":"REDACTED"}`,
	})
}
