package serving

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/podscore/podscore/test/process"
)

// quietAddresses is from how many addresses a port is kept busy by doing nothing.
const quietAddresses = 1000

// TestQuietAddresses: connections of a thousand addresses that do nothing with
// them neither make a probe fail nor a scrape, be it on a connection from before
// or on a new one.
func TestQuietAddresses(t *testing.T) {
	for _, c := range []struct {
		name string
		does func(t *testing.T, conn net.Conn)
	}{
		{"say nothing", func(*testing.T, net.Conn) {}},
		{"stay after an answer", func(t *testing.T, conn net.Conn) { answers(t, conn, "GET / HTTP/1.1\r\nHost: podscore\r\n\r\n") }},
		{"send half a request", func(t *testing.T, conn net.Conn) { send(t, conn, "GET /metrics HT") }},
		{"send many requests at once", func(t *testing.T, conn net.Conn) {
			send(t, conn, strings.Repeat("GET /healthz HTTP/1.1\r\nHost: podscore\r\n\r\n", 50))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := start(t)
			before := newScraper(token(t, "scraper"), "127.0.0.1")
			if page, err := before.scrape(t.Context(), p.MetricsURL+"/metrics"); err != nil || page.status != http.StatusOK {
				t.Fatal(page, err)
			}
			crowd(t, p.ProbesURL, true, c.does)
			probes(t, p)
			crowd(t, p.MetricsURL, false, c.does)
			scrapes := map[string]*scraper{"a connection from before": before, "a new connection": newScraper(token(t, "scraper"), "127.0.0.2")}
			for name, s := range scrapes {
				for range 15 {
					if page, err := s.scrape(t.Context(), p.MetricsURL+"/metrics"); err != nil || page.status != http.StatusOK {
						t.Errorf("a scrape on %s: %v, %v", name, page, err)
					}
				}
			}
			crowd(t, p.MetricsURL, true, c.does) // which do not even encrypt
			for name, s := range scrapes {
				if page, err := s.scrape(t.Context(), p.MetricsURL+"/metrics"); err != nil || page.status != http.StatusOK {
					t.Errorf("beside half open handshakes, a scrape on %s: %v, %v", name, page, err)
				}
			}
		})
	}
}

// crowd opens a connection from each of many addresses, until the test ends.
func crowd(t *testing.T, url string, plain bool, does func(t *testing.T, conn net.Conn)) {
	t.Helper()
	_, target, _ := strings.Cut(url, "://")
	var openers sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	for opener := range 20 {
		openers.Go(func() {
			for i := opener; i < quietAddresses; i += 20 {
				from := net.IPv4(127, 9, byte(i/250), byte(1+i%250))
				conn, err := connect(t.Context(), from, target, plain)
				if err != nil {
					continue // it is cut off already
				}
				does(t, conn)
				mu.Lock()
				open = append(open, conn)
				mu.Unlock()
			}
		})
	}
	openers.Wait()
	t.Cleanup(func() {
		for _, conn := range open {
			conn.Close()
		}
	})
}

// probes probes as the kubelet does: each time on a new connection, of the same address.
func probes(t *testing.T, p *process.Podscore) {
	t.Helper()
	s := newScraper("", "127.0.0.1")
	s.client.Transport = onlyOnce{s.client.Transport}
	failed := 0
	var last string
	for range 15 {
		for _, path := range []string{"/healthz", "/readyz"} {
			if page, err := s.scrape(t.Context(), p.ProbesURL+path); err != nil || page.status != http.StatusOK {
				failed++
				last = fmt.Sprint(page, err)
			}
		}
	}
	if failed > 0 {
		t.Errorf("%d of 30 probes fail, at last with %s", failed, last)
	}
}

// TestProbesBesideAFlood: who asks for probes as fast as they are answered, from
// the kubelet's own address, makes none of the kubelet's fail.
func TestProbesBesideAFlood(t *testing.T) {
	p := start(t)
	_, target, _ := strings.Cut(p.ProbesURL, "://")
	ctx, cancel := context.WithCancel(t.Context())
	var flood sync.WaitGroup
	defer flood.Wait()
	defer cancel()
	for range 64 {
		flood.Go(func() {
			asksOn(ctx, net.IPv4(127, 0, 0, 1), target, true, "GET /readyz HTTP/1.1\r\nHost: podscore\r\n\r\n")
		})
	}
	probes(t, p)
}

func send(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	_, _ = io.WriteString(conn, text) // it may be cut off
}

func answers(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	send(t, conn, text)
	if response, err := http.ReadResponse(bufio.NewReader(conn), nil); err == nil {
		_, _ = io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
}
