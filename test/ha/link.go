// Package ha runs several replicas of podscore as processes of their own, has
// their leader end, die, stand still and be cut off, and compares what all of
// them exposed with what was there.
package ha

import (
	"io"
	"net"
	"sync"
)

// link is a connection to the API server that can be cut: then nothing passes,
// in either direction, and nobody is told.
type link struct {
	net.Listener
	target string

	mu     sync.Mutex
	whole  *sync.Cond
	cut    bool
	closed bool
}

// newLink listens on 127.0.0.1 and passes on what comes to the target.
func newLink(target string) (*link, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &link{Listener: listener, target: target}
	l.whole = sync.NewCond(&l.mu)
	go func() {
		for {
			ours, err := listener.Accept()
			if err != nil {
				return
			}
			go l.pass(ours)
		}
	}()
	return l, nil
}

func (l *link) pass(ours net.Conn) {
	theirs, err := net.Dial("tcp", l.target)
	if err != nil {
		ours.Close()
		return
	}
	one := func(to, from net.Conn) {
		defer to.Close()
		_, _ = io.Copy(to, gate{from, l})
	}
	go one(ours, theirs)
	one(theirs, ours)
}

// gate lets nothing through while the link is cut.
type gate struct {
	from net.Conn
	link *link
}

// Read implements io.Reader.
func (g gate) Read(p []byte) (int, error) {
	n, err := g.from.Read(p)
	g.link.mu.Lock()
	defer g.link.mu.Unlock()
	for g.link.cut && !g.link.closed {
		g.link.whole.Wait()
	}
	return n, err
}

// set cuts the link, or makes it whole again: what was held back then arrives.
func (l *link) set(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
	l.whole.Broadcast()
}

// Close ends the link. Connections end with either of their ends.
func (l *link) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.whole.Broadcast()
	return l.Listener.Close()
}
