package corpus

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// Clean returns a line in which there is nothing to find.
func (g *Generator) Clean() string {
	n := g.r.IntN(len(cleanForms) + 4)
	switch n - len(cleanForms) {
	case 0:
		return g.moment()
	case 1:
		return "ref " + withLuhn(pick(g, []string{"4", "51", "34", "6011", "62", "67", "2200"})+g.text(digits, 12), false) + " booked"
	case 2:
		return g.dump()
	case 3:
		b := []byte(g.text(digits+lower+"\n", 40))
		return strings.TrimSuffix(hex.Dump(b), "\n")
	}
	return g.fill(cleanForms[n])
}

// cleanForms are forms of what logs are full of.
var cleanForms = []string{
	"request «x8»-«x4»-4«x3»-9«x3»-«x12» done in «p2»ms",
	"request_id=«d8»-«d4»-4«d3»-8«d3»-«d12» status=200",
	"commit «x40» built from «x7»",
	"sha256:«x64» md5:«x32» crc=«x8»",
	"traceparent 00-«x32»-«x16»-01",
	"trace_id=«x32» span_id=«x16» trace_flags=01",
	"trace_id=«d3»«x29» parent=«x15»b",
	"upgraded to v«d2».«d1».«d2», version «d1».«d2».«d1».«d2»",
	"app «d1».«d2».«d1»-rc.«d1»+build.«d4» (go1.26.«d1»)",
	"order ORD-2026-«d8» shipped, invoice INV-«d6»/«d2»",
	"order «p1»«d8» and «p1»«d9» of customer «p1»«d5»",
	"order #«d3»-«d7»-«d7» placed",
	"image data:image/png;base64,iVBORw0KGgo«b200»==",
	"open /var/lib/«l6»/«x12».json: no such file",
	"read C:\\Users\\«l5»\\AppData\\Local\\Temp\\«a8».tmp",
	"wrote /srv/data/2026/«d2»/«d2»/part-«d5»-«x8»-«x4»-«x4»-«x4»-«x12».parquet",
	"goroutine «d3» [running]:\nmain.(*server).handle(0xc000«x6», {0x7f«x10», 0x«x4»})\n\t/srv/app/server.go:«d3» +0x«x3»",
	"created by net/http.(*Server).Serve in goroutine «d2»\n\t/usr/local/go/src/net/http/server.go:«d4» +0x4b4",
	"panic: runtime error: index out of range [«d1»] with length «d1»",
	"rax 0x«x16» rbx 0x«x16» rip 0x«x12»",
	"SELECT id, name FROM t_«l5» WHERE id = «p1»«d5» AND kind IN (1, 2, «d2») ORDER BY created_at LIMIT 50",
	"SELECT * FROM users WHERE token = $1 AND password = ? LIMIT «d2»",
	"UPDATE «l6» SET n = n + 1, at = '2026-«=01|07|12»-1«d1» 1«d1»:3«d1»:00' WHERE id = :id",
	"GET https://api.example.com:8443/v1/«l6»/«d5»?page=«d1»&size=50&sort=-created_at#top 200",
	"https://cdn.example.net/@scope/pkg@«d1».«d2».«d1»/dist/index.min.js",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1«d2».0.0.0 Safari/537.36 Edg/1«d2».0.0.0",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 17_«d1» like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.«d1» " +
		"Mobile/15E148 Safari/604.1",
	"Mozilla/5.0 (Linux; Android 13; SM-S908B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1«d2».0.0.0 Mobile Safari/537.36",
	"curl/8.«d1».0 Go-http-client/2.0 okhttp/4.12.«d1» python-requests/2.31.0",
	"method=GET path=/api/v1/«l6»/«d5»/items status=20«d1» bytes=«p1»«d4» duration=«d2».«d1»ms attempt=1",
	`{"level":"INFO","msg":"ok","n":«p1»«d3»,"ratio":0.«d16»,"at":«p1»«d9»,"ids":[«p1»«d2»,«p1»«d2»],"ok":true,"x":null}`,
	"ratio=0.«d15» mean=«d2».«d6» p99=«d3».«d2»ms lat=«d2».«d6» lon=-«d2».«d6»",
	"invalid token: expired", "password is required", "password reset sent to user «d4»", "token bucket empty, retry in «d1»s",
	"key=value author=«l5» tokenization=«d1» postcode=«d5» monkey=«d2» session started", "unexpected token '}' at line «d2»",
	"field validation for 'Password' failed on the 'required' tag", "bearer of bad news, basic setup done",
	"std::vector<«l4»::«l5»> ab::cd::ef Foo::Bar at 12:34:5«d1»", "ratio 16:9, took 01:«d1»2:03, 1«d1»:30-17:45",
	"docker.io/library/nginx@sha256:«x64» pod/api-«k10»-«k5» restarted «d1» times",
	"lodash@4.17.«d2» react@18.«d1».0 icon@2x.png getty@tty1.service", "git@git.example.com:org/repo.git main -> main",
	"OID 1.3.6.1.4.1.«d3».«d2» ISBN 978-3-16-148410-0", "rows 100 200 300 «d3», sizes [«d2» «d2» «d2» «d2»]",
	"etag=\"«x40»\" nonce=«d6» offset=«p1»«d9» lsn=0/«X8»",
	"x509: certificate signed by unknown authority, serial «x2»:«x2»:«x2»:«x2»:«x2»:«x2»:«x2»:«x2»",
	"color #«x6» at («d2», «d3») moved -«d2» +«d2»", "mode 0644 size «p1»«d6» links 1 uid 1000",
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI«a42» deploy",
	"net/http.(*Transport).roundTrip net/http/cookie.go:«d3», oauth2/token.go:«d2», at Session.java:«d2», token.js:«d1»:«d2»",
	"--- PASS: Test«L1»«l6» (0.«d2»s)", "pass=«d2» fail=«d1» sessions: «d3» sig=SIGTERM csrf=off cookie=off token=expired",
	"{\"password\":\"required\",\"token\":null} is the schema «d2»", "identified by «d2» of «d3» users, mysql -h db-«d1» -P 3306",
	"-----BEGIN CERTIFICATE-----\nMII«b61»\n-----END CERTIFICATE-----",
}

// moment returns a line with a time in one of the forms that times have.
func (g *Generator) moment() string {
	t := time.Unix(1.7e9+g.r.Int64N(1e8), g.r.Int64N(1e9)).UTC()
	if g.r.IntN(2) == 0 {
		t = t.In(time.FixedZone("CEST", 7200))
	}
	switch layout := pick(g, layouts); layout {
	case "":
		return fmt.Sprintf("at %d, %d, %d, %d", t.Unix(), t.UnixMilli(), t.UnixMicro(), t.UnixNano())
	default:
		return "at " + t.Format(layout) + " ok"
	}
}

var layouts = []string{
	"", time.RFC3339, time.RFC3339Nano, time.RFC1123, time.RFC1123Z, time.RFC850, time.ANSIC, time.UnixDate, time.RubyDate, time.Stamp,
	"2006/01/02 15:04:05.000000", "02/Jan/2006:15:04:05 -0700", "20060102T150405Z",
	"20060102150405", "2006-01-02 15:04:05.999999999 -0700 MST", "01/02/2006 03:04:05 PM", "02.01.2006 15:04", "0102 15:04:05.000000",
}

// dump returns a line as xxd and od print them.
func (g *Generator) dump() string {
	return g.fill(pick(g, []string{
		"000000«d1»0: «x4» «x4» «x4» «x4» «x4» «x4» «x4» «x4»  ................", "00000«d1»0 «d4» «d4» «d4» «d4» «d4» «d4» «d4» «d4»",
		"0000«x4»  «d2» «d2» «d2» «d2» «x2» «d2» «d2» «x2»  «d2» «x2» «d2» «d2» «d2» «d2» «d2» «d2»  |................|",
	}))
}
