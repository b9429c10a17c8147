package serving

import (
	"maps"
	"time"
)

const (
	knownOriginTTL = time.Hour // how long an origin stays known after a request with an approved token
	maxClients     = 10_000    // bounds the memory
)

// clients has the state of every origin that decides whose connections are closed first.
type clients map[origin]*client

// client is the state of an origin. The zero value is that of a new one.
type client struct {
	open       int       // number of connections
	paidUntil  time.Time // when its connections so far would have come at the allowed rate
	knownUntil time.Time // see knownOriginTTL
}

// get returns the client of an origin. If there are too many clients, it removes those
// without a state first.
func (c clients) get(from origin, now time.Time) *client {
	if found := c[from]; found != nil {
		return found
	}
	if len(c) >= maxClients {
		maps.DeleteFunc(c, func(_ origin, old *client) bool { return old.idle(now) })
	}
	if len(c) >= maxClients { // with so many origins at once, the rate of one says nothing
		maps.DeleteFunc(c, func(_ origin, old *client) bool { return old.open == 0 && now.After(old.knownUntil) })
	}
	made := &client{}
	c[from] = made
	return made
}

// idle reports whether a client has the same effect as a new one.
func (c *client) idle(now time.Time) bool {
	return c.open == 0 && !now.Before(c.paidUntil) && !now.Before(c.knownUntil)
}

// exceedsRate records one more connection, and reports whether it exceeds a rate: burst
// connections at once, and one more per interval. Connections above it are not recorded.
func (c *client) exceedsRate(now time.Time, burst int, every time.Duration) bool {
	if c.paidUntil.Before(now) {
		c.paidUntil = now
	}
	if c.paidUntil.Sub(now) > time.Duration(burst-1)*every {
		return true
	}
	c.paidUntil = c.paidUntil.Add(every)
	return false
}
