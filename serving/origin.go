package serving

import "net/netip"

// origin is the address that a client answers for: an IPv4 address, or an IPv6
// network of 64 bits, of which one machine has every address.
type origin = netip.Prefix

// originOf returns the origin of an address with its port. All that is no
// address has the same one.
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
	network, _ := from.Prefix(bits) // bits are always right
	return network
}
