package serving

import (
	"net/netip"
	"testing"
	"time"
)

// TestExceedsRate: a burst of connections is within the rate, and then one more per interval.
func TestExceedsRate(t *testing.T) {
	now := time.Now()
	var c client
	for i, step := range []struct {
		later   time.Duration
		exceeds bool
	}{{0, false}, {0, false}, {0, false}, {0, true}, {0, true}, {time.Second, false}, {0, true}, {time.Hour, false}, {0, false}, {0, false}, {0, true}} {
		now = now.Add(step.later)
		if got := c.exceedsRate(now, 3, time.Second); got != step.exceeds {
			t.Errorf("connection %d exceeds the rate: %t, want %t", i, got, step.exceeds)
		}
	}
}

// TestClientsAreForgotten: the number of clients is bounded, however many origins connect,
// and those that are known or have open connections are kept.
func TestClientsAreForgotten(t *testing.T) {
	all, now := clients{}, time.Now()
	client := func(i int) *client {
		return all.get(netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 32), now)
	}
	client(0).knownUntil = now.Add(time.Hour)
	client(1).open = 1
	for i := 2; i < 5*maxClients; i++ {
		if client(i).exceedsRate(now, 1, time.Hour); len(all) > maxClients {
			t.Fatalf("%d clients are kept, want no more than %d", len(all), maxClients)
		}
	}
	if !now.Before(client(0).knownUntil) || client(1).open != 1 {
		t.Error("a client that is known, or has an open connection, is removed")
	}
}

func TestOriginOf(t *testing.T) {
	for address, want := range map[string]string{
		"10.1.2.3:80":          "10.1.2.3/32",
		"[::ffff:10.1.2.3]:80": "10.1.2.3/32",
		"[fd00:1:2:3:4::5]:80": "fd00:1:2:3::/64",
		"[fe80::1%eth0]:80":    "fe80::/64",
		"garbage":              "invalid Prefix",
	} {
		if got := originOf(address).String(); got != want {
			t.Errorf("the origin of %s is %s, want %s", address, got, want)
		}
	}
}
