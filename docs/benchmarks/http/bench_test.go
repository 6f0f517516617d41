package main

import "testing"

func BenchmarkMiddleware(b *testing.B) {
	for _, s := range sinks {
		for _, p := range peers {
			b.Run(s.name+"/"+p.router+" "+p.name, func(b *testing.B) { bench(b, p, s) })
		}
	}
}
