package serving

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/go-logr/logr/funcr"
)

// TestPanicEndsOneRequest: a panic ends its request, is logged, and the next request is
// handled.
func TestPanicEndsOneRequest(t *testing.T) {
	var mu sync.Mutex
	var lines []string
	log := funcr.New(func(_, line string) {
		mu.Lock()
		defer mu.Unlock()
		lines = append(lines, line)
	}, funcr.Options{})
	handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/panic" {
			panic("oh")
		}
	})
	s, err := server{name: "metrics", address: "127.0.0.1:0", handler: handler, limits: otherLimits, timeouts: scrapeTimeouts}.listen(log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.Start(ctx) }()
	url := "http://" + s.Listener.Addr().String()
	if response, err := http.Get(url + "/panic"); err == nil {
		response.Body.Close()
		t.Errorf("a request that panicked is answered with %d", response.StatusCode)
	}
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("the next request is answered with %d", response.StatusCode)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if log := strings.Join(lines, "\n"); !strings.Contains(log, "please report it") || !strings.Contains(log, "oh") {
		t.Errorf("the log says nothing of it: %s", log)
	}
}
