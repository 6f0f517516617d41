package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestRunPrintsTables(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"-rounds", "3", "-n", "10"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"median of 3 rounds of 10 statements each",
		"| ns added to a statement (allocations) | bare driver | slogx | sqlmw with a timer | sqlmw, rows timed too | sqldb-logger | otelsql |",
		"| slogx adds, of what the peer adds | sqlmw with a timer | sqlmw, rows timed too | sqldb-logger | otelsql |",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	for _, w := range works {
		if n := strings.Count(out.String(), "\n| "+w.name+" |"); n != 2 {
			t.Errorf("%d rows for %s, want one a table:\n%s", n, w.name, out.String())
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{{"-rounds", "0"}, {"-n", "0"}, {"-no-such-flag"}} {
		if err := run(args, &bytes.Buffer{}); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

func BenchmarkStatement(b *testing.B) {
	for _, w := range works {
		for _, p := range peers {
			b.Run(w.name+"/"+p.name, func(b *testing.B) {
				db, err := p.open()
				if err != nil {
					b.Fatal(err)
				}
				defer db.Close()
				do, err := w.do(db)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				for b.Loop() {
					if err := do(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
