package serving

import (
	"context"
	"crypto/tls"
	"net"
	"slices"
	"sync"
	"time"
)

// connection is a connection of a limitedListener.
type connection struct {
	net.Conn
	listener *limitedListener
	from     origin
	delay    time.Duration   // of the first read
	delayed  sync.Once       // the first read
	ended    context.Context // is done when the connection is closed
	end      context.CancelFunc

	// Guarded by listener.mu.
	client   *client
	priority priority
}

// Read implements net.Conn. The first read of a throttled client is delayed, and with it
// the TLS handshake: that is the most expensive work that a client can cause without a
// token.
func (c *connection) Read(p []byte) (int, error) {
	c.delayed.Do(func() {
		if c.delay > 0 {
			select {
			case <-time.After(c.delay):
			case <-c.ended.Done():
			}
		}
	})
	return c.Conn.Read(p)
}

// Write implements net.Conn. If it fails, because the client does not read, the kernel
// need not keep the unsent data.
func (c *connection) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if err != nil {
		c.discardUnsent()
	}
	return n, err
}

// discardUnsent has the kernel discard unsent data when the connection is closed.
func (c *connection) discardUnsent() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}

// Close implements net.Conn.
func (c *connection) Close() error {
	c.end()
	c.listener.mu.Lock()
	c.listener.remove(c)
	c.listener.mu.Unlock()
	return c.Conn.Close()
}

// markActive records that a request begins or ends now.
func (c *connection) markActive() {
	c.listener.mu.Lock()
	defer c.listener.mu.Unlock()
	if i := slices.Index(c.listener.open, c); i >= 0 {
		c.listener.open = append(slices.Delete(c.listener.open, i, i+1), c)
	}
}

// approve records that a request with an approved token came on the connection.
func (c *connection) approve(now time.Time) {
	c.listener.mu.Lock()
	defer c.listener.mu.Unlock()
	c.priority, c.client.knownUntil = approved, now.Add(knownOriginTTL)
}

// isApproved reports whether a request with an approved token came on the connection.
func (c *connection) isApproved() bool {
	c.listener.mu.Lock()
	defer c.listener.mu.Unlock()
	return c.priority == approved
}

// connectionKey is the context key of a request's connection.
type connectionKey struct{}

// withConnection is used as http.Server.ConnContext. It returns the context of a
// connection's requests, which is done when the connection is closed, even if nothing is
// read from it.
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

// connectionOf returns the connection of a request's context.
func connectionOf(ctx context.Context) *connection {
	return ctx.Value(connectionKey{}).(*connection)
}
