package serving

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestRightTokensAreAskedAbout: whom podscore does not know yet is asked about,
// however many others have wrong tokens asked about, at the same time.
func TestRightTokensAreAskedAbout(t *testing.T) {
	p := start(t)
	url := p.MetricsURL + "/metrics"
	shared := newScraper(token(t, "scraper"), "127.0.2.1") // an attacker's too
	if page, err := shared.scrape(t.Context(), url); err != nil || page.status != http.StatusOK {
		t.Fatal(page, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var attackers sync.WaitGroup
	for i := range 30 {
		s := newScraper(fmt.Sprint("wrong-", i), fmt.Sprint("127.0.2.", 1+i))
		for range 8 {
			attackers.Go(func() {
				for ctx.Err() == nil {
					_, _ = s.scrape(ctx, url)
				}
			})
		}
	}
	defer attackers.Wait()
	defer cancel()
	time.Sleep(time.Second) // until they are all there
	for i := range 10 {
		fresh := newScraper(token(t, "scraper"), fmt.Sprint("127.0.3.", 1+i))
		onNew := newScraper(token(t, "scraper"), "127.0.2.1")
		shared.token = token(t, "scraper")
		for name, s := range map[string]*scraper{
			"of an address of its own":                              fresh,
			"of an attacker's address, on a connection from before": shared,
			"of an attacker's address, on a new connection":         onNew,
		} {
			if page, err := s.scrape(t.Context(), url); err != nil || page.status != http.StatusOK {
				t.Errorf("a new token %s gets %v, %v", name, page, err)
			}
		}
	}
}

// TestPlacesForThoseWhoWereRight: while all questions of an address are taken by
// wrong tokens, one that was right before, and is not remembered any more, needs
// none of their places; nor does a new one on a connection that showed a right one.
func TestPlacesForThoseWhoWereRight(t *testing.T) {
	cluster.Needs(t)
	t.Parallel()
	f, p := startBehind(t)
	url := p.MetricsURL + "/metrics"
	before, kept := newScraper(token(t, "scraper"), "127.0.0.1"), newScraper(token(t, "scraper"), "127.0.0.1")
	before.client.Transport = onlyOnce{before.client.Transport}
	for _, s := range []*scraper{before, kept} {
		if page, err := s.scrape(t.Context(), url); err != nil || page.status != http.StatusOK {
			t.Fatal(page, err)
		}
	}
	time.Sleep(61 * time.Second) // until it is not remembered
	asked := make(chan struct{}, 100)
	f.answerFor("a.wrong.one", func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	})
	for range 8 {
		conn, err := connect(t.Context(), net.IPv4(127, 0, 0, 1), strings.TrimPrefix(p.MetricsURL, "https://"), false)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		send(t, conn, request("a.wrong.one")+"\r\n")
	}
	for range 4 {
		<-asked
	}
	kept.token = token(t, "scraper")
	for name, s := range map[string]*scraper{"that was right": before, "that is new on an old connection": kept} {
		if page, err := s.scrape(t.Context(), url); err != nil || page.status != http.StatusOK {
			t.Errorf("a token %s gets %v, %v", name, page, err)
		}
	}
	if len(asked) > 0 {
		t.Errorf("of one address %d are asked about at once, want 4", 4+len(asked))
	}
}

// answerFor answers reviews of one token in the API server's place.
func (f *front) answerFor(token string, answer http.HandlerFunc) {
	reviews := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if bytes.Contains(body, []byte(token)) {
			answer(w, r)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		f.pass.ServeHTTP(w, r)
	})
	f.reviews.Store(&reviews)
}
