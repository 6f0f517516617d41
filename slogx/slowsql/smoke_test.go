package slowsql

import "testing"

func TestSmoke(t *testing.T) {
	for _, c := range [][3]string{
		{"other_sql", "SELECT * FROM wuser_table WHERE username = 'x\\y'", "SELECT wuser_table"},
		{"other_sql", "INSERT INTO shipping_details (a) SELECT b FROM orders", "INSERT shipping_details SELECT orders"},
		{"other_sql", "SELECT * FROM songs, artists WHERE a == 1", "SELECT songs artists"},
		{"other_sql", "SELECT d FROM (SELECT * FROM orders o JOIN customers c ON o.i = c.i)", "SELECT SELECT orders customers"},
		{"other_sql", "SELECT * FROM \"song list\", 'artists'", "SELECT \"song list\" 'artists'"},
		{"other_sql", "call some_stored_procedure(1)", "call some_stored_procedure"},
		{"postgresql", "WITH c AS (SELECT * FROM orders) UPDATE public.t SET a=-1.5e+3 WHERE b IN (1, 'x', $$y$$) AND c=$1::int /* a /* b */ */", "SELECT orders UPDATE public.t"},
		{"mysql", "select \"a\\\"b\" from `x y` # it's\nwhere n = 0xFF and s = 'it\\'s'", "select `x y`"},
	} {
		got := newTexts(c[0], 0, -1).get(c[1])
		t.Logf("%s | %s | %s", got.text, got.operation, got.collection)
		if got.summary != c[2] {
			t.Errorf("%s:\n got %s\nwant %s", c[1], got.summary, c[2])
		}
	}
}
