package serving

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"testing"
	"time"
)

// callers is a listener that accepts connections from these addresses, in order.
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

// accept accepts all callers.
func accept(t *testing.T, l *limitedListener) (accepted []*connection) {
	t.Helper()
	for {
		conn, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return accepted
		}
		if err != nil {
			t.Fatal(err)
		}
		accepted = append(accepted, conn.(*connection))
	}
}

// stay returns the addresses of the connections that are not closed.
func stay(accepted []*connection) (addresses []string) {
	for _, conn := range accepted {
		if caller := conn.Conn.(*caller); !caller.closed {
			addresses = append(addresses, caller.from)
		}
	}
	return addresses
}

// TestLimitOfConnections: an origin with many connections loses them, those that were
// inactive for longest first, and no other origin does.
func TestLimitOfConnections(t *testing.T) {
	for _, c := range []struct {
		name         string
		places       int
		comes, stays []string
	}{
		{"few", 3, []string{"1.0.0.1:1", "1.0.0.2:1", "1.0.0.3:1"}, []string{"1.0.0.1:1", "1.0.0.2:1", "1.0.0.3:1"}},
		{"one too many of the same", 2, []string{"1.0.0.1:1", "1.0.0.1:2", "1.0.0.1:3"}, []string{"1.0.0.1:2", "1.0.0.1:3"}},
		{"an origin with the most loses one", 3, []string{"1.0.0.1:1", "1.0.0.1:2", "1.0.0.1:3", "1.0.0.2:1"}, []string{"1.0.0.1:2", "1.0.0.1:3", "1.0.0.2:1"}},
		{"also to its own new one", 3, []string{"1.0.0.2:1", "1.0.0.1:1", "1.0.0.1:2", "1.0.0.1:3"}, []string{"1.0.0.2:1", "1.0.0.1:2", "1.0.0.1:3"}},
		{"each has one", 2, []string{"1.0.0.1:1", "1.0.0.2:1", "1.0.0.3:1"}, []string{"1.0.0.2:1", "1.0.0.3:1"}},
		{"IPv6, of one network", 2, []string{"[fd00::1]:1", "[fd00:0:0:1::1]:1", "[fd00::2]:2"}, []string{"[fd00:0:0:1::1]:1", "[fd00::2]:2"}},
		{"IPv4 in IPv6", 2, []string{"[::ffff:1.0.0.2]:1", "1.0.0.1:1", "[::ffff:1.0.0.1]:1"}, []string{"[::ffff:1.0.0.2]:1", "[::ffff:1.0.0.1]:1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			comes := callers(c.comes)
			l := limit(&comes, limits{total: c.places, perOrigin: 1})
			accepted := accept(t, l)
			if stays := stay(accepted); !slices.Equal(stays, c.stays) || len(l.open) != len(c.stays) {
				t.Errorf("%v stay, %d are open; want %v", stays, len(l.open), c.stays)
			}
			for _, conn := range accepted {
				_ = conn.Close()
				_ = conn.Close() // as net/http sometimes does
				if conn.ended.Err() == nil {
					t.Errorf("%s is closed, and the context of its requests is not done", conn.from)
				}
			}
			for _, conn := range accepted {
				if conn.client.open != 0 {
					t.Errorf("after all are closed, %d connections of %s are counted", conn.client.open, conn.from)
				}
			}
			if len(l.open) != 0 {
				t.Errorf("after all are closed, %d connections are counted", len(l.open))
			}
		})
	}
}

// TestWhoMakesWay: connections with an approved token stay open; those of origins from which
// one came are closed after others; those above the rate of their origin are closed first.
func TestWhoMakesWay(t *testing.T) {
	comes := callers{"1.0.0.1:1", "1.0.0.2:1"}
	l := limit(&comes, limits{total: 10, perOrigin: 5, burst: 2, every: time.Hour, delay: time.Nanosecond, evictFirst: true})
	accepted := accept(t, l)
	accepted[0].approve(time.Now())
	accepted[1].approve(time.Now())
	_ = accepted[1].Close()
	comes = callers{"1.0.0.2:2"} // of a known origin
	accepted = append(accepted, accept(t, l)...)
	for i := range 1000 {
		comes = append(comes, fmt.Sprintf("2.0.%d.%d:1", i/200, i%200))
	}
	accepted = append(accepted, accept(t, l)...)
	want := []string{"1.0.0.1:1", "1.0.0.2:2"}
	for i := range 8 {
		want = append(want, fmt.Sprintf("2.0.4.%d:1", 192+i))
	}
	if stays := stay(accepted); !slices.Equal(stays, want) {
		t.Errorf("%v stay, want %v", stays, want)
	}
	comes = callers{"2.0.4.199:2", "2.0.4.199:3", "2.0.4.199:4", "3.0.0.1:1"}
	accepted = append(accepted, accept(t, l)...)
	want = slices.DeleteFunc(want, func(from string) bool { return from == "2.0.4.192:1" || from == "2.0.4.199:1" })
	want = append(want, "2.0.4.199:2", "3.0.0.1:1")
	if stays := stay(accepted); !slices.Equal(stays, want) {
		t.Errorf("%v stay, want %v", stays, want)
	}
	if len(l.clients) > maxClients {
		t.Errorf("%d clients are kept", len(l.clients))
	}
}

// TestSharedOrigin: of an origin with too many connections, the one with an approved token
// stays open, and new ones are served.
func TestSharedOrigin(t *testing.T) {
	comes := callers{"1.0.0.1:1", "1.0.0.2:1", "1.0.0.3:1"}
	l := limit(&comes, limits{total: 5, perOrigin: 2})
	accepted := accept(t, l)
	accepted[0].approve(time.Now())
	for i := range 100 {
		comes = append(comes, fmt.Sprintf("1.0.0.1:%d", 2+i))
	}
	accepted = append(accepted, accept(t, l)...)
	want := []string{"1.0.0.1:1", "1.0.0.2:1", "1.0.0.3:1", "1.0.0.1:100", "1.0.0.1:101"}
	if stays := stay(accepted); !slices.Equal(stays, want) {
		t.Errorf("%v stay, want %v", stays, want)
	}
}

// TestMarkActive: a connection with a request is not the one that was inactive for longest.
func TestMarkActive(t *testing.T) {
	comes := callers{"1.0.0.1:1", "1.0.0.2:1"}
	l := limit(&comes, limits{total: 2, perOrigin: 1})
	accepted := accept(t, l)
	accepted[0].markActive()
	comes = callers{"1.0.0.3:1"}
	accepted = append(accepted, accept(t, l)...)
	if stays, want := stay(accepted), []string{"1.0.0.1:1", "1.0.0.3:1"}; !slices.Equal(stays, want) {
		t.Errorf("%v stay, want %v", stays, want)
	}
	accepted[1].markActive()
	if len(l.open) != 2 {
		t.Errorf("after activity on a closed connection, %d are open, want 2", len(l.open))
	}
}

// BenchmarkCrowd adds connections from ever new addresses to a listener that is full.
func BenchmarkCrowd(b *testing.B) {
	l := limit(nil, metricsLimits)
	now := time.Now()
	i := 0
	for b.Loop() {
		i++
		c := &connection{listener: l, from: originOf(fmt.Sprintf("10.%d.%d.%d:1", i>>16&255, i>>8&255, i&255))}
		l.add(c, now)
		now = now.Add(time.Millisecond)
	}
}
