package detect

import (
	"strings"
	"testing"
)

// clean267 is a line of 267 bytes as services write them: a request, times, ids, sizes and a version.
const clean267 = `2026-08-23T10:15:30.123Z request completed method=GET path=/api/v1/orders/84213/items status=200 bytes=5120 ` +
	`duration=12.5ms trace_id=0af7651916cd43dd8448eb211c80319c span_id=b7ad6b7169203331 user_agent=curl/8.5.0 ` +
	`service=checkout version=1.14.2 attempt=1 result=ok ye`

const prose267 = `The scheduler finished the nightly reconciliation of the warehouse inventory after the second attempt, and ` +
	`handed the remaining entries over to the next worker in the pool. Nothing else had to be done, since all of the ` +
	`partitions were balanced when the run had ended.`

var benchCases = []struct{ name, text string }{
	{"clean267", clean267},
	{"prose267", prose267},
	{"short", "order placed"},
	{"word", "checkout"},
	{"uuid", "47223179-9330-4259-b66c-f2db26efb20c"},
	{"time", "2026-08-23T10:15:30.123456789+02:00"},
	{"url", "https://api.example.com/v1/orders/84213?page=2&size=50"},
	{"dirty", "login of jane@example.com from 192.0.2.7 failed, password=hunter2, card 4111 1111 1111 1111"},
	{"numbers", strings.Repeat("12 345 6789 12-34-56 100 2000 30000 999 ", 7)[:267]},
	{"fingerprint", strings.Repeat("AB:CD:EF:01:23:45:67:89:", 12)[:267]},
	{"ats", strings.Repeat("a @ b @ c @x y@ z@1 ", 14)[:267]},
	{"colons", strings.Repeat("a: b: c: d: e: f: g: ", 13)[:267]},
	{"versions", strings.Repeat("1.2.3 4.5.6 7.8.9 10.11.12 ", 10)[:267]},
	{"pairs", strings.Repeat("level=info msg=done dur=12ms id=77 code=200 ", 7)[:267]},
	{"base64", strings.Repeat("iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4/8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg", 8)},
}

func BenchmarkScan(b *testing.B) {
	set := NewSet(nil, Kinds()...)
	for _, c := range benchCases {
		b.Run(c.name, func(b *testing.B) {
			dst := make([]Match, 0, 16)
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			for b.Loop() {
				dst = set.Find(dst[:0], c.text, Hint{})
			}
		})
	}
}
