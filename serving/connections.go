package serving

import (
	"cmp"
	"context"
	"net"
	"slices"
	"sync"
	"time"
)

// terms are what a port grants to clients before they have shown a right.
type terms struct {
	places   int           // connections at once
	ofOne    int           // of them an origin's, before it is the first to make way
	burst    int           // connections of an origin that are served at once,
	every    time.Duration // and one more as often; 0 is without a limit
	delay    time.Duration // for which others, the hasty, wait,
	yielding bool          // and make way for those that are not
}

// standing says who makes way for whom: the lower for the higher.
type standing int

const (
	hasty    standing = iota // comes again and again, and never showed a right token
	stranger                 // as everybody is at first
	known                    // of an origin that showed a right token lately
	proven                   // has shown one itself
)

// limited is a listener with a limit on open connections. When there are more,
// one makes way for the newcomer: a hasty one, then one of an origin that has more
// than its part, then that of the lowest standing, then the one that has been quiet for longest. So
// the newcomer is served as long as anybody is there who has shown no right.
type limited struct {
	net.Listener
	terms

	mu      sync.Mutex
	open    []*connection // the one that has been quiet for longest first
	clients clients
}

func limit(listener net.Listener, terms terms) *limited {
	return &limited{Listener: listener, terms: terms, clients: clients{}}
}

// Accept implements net.Listener.
func (l *limited) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &connection{Conn: conn, of: l, from: originOf(conn.RemoteAddr().String())}
		c.ended, c.end = context.WithCancel(context.Background())
		excess := l.add(c, time.Now())
		if excess != nil {
			excess.end()
			excess.forget()
			_ = excess.Conn.Close()
		}
		if excess != c {
			return c, nil
		}
	}
}

// add notes a connection, and takes out of the notes the one that is too many.
func (l *limited) add(c *connection, now time.Time) (excess *connection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.client = l.clients.at(c.from, now)
	c.client.open++
	l.open = append(l.open, c)
	switch c.standing = stranger; {
	case now.Before(c.client.known):
		c.standing = known
	case l.every > 0 && c.client.hasty(now, l.burst, l.every):
		c.wait = l.delay
		if l.yielding {
			c.standing = hasty
		}
	}
	if len(l.open) <= l.places {
		return nil
	}
	excess = slices.MinFunc(l.open, l.makesWay) // the first of those that are alike
	l.drop(excess)
	return excess
}

// makesWay orders connections by who makes way first, but for how long they have
// been quiet.
func (l *limited) makesWay(a, b *connection) int {
	beyond := func(c *connection) int { return max(0, c.client.open-l.ofOne) }
	return cmp.Or(
		cmp.Compare(min(a.standing, stranger), min(b.standing, stranger)), // the hasty first
		cmp.Compare(beyond(b), beyond(a)),
		cmp.Compare(a.standing, b.standing),
		cmp.Compare(b.client.open, a.client.open),
	)
}

// drop takes a connection out of the notes, if it is in them.
func (l *limited) drop(c *connection) {
	if i := slices.Index(l.open, c); i >= 0 {
		l.open = slices.Delete(l.open, i, i+1)
		c.client.open--
	}
}
