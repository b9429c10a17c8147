package controllers

import (
	"context"
	"net"
	"time"
)

// How a connection to the API server reads. A pause is short beside the second
// within which a new pod is to be exposed, and long enough for what a busy
// cluster says to come in batches.
const (
	readPause  = 50 * time.Millisecond
	readBuffer = 64 << 10
)

// dialTimeout is how long a connection may take. An attempt that the network
// swallows must not keep podscore from an API server that is back; client-go's
// 30 seconds would. The first packet is sent twice in it.
const dialTimeout = 2 * time.Second

// DialInBatches opens a connection to the API server that reads what comes
// within some milliseconds at once. It fits rest.Config.Dial.
//
// An event takes a few microseconds to decode, and ten times of that to wake
// whoever waits for it: the connection's reader, the watch's, the reflector's. In
// a batch, they are all awake already. docs/decisions/0013 has the figures.
func DialInBatches(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &batchedConn{Conn: conn, pause: readPause, buffer: make([]byte, readBuffer)}, nil
}

// batchedConn is a connection that rests after each read that left nothing to
// read. One reader at a time may use it, as one does of any TLS connection.
type batchedConn struct {
	net.Conn
	pause  time.Duration
	buffer []byte
	unread []byte // of the buffer
	rest   bool   // before the next read
}

// Read implements net.Conn. What comes while it waits for something is returned
// at once; what comes soon after that waits for the end of the pause. Where much
// comes, as in the list at the start, it never rests. Much is less than the buffer
// holds: the kernel may take 64 KB less a few bytes at a time, and with a rest after
// each of those a list would come at 1 MB a second.
func (c *batchedConn) Read(p []byte) (int, error) {
	if len(c.unread) == 0 {
		if c.rest {
			time.Sleep(c.pause)
		}
		n, err := c.Conn.Read(c.buffer)
		if n == 0 {
			return 0, err
		}
		c.unread = c.buffer[:n]
		c.rest = n < len(c.buffer)/4
	}
	n := copy(p, c.unread)
	c.unread = c.unread[n:]
	return n, nil
}
