package serving

import (
	"net"
	"slices"
	"sync"
)

// limited is a listener with a limit on open connections. When there are more,
// the address that has the most of them loses its newest: who opens many stands
// in nobody's way but its own.
type limited struct {
	net.Listener
	limit int

	mu   sync.Mutex
	open int
	of   map[string][]*connection // by address, the newest last
}

func limit(listener net.Listener, limit int) *limited {
	return &limited{Listener: listener, limit: limit, of: map[string][]*connection{}}
}

// Accept implements net.Listener.
func (l *limited) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &connection{Conn: conn, of: l, from: host(conn.RemoteAddr().String())}
		excess := l.add(c)
		if excess != nil {
			excess.forget()
			_ = excess.Conn.Close()
		}
		if excess != c {
			return c, nil
		}
	}
}

// add notes a connection, and takes out of the notes the one that is too many.
func (l *limited) add(c *connection) (excess *connection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of[c.from] = append(l.of[c.from], c)
	if l.open++; l.open <= l.limit {
		return nil
	}
	busiest := l.of[c.from]
	for _, connections := range l.of {
		if len(connections) > len(busiest) {
			busiest = connections
		}
	}
	excess = busiest[len(busiest)-1]
	l.drop(excess)
	return excess
}

// drop takes a connection out of the notes, if it is in them.
func (l *limited) drop(c *connection) {
	i := slices.Index(l.of[c.from], c)
	if i < 0 {
		return
	}
	l.open--
	if l.of[c.from] = slices.Delete(l.of[c.from], i, i+1); len(l.of[c.from]) == 0 {
		delete(l.of, c.from)
	}
}

// connection is one of a limited listener's.
type connection struct {
	net.Conn
	of   *limited
	from string
}

// Write implements net.Conn. Where it fails, because the other end does not
// read, the kernel need not keep what was not read.
func (c *connection) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if err != nil {
		c.forget()
	}
	return n, err
}

// forget lets what is not sent go when the connection is closed.
func (c *connection) forget() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}

// Close implements net.Conn.
func (c *connection) Close() error {
	c.of.mu.Lock()
	c.of.drop(c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}

// host returns an address without its port.
func host(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}
