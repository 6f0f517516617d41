package slogxhttp

import (
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// peer is where a request comes from.
type peer struct {
	client  string // "" if unknown
	address string // of the connection; "" if it has no IP address
	port    int    // 0 if unknown
}

// peerOf reads the address of the connection, and that of the client if the connection is a trusted proxy's.
func peerOf(r *http.Request, trusted []netip.Prefix) peer {
	host, port, ok := splitHostPort(r.RemoteAddr)
	if !ok {
		host = r.RemoteAddr // another middleware may have left an address without a port
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return peer{} // a unix socket
	}
	if addr.Is4In6() || addr.Zone() != "" {
		addr = addr.Unmap().WithZone("")
		host = addr.String()
	}
	p := peer{client: host, address: host, port: port}
	if trusts(trusted, addr) {
		if client, ok := forwardedFor(r.Header["X-Forwarded-For"], trusted); ok {
			p.client = client.String()
		}
	}
	return p
}

// forwardedFor walks the list that all lines make from the right, where the nearest proxy wrote, and returns
// the first address that is not trusted. Where the list ends or is no address, it is the last that was.
func forwardedFor(lines []string, trusted []netip.Prefix) (client netip.Addr, ok bool) {
	for _, line := range slices.Backward(lines) {
		for rest, more := line, true; more; {
			var member string
			comma := strings.LastIndexByte(rest, ',')
			member, more = rest[comma+1:], comma >= 0
			rest = rest[:max(comma, 0)]
			addr, valid := parseForwarded(strings.TrimSpace(member))
			if !valid {
				return client, ok
			}
			client, ok = addr, true
			if !trusts(trusted, addr) {
				return client, true
			}
		}
	}
	return client, ok
}

// parseForwarded reads an address as proxies write it: some add the port, and brackets.
func parseForwarded(s string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	if err != nil {
		ap, err := netip.ParseAddrPort(s)
		if err != nil {
			return netip.Addr{}, false
		}
		addr = ap.Addr()
	}
	return addr.Unmap().WithZone(""), true
}

func trusts(trusted []netip.Prefix, addr netip.Addr) bool {
	if len(trusted) == 0 {
		return false
	}
	for _, p := range trusted {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// splitHostPort splits host:port. Unlike [net.SplitHostPort] it makes no error for each that has no port.
func splitHostPort(s string) (host string, port int, ok bool) {
	colon := strings.LastIndexByte(s, ':')
	if colon < 0 {
		return s, 0, false
	}
	host = s[:colon]
	switch {
	case strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]"):
		host = host[1 : len(host)-1]
	case strings.IndexByte(host, ':') >= 0: // an IPv6 address without brackets, and without a port
		return s, 0, false
	}
	port, err := strconv.Atoi(s[colon+1:])
	if err != nil || port <= 0 || port > 65535 {
		return host, 0, true
	}
	return host, port, true
}
