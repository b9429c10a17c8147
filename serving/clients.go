package serving

import (
	"maps"
	"time"
)

const (
	knownTime  = time.Hour // for which an origin is known that showed a right token
	clientsMax = 10_000    // remembered
)

// clients remembers of every origin what decides who is served first. The zero
// value of a client is one that was never seen.
type clients map[origin]*client

type client struct {
	open  int       // connections
	paid  time.Time // until when what came so far is a fair pace; see hasty
	known time.Time // until when a right token shown there counts
}

// at returns the client of an origin, and forgets others that there is nothing
// to know of.
func (c clients) at(from origin, now time.Time) *client {
	if found := c[from]; found != nil {
		return found
	}
	if len(c) >= clientsMax {
		maps.DeleteFunc(c, func(_ origin, old *client) bool { return old.idle(now) })
	}
	if len(c) >= clientsMax { // so many come at once that a fair pace says nothing
		maps.DeleteFunc(c, func(_ origin, old *client) bool { return old.open == 0 && now.After(old.known) })
	}
	made := &client{}
	c[from] = made
	return made
}

// idle tells whether there is nothing to remember of a client.
func (c *client) idle(now time.Time) bool {
	return c.open == 0 && !now.Before(c.paid) && !now.Before(c.known)
}

// hasty notes one more connection, and tells whether there are more than burst
// and one more every so often.
func (c *client) hasty(now time.Time, burst int, every time.Duration) bool {
	if c.paid.Before(now) {
		c.paid = now
	}
	if c.paid.Sub(now) > time.Duration(burst-1)*every {
		return true
	}
	c.paid = c.paid.Add(every)
	return false
}
