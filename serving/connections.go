package serving

import (
	"cmp"
	"context"
	"net"
	"slices"
	"sync"
	"time"
)

// limits are the limits on the connections to a port.
type limits struct {
	total      int           // open connections
	perOrigin  int           // open connections of an origin, above which its are closed first
	burst      int           // new connections of an unknown origin that are served at once,
	every      time.Duration // and the interval for each further one; 0 is without a limit
	delay      time.Duration // of the first read of a connection above that rate
	evictFirst bool          // whether connections above that rate are closed before all others
}

// priority is that of an open connection: those with a lower one are closed first.
type priority int

const (
	throttled priority = iota // above the rate of its origin, see limits.evictFirst
	unknown                   // of a new origin
	known                     // of an origin with an approved token in the last hour, see knownOriginTTL
	approved                  // an approved token came on the connection itself
)

// limitedListener is a listener that limits the number of open connections. When a new one
// exceeds the limit, one is closed: a throttled one, else one of the origin that exceeds its
// share by most, else one with the lowest priority, then one of the origin with the most
// connections, and of those the one that was inactive for longest. The new one is compared
// like the others, and may be that one.
type limitedListener struct {
	net.Listener
	limits

	mu      sync.Mutex
	open    []*connection // in the order of their last activity
	clients clients
}

// limit returns a listener that accepts the connections of another within limits.
func limit(listener net.Listener, limits limits) *limitedListener {
	return &limitedListener{Listener: listener, limits: limits, clients: clients{}}
}

// Accept implements net.Listener.
func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &connection{Conn: conn, listener: l, from: originOf(conn.RemoteAddr().String())}
		c.ended, c.end = context.WithCancel(context.Background())
		excess := l.add(c, time.Now())
		if excess != nil {
			excess.end()
			excess.discardUnsent()
			_ = excess.Conn.Close()
		}
		if excess != c {
			return c, nil
		}
	}
}

// add adds a connection to the open ones. If there are too many then, it removes one and
// returns that, for the caller to close.
func (l *limitedListener) add(c *connection, now time.Time) (excess *connection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.client = l.clients.get(c.from, now)
	c.client.open++
	l.open = append(l.open, c)
	switch c.priority = unknown; {
	case now.Before(c.client.knownUntil):
		c.priority = known
	case l.every > 0 && c.client.exceedsRate(now, l.burst, l.every):
		c.delay = l.delay
		if l.evictFirst {
			c.priority = throttled
		}
	}
	if len(l.open) <= l.total {
		return nil
	}
	excess = slices.MinFunc(l.open, l.evictionOrder) // of equal ones the first, which was inactive for longest
	l.remove(excess)
	return excess
}

// evictionOrder compares two connections by which is closed first. It does not compare
// their activity.
func (l *limitedListener) evictionOrder(a, b *connection) int {
	excess := func(c *connection) int { return max(0, c.client.open-l.perOrigin) }
	return cmp.Or(
		cmp.Compare(min(a.priority, unknown), min(b.priority, unknown)), // the throttled first
		cmp.Compare(excess(b), excess(a)),
		cmp.Compare(a.priority, b.priority),
		cmp.Compare(b.client.open, a.client.open),
	)
}

// remove removes a connection from the open ones, if it is one of them.
func (l *limitedListener) remove(c *connection) {
	if i := slices.Index(l.open, c); i >= 0 {
		l.open = slices.Delete(l.open, i, i+1)
		c.client.open--
	}
}
