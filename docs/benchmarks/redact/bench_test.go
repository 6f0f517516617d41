package main

import "testing"

func BenchmarkScan(b *testing.B) {
	peers, err := newPeers()
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range cases {
		for _, p := range peers {
			b.Run(c.name+"/"+p.name, func(b *testing.B) { bench(b, c, p) })
		}
	}
}
