package controllers

import (
	"context"
	"net"
	"time"
)

// How a connection to the API server reads. The pause is short compared to the
// second within which a new pod must be exposed, and long enough for the events of
// a busy cluster to arrive in batches.
const (
	readPause  = 50 * time.Millisecond
	readBuffer = 64 << 10
)

// dialTimeout bounds how long opening a connection may take. An attempt whose packets
// the network drops must not keep podscore from an API server that is back;
// client-go's 30 seconds would. The first packet is sent twice within it.
const dialTimeout = 2 * time.Second

// DialInBatches opens a connection to the API server that reads all data of
// some milliseconds at once. It can be used as rest.Config.Dial.
//
// Decoding an event takes a few microseconds, and waking the goroutines that wait
// for it takes ten times as long: the reader of the connection, of the watch, and of
// the reflector. In a batch they are all awake already. docs/decisions/0013 has the
// figures.
func DialInBatches(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &batchedConn{Conn: conn, pause: readPause, buffer: make([]byte, readBuffer)}, nil
}

// batchedConn is a connection that pauses before a read if the read before it
// returned little. Only one goroutine may read from it at a time, as TLS does.
type batchedConn struct {
	net.Conn
	pause  time.Duration
	buffer []byte
	unread []byte // the part of the buffer that Read has not returned yet
	rest   bool   // whether to pause before the next read
}

// Read implements net.Conn. Data that arrives while Read waits is returned at once;
// data that arrives soon after that waits for the end of the pause. While there is
// much data, as in the first list, it does not pause. A quarter of the buffer counts
// as much: a read may return a few bytes less than 64 KB, and with a pause after each
// of those a list would arrive at 1 MB per second.
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
