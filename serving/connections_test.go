package serving

import (
	"errors"
	"net"
	"slices"
	"testing"
)

// callers is a listener to which clients of the named addresses come, in order.
type callers []string

func (c *callers) Accept() (net.Conn, error) {
	if len(*c) == 0 {
		return nil, net.ErrClosed
	}
	from := (*c)[0]
	*c = (*c)[1:]
	here, _ := net.Pipe()
	return &caller{Conn: here, from: from}, nil
}

func (*callers) Close() error   { return nil }
func (*callers) Addr() net.Addr { return nil }

type caller struct {
	net.Conn
	from   string
	closed bool
}

func (c *caller) RemoteAddr() net.Addr { return address(c.from) }

func (c *caller) Close() error {
	c.closed = true
	return c.Conn.Close()
}

type address string

func (address) Network() string  { return "tcp" }
func (a address) String() string { return string(a) }

// TestLimitOfConnections: who opens many connections loses them, and nobody else.
func TestLimitOfConnections(t *testing.T) {
	for _, c := range []struct {
		name            string
		comes, stays    []string
		limit, andThere int // and so many are open in the end
	}{
		{"few", []string{"a:1", "b:1", "c:1"}, []string{"a:1", "b:1", "c:1"}, 3, 3},
		{"one too many of the same", []string{"a:1", "a:2", "a:3"}, []string{"a:1", "a:2"}, 2, 2},
		{"the busiest makes way", []string{"a:1", "a:2", "a:3", "b:1"}, []string{"a:1", "a:2", "b:1"}, 3, 3},
		{"the busiest does not get in", []string{"b:1", "a:1", "a:2", "a:3"}, []string{"b:1", "a:1", "a:2"}, 3, 3},
		{"each has one", []string{"a:1", "b:1", "c:1"}, []string{"a:1", "b:1"}, 2, 2},
		{"IPv6", []string{"[::1]:1", "[::1]:2", "[::2]:1"}, []string{"[::1]:1", "[::2]:1"}, 2, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			comes := callers(c.comes)
			l := limit(&comes, c.limit)
			var accepted []net.Conn
			for {
				conn, err := l.Accept()
				if errors.Is(err, net.ErrClosed) {
					break
				}
				accepted = append(accepted, conn)
			}
			var stays []string
			for _, conn := range accepted {
				if caller := conn.(*connection).Conn.(*caller); !caller.closed {
					stays = append(stays, caller.from)
				}
			}
			if !slices.Equal(stays, c.stays) || l.open != c.andThere {
				t.Errorf("%v stay, %d are open; want %v and %d", stays, l.open, c.stays, c.andThere)
			}
			for _, conn := range accepted {
				_ = conn.Close()
				_ = conn.Close() // as net/http sometimes does
			}
			if l.open != 0 || len(l.of) != 0 {
				t.Errorf("after all are closed, %d are open, of %v", l.open, l.of)
			}
		})
	}
}
