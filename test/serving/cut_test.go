package serving

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// TestWhoIsSlowIsCut: nobody holds a connection by doing nothing.
func TestWhoIsSlowIsCut(t *testing.T) {
	cluster.Needs(t)
	t.Parallel()
	manyNamespaces(t)
	p := start(t)
	target := strings.TrimPrefix(p.MetricsURL, "https://")
	for name, c := range map[string]struct {
		plain bool
		does  hostile
		after time.Duration
	}{
		"does not encrypt":     {true, silent, 5 * time.Second},
		"says nothing":         {false, silent, 5 * time.Second},
		"sends headers slowly": {false, slowly, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := connect(t.Context(), net.IPv4(127, 0, 0, 1), target, c.plain)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			began := time.Now()
			go c.does(t.Context(), conn)
			_ = conn.SetReadDeadline(began.Add(c.after + 10*time.Second))
			_, err = io.Copy(io.Discard, conn)
			took := time.Since(began)
			if errors.Is(err, os.ErrDeadlineExceeded) || took < c.after/2 {
				t.Errorf("it is cut after %s, %v; want it after %s", took, err, c.after)
			}
			t.Logf("cut after %s", took.Round(time.Millisecond))
		})
	}
}

// TestWhoDoesNotReadIsCut: a page that is not read is not kept for its reader.
func TestWhoDoesNotReadIsCut(t *testing.T) {
	cluster.Needs(t)
	t.Parallel()
	manyNamespaces(t)
	p := start(t)
	given := token(t, "scraper")
	whole, err := newScraper(given, "127.0.0.1").scrape(t.Context(), p.MetricsURL+"/metrics")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := connect(t.Context(), net.IPv4(127, 0, 0, 1), strings.TrimPrefix(p.MetricsURL, "https://"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 32*time.Second)
	defer cancel()
	neverReads(given)(ctx, conn)
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	got, err := io.Copy(io.Discard, conn)
	if err == nil || got >= int64(len(whole.body)) {
		t.Errorf("after 32 s there are still all of the %d bytes to read", got)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("after 32 s the connection is still open")
	}
}
