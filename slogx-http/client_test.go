package slogxhttp

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func prefixes(list ...string) []netip.Prefix {
	var ps []netip.Prefix
	for _, s := range list {
		ps = append(ps, netip.MustParsePrefix(s))
	}
	return ps
}

func TestClientAddress(t *testing.T) {
	trusted := []string{"192.0.2.0/24", "2001:db8:1::/48"}
	for _, tt := range []struct {
		name    string
		remote  string
		trusted []string
		lines   []string // of X-Forwarded-For
		want    peer
	}{
		{"nobody is trusted", "192.0.2.10:80", nil, []string{"203.0.113.9"}, peer{"192.0.2.10", "192.0.2.10", 80}},
		{"the peer is not trusted", "198.51.100.1:80", trusted, []string{"203.0.113.9"}, peer{"198.51.100.1", "198.51.100.1", 80}},
		{"first untrusted from the right", "192.0.2.10:80", trusted, []string{"203.0.113.9, 198.51.100.7"}, peer{"198.51.100.7", "192.0.2.10", 80}},
		{"over two lines", "192.0.2.10:80", trusted, []string{"203.0.113.9", "198.51.100.7"}, peer{"198.51.100.7", "192.0.2.10", 80}},
		{"behind trusted ones, before garbage", "192.0.2.10:80", trusted, []string{"x, 198.51.100.7, 192.0.2.44"}, peer{"198.51.100.7", "192.0.2.10", 80}},
		{"garbage behind a trusted one", "192.0.2.10:80", trusted, []string{"203.0.113.9, x, 192.0.2.44"}, peer{"192.0.2.44", "192.0.2.10", 80}},
		{"garbage only", "192.0.2.10:80", trusted, []string{"unknown"}, peer{"192.0.2.10", "192.0.2.10", 80}},
		{"nothing", "192.0.2.10:80", trusted, []string{"", " , "}, peer{"192.0.2.10", "192.0.2.10", 80}},
		{"all trusted", "192.0.2.10:80", trusted, []string{"192.0.2.1, 192.0.2.2"}, peer{"192.0.2.1", "192.0.2.10", 80}},
		{"with ports and brackets", "192.0.2.10:80", trusted, []string{"[2001:db8::9]:1234, 192.0.2.4:99"}, peer{"2001:db8::9", "192.0.2.10", 80}},
		{"IPv6 from a trusted peer", "[2001:db8:1::1]:443", trusted, []string{"2001:db8::2"}, peer{"2001:db8::2", "2001:db8:1::1", 443}},
		{"IPv6", "[2001:db8::1]:54321", nil, nil, peer{"2001:db8::1", "2001:db8::1", 54321}},
		{"IPv6 loopback", "[::1]:1234", nil, nil, peer{"::1", "::1", 1234}},
		{"IPv6 zone", "[fe80::1%eth0]:1234", []string{"fe80::/10"}, []string{"203.0.113.9"}, peer{"203.0.113.9", "fe80::1", 1234}},
		{"IPv4 within IPv6", "[::ffff:192.0.2.1]:80", trusted, []string{"::ffff:203.0.113.9"}, peer{"203.0.113.9", "192.0.2.1", 80}},
		{"IPv4", "192.0.2.1:80", nil, nil, peer{"192.0.2.1", "192.0.2.1", 80}},
		{"without a port", "192.0.2.1", nil, nil, peer{"192.0.2.1", "192.0.2.1", 0}},
		{"IPv6 without a port", "2001:db8::1", nil, nil, peer{"2001:db8::1", "2001:db8::1", 0}},
		{"a unix socket", "@", trusted, []string{"203.0.113.9"}, peer{}},
		{"nothing at all", "", trusted, []string{"203.0.113.9"}, peer{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &http.Request{RemoteAddr: tt.remote, Header: http.Header{
				"X-Forwarded-For": tt.lines, "X-Real-Ip": {"203.0.113.1"}, "True-Client-Ip": {"203.0.113.2"},
			}}
			got := peerOf(r, prefixes(tt.trusted...))
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(peer{})); diff != "" {
				t.Errorf("peer (-want +got):\n%s", diff)
			}
			if r.RemoteAddr != tt.remote {
				t.Errorf("RemoteAddr changed to %q", r.RemoteAddr)
			}
		})
	}
}

func FuzzForwardedFor(f *testing.F) {
	f.Add("192.0.2.10:80", "203.0.113.9, 198.51.100.7", "192.0.2.44")
	f.Add("[::1]:80", "x,,[2001:db8::9]:1234", "")
	f.Add("@", ",", "unknown")
	trusted := prefixes("192.0.2.0/24", "::1/128")
	f.Fuzz(func(t *testing.T, remote, first, second string) {
		if len(first)+len(second) > 1<<12 {
			return
		}
		got := peerOf(&http.Request{RemoteAddr: remote, Header: http.Header{"X-Forwarded-For": {first, second}}}, trusted)
		if got.client == "" {
			return
		}
		client, err := netip.ParseAddr(got.client)
		if err != nil || client.Zone() != "" || client.Is4In6() {
			t.Fatalf("the client's address is %q: %v", got.client, err)
		}
		address := netip.MustParseAddr(got.address)
		if got.client != got.address && !trusts(trusted, address) {
			t.Errorf("%q believed, from %q", got.client, got.address)
		}
		// The walk over one line and over two is the same.
		joined := peerOf(&http.Request{RemoteAddr: remote, Header: http.Header{"X-Forwarded-For": {first + "," + second}}}, trusted)
		if joined != got && strings.TrimSpace(second) != "" {
			t.Errorf("two lines give %v, one gives %v", got, joined)
		}
	})
}
