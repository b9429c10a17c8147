package serving

import (
	"net/netip"
	"testing"
	"time"
)

// TestHasty: so many connections are served at once, and then one more as often.
func TestHasty(t *testing.T) {
	at := time.Now()
	var c client
	for i, step := range []struct {
		later time.Duration
		hasty bool
	}{{0, false}, {0, false}, {0, false}, {0, true}, {0, true}, {time.Second, false}, {0, true}, {time.Hour, false}, {0, false}, {0, false}, {0, true}} {
		at = at.Add(step.later)
		if got := c.hasty(at, 3, time.Second); got != step.hasty {
			t.Errorf("connection %d is hasty: %t, want %t", i, got, step.hasty)
		}
	}
}

// TestClientsAreForgotten: who comes from ever other addresses fills no memory,
// and whom there is something to know of is remembered.
func TestClientsAreForgotten(t *testing.T) {
	all, now := clients{}, time.Now()
	at := func(i int) *client {
		return all.at(netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 32), now)
	}
	at(0).known = now.Add(time.Hour)
	at(1).open = 1
	for i := 2; i < 5*clientsMax; i++ {
		if at(i).hasty(now, 1, time.Hour); len(all) > clientsMax {
			t.Fatalf("%d are remembered, want no more than %d", len(all), clientsMax)
		}
	}
	if !now.Before(at(0).known) || at(1).open != 1 {
		t.Error("who is known, or there, is forgotten")
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
			t.Errorf("%s is of %s, want %s", address, got, want)
		}
	}
}
