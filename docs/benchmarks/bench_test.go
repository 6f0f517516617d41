package main

import "testing"

func BenchmarkJSON(b *testing.B)    { benchOp(b, "JSON") }
func BenchmarkConsole(b *testing.B) { benchOp(b, "Console") }

func benchOp(b *testing.B, name string) {
	for _, o := range ops {
		if o.name != name {
			continue
		}
		for _, w := range workloads {
			for _, p := range o.peers {
				b.Run(w.name+"/"+p.name, func(b *testing.B) { bench(b, w, p) })
			}
		}
	}
}
