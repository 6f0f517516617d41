package sqltext

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// systems that read differently, "" for one that is not known.
var testSystems = []string{
	"", "postgresql", "cockroachdb", "mysql", "sqlite", "microsoft.sql_server", "oracle.db", "firebirdsql", "ibm.db2", "trino", "clickhouse",
}

func read(system, query string) *Text { return NewCache(system, 1<<20, 0).Get(query) }

func TestDialects(t *testing.T) {
	for _, system := range testSystems {
		if d := dialectOf(system); d.unknown() != (system == "") {
			t.Errorf("%q: is not known: %t", system, d.unknown())
		}
	}
}

func TestText(t *testing.T) {
	const rest = "?" // nobody knows where the literal ends
	for _, tt := range []struct{ system, query, want string }{
		// white space and comments
		{"", "  SELECT\t1\r\n+  2 ", "SELECT ? + ?"},
		{"", "SELECT a -- it's\nFROM t", "SELECT a FROM t"},
		{"", "SELECT a -- it's\r\nFROM t", "SELECT a FROM t"},
		{"postgresql", "SELECT a -- it's\r, 'b\n', 'c'", "SELECT a " + rest},
		{"", "SELECT a /* it's */FROM t", "SELECT a FROM t"},
		{"", "SELECT a /* not closed", "SELECT a"},
		{"postgresql", "SELECT a /* 1 /* 2 */ 3 */ + 4", "SELECT a + ?"},
		{"mysql", "SELECT a /* 1 /* 2 */ + 3", "SELECT a + ?"},
		{"", "SELECT a /* 1 /* 2 */ + 3", "SELECT a " + rest},
		{"postgresql", "SELECT a # 'b'", "SELECT a # ?"},
		{"mysql", "SELECT a # it's\n, b", "SELECT a , b"},
		{"clickhouse", "SELECT a #! it's\n, 'b'", "SELECT a , ?"},
		{"", "SELECT a # it's\n, 'b'", "SELECT a " + rest},
		{"", "SELECT a # b\n, 'c'", "SELECT a ? , ?"},
		{"mysql", "SELECT a--1, '--', b -- c", "SELECT a-?, ?, b"},
		{"mysql", "SELECT a--/* b */c, ---- d\n'e'", "SELECT a- - c, - - ?"},
		{"postgresql", "SELECT a--1, 'c'", "SELECT a"},
		{"", "SELECT a--1, 'c'", "SELECT a" + rest},
		{"mysql", "SELECT /*!40101 SQL_NO_CACHE 'x' */ a", "SELECT SQL_NO_CACHE ? a"},
		{"mysql", "SELECT /*!MAX(a) */ /*M!100100 b */", "SELECT MAX(a) b"},
		{"mysql", "SELECT /*!99999 it's */ 'a'", "SELECT " + rest},
		{"mysql", "SELECT /*!99999 a /* b */ 'c' */ 'd'", "SELECT " + rest},
		{"mysql", "SELECT /*!", "SELECT " + rest},
		{"", "SELECT /*!40101 'x' */ 'a'", "SELECT " + rest},
		{"postgresql", "SELECT /*!40101 'x' */ 'a'", "SELECT ?"},

		// strings
		{"", "SELECT 'it''s', ''", "SELECT ?, ?"},
		{"", "SELECT ''''", "SELECT ?"},
		{"", "SELECT '''a''b''', 'c'", "SELECT " + rest},
		{"postgresql", "SELECT '''a''b''', c", "SELECT ?, c"},
		{"postgresql", `SELECT 'a\', b`, "SELECT ?, b"},
		{"mysql", `SELECT 'a\', b`, "SELECT ?"},
		{"", `SELECT 'a\', b`, "SELECT " + rest},
		{"mysql", `SELECT 'a\\', "b\"c", "d""e", f`, "SELECT ?, ?, ?, f"},
		{"postgresql", `SELECT E'a\'b', e'\\', f`, "SELECT ?, ?, f"},
		{"postgresql", "SELECT E'a'\n 'b\\'c', d", "SELECT ?, d"},
		{"postgresql", "SELECT E'a' -- it's\n 'b\\'c', d", "SELECT ?, d"},
		{"postgresql", "SELECT (E'a' -- b\r 'c\\' , 'd'\n)", "SELECT (?"},
		{"postgresql", "SELECT (E'a' -- b\n)", "SELECT (? )"},
		{"postgresql", "SELECT E'a' 'b\\' , d", "SELECT ? ? , d"},
		{"postgresql", "SELECT N'a', B'01', x'ff', U&'a', U&\"b\", c", "SELECT ?, ?, ?, ?, U&\"b\", c"},
		{"postgresql", "SELECT $$it's$$, $a$ $b$ $$ $a$, c", "SELECT ?, ?, c"},
		{"postgresql", "SELECT $a$ b", "SELECT ?"},
		{"postgresql", "SELECT a$b$c$b$ FROM d", "SELECT a$b$c$b$ FROM d"},
		{"", "SELECT $$it's$$, b", "SELECT " + rest},
		{"", "SELECT $$it is$$, b", "SELECT ?, b"},
		{"cockroachdb", `SELECT b'a\'b', 'c\'`, "SELECT ?, ?"},
		{"oracle.db", "SELECT q'[it's]', nq'{a}', Q'!b'!', c", "SELECT ?, ?, ?, c"},
		{"oracle.db", "SELECT q'[it's", "SELECT ?"},
		{"mysql", "SELECT _utf8'a', q'b'", "SELECT _utf8?, q?"},
		{"", "SELECT q'[it's]', b", "SELECT " + rest},
		{"clickhouse", "SELECT 'a\\'b', `c\\`'d`, \"e\\\"f\" FROM g", "SELECT ?, `c\\`'d`, \"e\\\"f\" FROM g"},

		// names
		{"postgresql", `SELECT "a""b", "c'd" FROM "e"`, `SELECT "a""b", "c'd" FROM "e"`},
		{"mysql", "SELECT `a``b`, 'c' FROM `d`.`e`", "SELECT `a``b`, ? FROM `d`.`e`"},
		{"sqlite", `SELECT "a", t."b", "c".d FROM "t"`, `SELECT ?, t."b", "c".d FROM "t"`},
		{"", `SELECT "a", t."b" FROM "t"`, `SELECT ?, t."b" FROM "t"`},
		{"", `SELECT a FROM "t\", 'b'`, "SELECT a FROM " + rest},
		{"microsoft.sql_server", "SELECT [a'b]]c], 'd' FROM [e].[f], #g", "SELECT [a'b]]c], ? FROM [e].[f], #g"},
		{"microsoft.sql_server", "SELECT [a", "SELECT ?"},
		{"postgresql", "SELECT ARRAY['a]', 1], b[1:2]", "SELECT ARRAY[?, ?], b[?:?]"},
		{"", "SELECT ARRAY['a', 1], b[1:2]", "SELECT ARRAY[?, ?], b[?:?]"},
		{"", "SELECT [a'b], 'c'", "SELECT " + rest},
		{"", `SELECT [a"b], 'x"y'`, "SELECT " + rest},

		// numbers and signs
		{"", "SELECT 1, 1.5, .5, 1e-5, 1E+5, 0xFF, 1_000, 12abc, a1, a.b1", "SELECT ?, ?, ?, ?, ?, ?, ?, ?, a1, a.b1"},
		{"", "SELECT -1, + 2, a-3, a - 4, (-5), (a)-6, b = -.7, 0xE+8", "SELECT ?, ?, a-?, a - ?, (?), (a)-?, b = ?, ?+?"},
		{"", "SELECT a LIMIT -1 OFFSET 5", "SELECT a LIMIT ? OFFSET ?"},
		{"microsoft.sql_server", "SELECT $12.50, -$5", "SELECT ?, -?"},
		{"", "WHERE a IS TRUE AND b = true AND c IS NOT FALSE AND d IS NULL", "WHERE a IS TRUE AND b = ? AND c IS NOT FALSE AND d IS NULL"},
		{"", "SELECT DATE '2020-01-01', INTERVAL 5 DAY", "SELECT DATE ?, INTERVAL ? DAY"},

		// parameters
		{"postgresql", "WHERE a = $1 AND b = $12::int AND c ? 'd'", "WHERE a = $1 AND b = $12::int AND c ? ?"},
		{"", "WHERE a = ? AND b = :name AND c = @p1 AND d = @@e", "WHERE a = ? AND b = :name AND c = @p1 AND d = @@e"},
		{"", "WHERE a = $500", "WHERE a = ?"},
		{"sqlite", "WHERE a = ?1 AND b = $n AND c = :2", "WHERE a = ?1 AND b = $n AND c = :2"},
		{"oracle.db", "WHERE a = :1 AND b = :c AND d BETWEEN 1 AND 2", "WHERE a = :1 AND b = :c AND d BETWEEN ? AND ?"},
		{"", "SELECT a::text, 'b'::date", "SELECT a::text, ?::date"},

		// lists
		{"", "WHERE a IN (1, 2, 3) AND b in ('x','y')", "WHERE a IN (?) AND b in (?)"},
		{"", "WHERE a IN (1, 2, b, 3)", "WHERE a IN (?, b, ?)"},
		{"", "WHERE a IN (?, ?, ?)", "WHERE a IN (?)"},
		{"", "WHERE a IN (1, 2", "WHERE a IN (?"},
		{"", "WHERE a IN (SELECT b FROM c WHERE d = 1)", "WHERE a IN (SELECT b FROM c WHERE d = ?)"},
		{"", "VALUES (1, 2), (3, 4)", "VALUES (?, ?), (?, ?)"},

		// passwords
		{"mysql", "CREATE USER u IDENTIFIED BY 'pw'", "CREATE USER u IDENTIFIED BY ?"},
		{"oracle.db", "CREATE USER u IDENTIFIED BY hunter2", "CREATE USER u IDENTIFIED BY ?"},
		{"oracle.db", `ALTER USER u IDENTIFIED BY "hunter2" REPLACE "old"`, `ALTER USER u IDENTIFIED BY ? REPLACE "old"`},
		{"mysql", "ALTER USER u IDENTIFIED WITH p BY 'pw'", "ALTER USER u IDENTIFIED WITH p BY ?"},

		// odds and ends
		{"", "", ""},
		{"", "\x00'\x00", "?"},
		{"", "é = 'ü'", "é = ?"},
		{"", "{call f('a', 1)}", "{call f(?, ?)}"},
	} {
		if got := read(tt.system, tt.query).Text; got != tt.want {
			t.Errorf("%s: %q\n got %q\nwant %q", tt.system, tt.query, got, tt.want)
		}
	}
}

func TestSummary(t *testing.T) {
	for _, tt := range []struct{ system, query, summary, operation, collection string }{
		// the examples of OpenTelemetry's conventions
		{"", "SELECT * FROM wuser_table WHERE username = ?", "SELECT wuser_table", "SELECT", "wuser_table"},
		{"", "INSERT INTO shipping_details (order_id) SELECT order_id FROM orders", "INSERT shipping_details SELECT orders", "INSERT", ""},
		{"", "SELECT * FROM songs, artists WHERE songs.artist_id == artists.id", "SELECT songs artists", "SELECT", ""},
		{"", "SELECT order_date FROM (SELECT * FROM orders o JOIN customers c ON o.customer_id = c.customer_id)", "SELECT SELECT orders customers", "SELECT", ""}, //nolint:dupword // a query in a query
		{"", `SELECT * FROM "song list", 'artists'`, `SELECT "song list" 'artists'`, "SELECT", ""},
		{"", "call some_stored_procedure(1)", "call some_stored_procedure", "call", "some_stored_procedure"},

		{"", "select 1", "select", "select", ""},
		{"", "SELECT a FROM s.t AS x LEFT JOIN ONLY u USING (a) WHERE b", "SELECT s.t u", "SELECT", ""},
		{"", "SELECT a FROM t, LATERAL (SELECT b FROM u) v", "SELECT t SELECT u", "SELECT", ""},
		{"", "SELECT a FROM t WHERE b IN (SELECT c FROM u) ORDER BY d, e", "SELECT t SELECT u", "SELECT", ""},
		{"", "SELECT a FROM t UNION ALL SELECT b FROM u", "SELECT t SELECT u", "SELECT", ""},
		{"", "SELECT a FROM t JOIN t b ON t.x = b.y", "SELECT t t", "SELECT", "t"},
		{"", "SELECT EXTRACT(year FROM a), TRIM(BOTH 'x' FROM b) FROM t WHERE a IS DISTINCT FROM c", "SELECT t", "SELECT", "t"},
		{"", "WITH c AS (SELECT a FROM t), d AS (SELECT 1) SELECT * FROM c, d, e", "SELECT t SELECT SELECT e", "SELECT", ""}, //nolint:dupword // as above
		{"", "WITH c AS (SELECT a FROM t) UPDATE u SET a = 1 FROM c", "SELECT t UPDATE u", "UPDATE", ""},
		{"", "INSERT OR IGNORE INTO t (a) VALUES (1)", "INSERT t", "INSERT", "t"},
		{"", "INSERT INTO t SELECT a FROM t", "INSERT t SELECT t", "INSERT", "t"},
		{"", "REPLACE INTO t VALUES (1)", "REPLACE t", "REPLACE", "t"},
		{"", "UPDATE t SET a = (SELECT b FROM u)", "UPDATE t SELECT u", "UPDATE", ""},
		{"", "DELETE FROM t USING u WHERE a", "DELETE t u", "DELETE", ""},
		{"", "MERGE INTO t USING u ON a WHEN MATCHED THEN UPDATE SET b = 1", "MERGE t u", "MERGE", ""},
		{"", "TRUNCATE TABLE t, u", "TRUNCATE t u", "TRUNCATE", ""},
		{"", "CREATE TABLE IF NOT EXISTS t (a int)", "CREATE TABLE t", "CREATE TABLE", "t"},
		{"", "CREATE UNIQUE INDEX i ON t (a)", "CREATE INDEX i", "CREATE INDEX", "i"},
		{"", "DROP TABLE t, u", "DROP TABLE t u", "DROP TABLE", ""},
		{"", "EXPLAIN SELECT a FROM t", "EXPLAIN SELECT t", "EXPLAIN", "t"},
		{"", "BEGIN; SELECT a FROM t; COMMIT", "BEGIN SELECT t COMMIT", "BEGIN", "t"},
		{"", "(SELECT a FROM t) UNION (SELECT b FROM u)", "SELECT t SELECT u", "SELECT", ""},
		{"", "{call f(?)}", "call f", "call", "f"},
		{"", "EXEC p 1", "EXEC p", "EXEC", "p"},
		{"", "COPY t FROM STDIN", "COPY t", "COPY", "t"},
		{"mysql", "SELECT a FROM `x y`.`z`", "SELECT `x y`.`z`", "SELECT", "`x y`.`z`"},
		{"mysql", "SELECT a FROM `x y`", "SELECT `x y`", "SELECT", "x y"},
		{"microsoft.sql_server", "SELECT a FROM [x y], #tmp", "SELECT [x y] #tmp", "SELECT", ""},
		{"", "", "", "", ""},
		{"", "/* nothing */", "", "", ""},

		// what is not the name of a table is not in the summary
		{"", "SELECT a FROM t ORDER BY b, 'secret'", "SELECT t", "SELECT", "t"},
		{"", "SELECT a FROM t SORT BY b, 'secret'", "SELECT t", "SELECT", "t"},
		{"", "SELECT a FROM 'it''s 4 o'", "SELECT", "SELECT", ""},
		{"", "SELECT a FROM t WHERE b NOT IN (c), 'secret'", "SELECT t", "SELECT", "t"},
		{"", "INSERT INTO t VALUES ('secret', \"secret\")", "INSERT t", "INSERT", "t"},
	} {
		got := read(tt.system, tt.query)
		got.Text = ""
		want := &Text{Summary: tt.summary, Operation: tt.operation, Collection: tt.collection}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.query, diff)
		}
	}
}

func TestLongSummaryEndsBehindAName(t *testing.T) {
	var tables []string
	for i := range 100 {
		tables = append(tables, fmt.Sprintf("täble%d", i))
	}
	got := read("", "SELECT a FROM "+strings.Join(tables, ", ")).Summary
	words := strings.Fields(got)
	if n := utf8.RuneCountInString(got); n > maxSummary || n < maxSummary-len("täble99") {
		t.Errorf("%d characters, want nearly %d", n, maxSummary)
	}
	if diff := cmp.Diff(append([]string{"SELECT"}, tables[:len(words)-1]...), words); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := read("", "SELECT a FROM "+strings.Repeat("x", 300)).Summary; got != "SELECT" {
		t.Errorf("a name that is too long: got %q, want SELECT", got)
	}
}

func TestNestedDeeply(t *testing.T) {
	const deep = 1000
	query := strings.Repeat("(SELECT a FROM t, ", deep) + "'x'" + strings.Repeat(")", deep+5) + " UNION SELECT 1"
	got := read("", query)
	if want := strings.Repeat("(SELECT a FROM t, ", deep) + "?" + strings.Repeat(")", deep+5) + " UNION SELECT ?"; got.Text != want {
		t.Errorf("got %q", got.Text)
	}
	if !strings.HasPrefix(got.Summary, "SELECT t SELECT t ") {
		t.Errorf("summary %q", got.Summary)
	}
}

func TestCutText(t *testing.T) {
	for _, tt := range []struct {
		max         int
		query, want string
	}{
		{8, "SELECT a", "SELECT a"},
		{8, "SELECT a FROM t", "SELECT a…"},
		{8, "SELECT é", "SELECT …"},
		{9, "SELECT é", "SELECT é"},
		{8, "SELECT '" + strings.Repeat("x", 100), "SELECT ?"},
		{1 << 20, "SELECT '" + strings.Repeat("x", maxScanned), "SELECT ?…"},
		{1 << 20, strings.Repeat(" ", maxScanned) + "SELECT 'x'", "…"},
	} {
		if got := NewCache("", tt.max, 0).Get(tt.query).Text; got != tt.want {
			t.Errorf("at most %d bytes of %.20q: got %.40q, want %.40q", tt.max, tt.query, got, tt.want)
		}
	}
}

func TestCacheIsBounded(t *testing.T) {
	for _, size := range []int{0, 1, 2, 7, 512} {
		c := NewCache("", 100, size)
		kept := func() int { return len(c.young) + len(c.old) }
		for i := range 2000 {
			c.Get(fmt.Sprintf("SELECT a%d FROM t", i))
			c.Get("SELECT a FROM often")
		}
		if n := kept(); n > size+size%2 || size > 0 && n == 0 {
			t.Errorf("%d statements are kept, want at most %d", n, size)
		}
		if first := c.Get("SELECT a FROM often"); size > 2 && first != c.Get("SELECT a FROM often") {
			t.Errorf("of %d: a statement that is used often is not kept", size)
		}
		before := kept()
		if c.Get("SELECT '" + strings.Repeat("x", maxCached) + "'"); kept() != before {
			t.Errorf("of %d: a long statement is kept", size)
		}
	}
}

// A literal is a way to write a text in a statement. nil stands for a system that cannot.
type literal func(content string) string

func between(open, closing string, escape ...string) literal {
	r := strings.NewReplacer(escape...)
	return func(content string) string { return open + r.Replace(content) + closing }
}

// dollars writes $tag$ … $tag$ with a tag that is not in the content, also where both meet.
func dollars(content string) string {
	tag := "$"
	for strings.Contains(content+tag, tag+"$") || strings.Contains(content, tag+"$") || strings.HasSuffix(content, tag) {
		tag += "a"
	}
	return tag + "$" + content + tag + "$"
}

func alternative(content string) string {
	for _, pair := range []string{"[]", "{}", "()", "<>", "!!", "||", "~~"} {
		if !strings.Contains(content+"'", pair[1:]+"'") {
			return "q'" + pair[:1] + content + pair[1:] + "'"
		}
	}
	return "'" + strings.ReplaceAll(content, "'", "''") + "'"
}

var (
	single     = between("'", "'", "'", "''")
	national   = between("N'", "'", "'", "''")
	backslash1 = between("'", "'", "'", `\'`, `\`, `\\`)
	backslash2 = between("'", "'", "'", "''", `\`, `\\`)
	double     = between(`"`, `"`, `"`, `\"`, `\`, `\\`)
	escaped    = between("E'", "'", "'", `\'`, `\`, `\\`)
)

// literals are the ways of each system to write text.
var literals = map[string][]literal{
	"postgresql":           {single, national, escaped, dollars, between("U&'", "'", "'", "''")},
	"cockroachdb":          {single, escaped, dollars, between("b'", "'", "'", `\'`, `\`, `\\`)},
	"mysql":                {backslash1, backslash2, double, between(`"`, `"`, `"`, `""`, `\`, `\\`), between("n'", "'", "'", `\'`, `\`, `\\`)},
	"sqlite":               {single, between("x'", "'", "'", "''")},
	"microsoft.sql_server": {single, national},
	"oracle.db":            {single, national, alternative, func(s string) string { return "n" + alternative(s) }},
	"firebirdsql":          {single, alternative},
	"ibm.db2":              {single},
	"trino":                {single, between("U&'", "'", "'", "''")},
	"clickhouse":           {backslash1, backslash2, dollars},
}

// TestNoByteOfALiteralSurvives writes 10,000 literals and more, with all that begins or ends something in
// SQL, into statements of each system and reads them as that system and as one that is not known.
func TestNoByteOfALiteralSurvives(t *testing.T) {
	const (
		marks  = "ZQ0123456789é☃" // in literals and comments only
		perSys = 2000
	)
	statements := []string{
		"SELECT a, LIT FROM t JOIN u ON t.x = u.y WHERE b = LIT AND c IN (LIT, LIT, LIT) AND d LIKE LIT",
		"INSERT INTO t (a, b) VALUES (LIT,LIT), (LIT, LIT)",
		"UPDATE t SET a=LIT, b = f(LIT) WHERE c BETWEEN LIT AND LIT;",
		"SELECT CASE WHEN a > LIT THEN LIT ELSE b END FROM t GROUP BY c HAVING d <> LIT LIMIT LIT",
		"CALL p(LIT, a, LIT)",
	}
	rng := rand.New(rand.NewPCG(8, 2026))
	content := func() string {
		parts := []string{"Z", "Q", "7", "é", "☃", "'", `"`, "`", `\`, "--", "/*", "*/", "#", "$$", "$a$", ";", ",", "(", ")", "[", "]", "\n", " ", "?"}
		var b strings.Builder
		for range rng.IntN(12) {
			b.WriteString(parts[rng.IntN(len(parts))])
		}
		return b.String()
	}
	total := 0
	for system, forms := range literals {
		forms = append(forms, func(string) string { return []string{"7", "-7.5", "+8e-9", ".9", "0", "1e5"}[rng.IntN(6)] })
		for n := 0; n < perSys; {
			query := statements[rng.IntN(len(statements))]
			want := strings.ReplaceAll(strings.ReplaceAll(query, "(LIT, LIT, LIT)", "(LIT)"), "LIT", "?")
			for strings.Contains(query, "LIT") {
				query = strings.Replace(query, "LIT", forms[rng.IntN(len(forms))](strings.ReplaceAll(content(), "LIT", "")), 1)
				n++
				total++
			}
			query += " /* Z it's 9 */ -- Q it's 8"
			if got := read(system, query).Text; got != want {
				t.Fatalf("%s: %s\n got %s\nwant %s", system, query, got, want)
			}
			unknown := read("", query)
			if i := strings.IndexAny(unknown.Text+unknown.Summary, marks); i >= 0 {
				t.Fatalf("not known, written for %s: %s\nsurvives in %s\n and in %s", system, query, unknown.Text, unknown.Summary)
			}
		}
	}
	if total < 10_000 {
		t.Errorf("%d literals, want 10,000", total)
	}
}

// FuzzLiteral holds that a literal of whatever content ends where it ends.
func FuzzLiteral(f *testing.F) {
	for _, s := range []string{"", "a", "it's", `\`, `\'`, "''", "$$", "$a$", "]'", "\n'", "/* ' */", "-- '"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, content string) {
		if len(content) > 4<<10 {
			return
		}
		for system, forms := range literals {
			for _, write := range forms {
				query := "SELECT " + write(content) + " FROM t"
				if got := read(system, query).Text; got != "SELECT ? FROM t" {
					t.Errorf("%s: %q\n got %q", system, query, got)
				}
				if got := read("", query).Text; got != "SELECT ? FROM t" && got != "SELECT ?" {
					t.Errorf("not known, written for %s: %q\n got %q", system, query, got)
				}
			}
		}
	})
}

// FuzzText holds that whatever a program sends is read without a panic, and that there is nothing left to
// take out of the result.
func FuzzText(f *testing.F) {
	for _, q := range []string{
		"SELECT a FROM t WHERE b IN (1, 'x', $$y$$) -- c", `"a\"b" [c] /*!5 d */ # e`, "WITH a AS (SELECT 1) CALL b(:c, @d, ?1, $2, .5)", "E'a'\n'b\\'",
	} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		if len(query) > 16<<10 {
			return
		}
		for _, system := range testSystems {
			once := read(system, query)
			if twice := read(system, once.Text); once.Text != twice.Text {
				t.Errorf("%s: %q\n once %q\ntwice %q", system, query, once.Text, twice.Text)
			}
			if n := utf8.RuneCountInString(once.Summary); n > maxSummary {
				t.Errorf("%s: %q: a summary of %d characters", system, query, n)
			}
			if len(once.Text) > 2*len(query)+1 {
				t.Errorf("%s: %q: the text is much longer: %q", system, query, once.Text)
			}
		}
	})
}
