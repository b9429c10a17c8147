package serving

import "net/netip"

// origin identifies a client for the limits: its IPv4 address, or its IPv6 network of 64
// bits, because one machine can use every address of that.
type origin = netip.Prefix

// originOf returns the origin of an address with a port. The zero origin stands for all
// text that is no such address.
func originOf(address string) origin {
	parsed, err := netip.ParseAddrPort(address)
	if err != nil {
		return origin{}
	}
	from := parsed.Addr().Unmap().WithZone("")
	bits := 64
	if from.Is4() {
		bits = 32
	}
	network, _ := from.Prefix(bits) // cannot fail: bits fit the address
	return network
}
