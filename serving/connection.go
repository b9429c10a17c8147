package serving

import (
	"context"
	"crypto/tls"
	"net"
	"slices"
	"sync"
	"time"
)

// connection is one of a limited listener's.
type connection struct {
	net.Conn
	of    *limited
	from  origin
	wait  time.Duration // before anything is read
	first sync.Once
	ended context.Context
	end   context.CancelFunc

	// With of.mu held.
	client   *client
	standing standing
}

// Read implements net.Conn. A hasty client's first comes after a while, in which
// nothing is done for it: a handshake is the most that a stranger can cost.
func (c *connection) Read(p []byte) (int, error) {
	c.first.Do(func() {
		if c.wait > 0 {
			select {
			case <-time.After(c.wait):
			case <-c.ended.Done():
			}
		}
	})
	return c.Conn.Read(p)
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
	c.end()
	c.of.mu.Lock()
	c.of.drop(c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}

// stir notes that the connection is not quiet: a request begins or ends.
func (c *connection) stir() {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	if i := slices.Index(c.of.open, c); i >= 0 {
		c.of.open = append(slices.Delete(c.of.open, i, i+1), c)
	}
}

// prove notes that a right token was shown.
func (c *connection) prove(now time.Time) {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	c.standing, c.client.known = proven, now.Add(knownTime)
}

// isProven tells whether a right token was shown on the connection.
func (c *connection) isProven() bool {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	return c.standing == proven
}

// connectionKey is where a request's context has its connection.
type connectionKey struct{}

// withConnection is an http.Server's ConnContext: the context of a connection's
// requests, which ends with it even where nobody reads from it.
func withConnection(ctx context.Context, conn net.Conn) context.Context {
	if encrypted, ok := conn.(*tls.Conn); ok {
		conn = encrypted.NetConn()
	}
	c, ok := conn.(*connection)
	if !ok {
		return ctx
	}
	ctx, cancel := context.WithCancel(context.WithValue(ctx, connectionKey{}, c))
	context.AfterFunc(c.ended, cancel)
	return ctx
}

// connectionOf returns a request's connection.
func connectionOf(ctx context.Context) *connection {
	return ctx.Value(connectionKey{}).(*connection)
}
