package sqltext

import (
	"strings"
	"testing"
)

var benchStatements = []struct{ name, system, query string }{
	{"select", "postgresql", "SELECT id, name, email FROM users WHERE id = $1 AND deleted_at IS NULL ORDER BY created_at DESC LIMIT 20"},
	{"literals", "postgresql", "UPDATE users SET name = 'O''Brien', age = 42, note = $$it's$$ WHERE id IN (1, 2, 3, 4, 5) AND email LIKE '%@example.com'"},
	{"join", "mysql", "SELECT o.`id`, c.`name`, SUM(l.`price` * l.`n`) AS total FROM `orders` o JOIN `customers` c ON o.`customer` = c.`id` " +
		"LEFT JOIN `lines` l ON l.`order` = o.`id` WHERE o.`state` = \"open\" AND o.`at` > '2020-01-01' GROUP BY o.`id`, c.`name` HAVING total > 10"},
	{"unknown", "other_sql", "INSERT INTO logs (at, level, message) VALUES ('2020-01-01', 'INFO', 'a \"message\" with words'), ('2020-01-01', 'WARN', 'another')"},
	{"bulk", "postgresql", "INSERT INTO t (a, b, c) VALUES " + strings.Repeat("('some text', 12345, NULL), ", 60) + "('', 0, NULL)"},
	{"in", "postgresql", "SELECT a FROM t WHERE id IN (" + strings.Repeat("12345, ", 1000) + "1)"},
	{"words", "postgresql", strings.Repeat("a b, ", 1000)},
	{"comments", "postgresql", strings.Repeat("/*/*", 1000) + strings.Repeat("*/*/", 1000)},
	{"brackets", "other_sql", strings.Repeat("[", 4000)},
	{"executed", "mysql", strings.Repeat("/*!", 4000)},
	{"tags", "other_sql", strings.Repeat("$a$b", 2000)},
}

func BenchmarkText(b *testing.B) {
	for _, bb := range benchStatements {
		b.Run(bb.name+"/slogx", func(b *testing.B) {
			texts := NewCache(bb.system, 1<<20, 0)
			b.SetBytes(int64(len(bb.query)))
			b.ReportAllocs()
			for b.Loop() {
				texts.Get(bb.query)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(bb.query))*100, "ns/100B")
		})
	}
}

func BenchmarkCachedText(b *testing.B) {
	texts := NewCache("postgresql", 2048, 512)
	b.ReportAllocs()
	for b.Loop() {
		texts.Get(benchStatements[0].query)
	}
}
