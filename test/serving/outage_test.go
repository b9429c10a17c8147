package serving

import (
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
)

// front stands before the API server and answers reviews in its place, as the
// test says; all else it passes on.
type front struct {
	*httptest.Server
	pass    http.Handler
	reviews atomic.Pointer[http.HandlerFunc] // nil passes these on too
	asked   atomic.Int64
}

// startBehind is start with a front between podscore and the API server.
func startBehind(t *testing.T, flags ...string) (*front, *process.Podscore) {
	t.Helper()
	cluster.Needs(t)
	f := newFront(t)
	p := harness.StartPodscore(t, cluster.Binary, f.kubeconfig(t), append([]string{"--metrics-secure"}, flags...)...)
	harness.Ready(t, p, time.Minute)
	return f, p
}

func newFront(t *testing.T) *front {
	t.Helper()
	target, err := url.Parse(cluster.Config.Host)
	if err != nil {
		t.Fatal(err)
	}
	anonymous := rest.AnonymousClientConfig(cluster.Config)
	transport, err := rest.TransportFor(anonymous)
	if err != nil {
		t.Fatal(err)
	}
	f := &front{pass: &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:     transport,
		FlushInterval: -1,
	}}
	f.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "reviews") {
			f.asked.Add(1)
			if answer := f.reviews.Load(); answer != nil {
				(*answer)(w, r)
				return
			}
		}
		f.pass.ServeHTTP(w, r)
	}))
	f.EnableHTTP2 = true
	f.StartTLS()
	t.Cleanup(func() {
		f.CloseClientConnections()
		f.Close()
	})
	return f
}

// kubeconfig is podscore's, with the front in place of the API server.
func (f *front) kubeconfig(t *testing.T) string {
	t.Helper()
	config, err := clientcmd.LoadFromFile(cluster.KubeconfigAs(t, "podscore", "podscore"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range config.Clusters {
		c.Server = f.URL
		c.CertificateAuthorityData = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.Certificate().Raw})
	}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestNobodyCanBeAsked: where the API server does not say who may read the
// metrics, nobody may, and a scraper is told so before it gives up. Whoever was
// let through lately still is.
func TestNobodyCanBeAsked(t *testing.T) {
	cluster.Needs(t)
	t.Parallel()
	f, p := startBehind(t)
	url := p.MetricsURL + "/metrics"
	known := newScraper(token(t, "scraper"), "127.0.0.1")
	if page, err := known.scrape(t.Context(), url); err != nil || page.status != 200 {
		t.Fatalf("before: %v, %v", page, err)
	}
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	for _, c := range []struct {
		name    string
		reviews http.HandlerFunc
	}{
		{"hangs", func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-over:
			}
		}},
		{"hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
		{"refuses", status(http.StatusForbidden, "")},
		{"does not know podscore", status(http.StatusUnauthorized, "")},
		{"fails", status(http.StatusInternalServerError, "")},
		{"is not there", status(http.StatusServiceUnavailable, "")},
		{"has too much to do", status(http.StatusTooManyRequests, "")},
		{"talks garbage", status(http.StatusCreated, "{\"status\": [")},
		{"is something else", status(http.StatusOK, "<html>welcome</html>")},
		{"says nothing", status(http.StatusCreated, "")},
	} {
		t.Run(c.name, func(t *testing.T) {
			f.reviews.Store(&c.reviews)
			defer f.reviews.Store(nil)
			for _, token := range []string{token(t, "scraper"), token(t, "stranger"), "not-a-token"} {
				began := time.Now()
				page, err := newScraper(token, "127.0.0.1").scrape(t.Context(), url)
				if err != nil {
					t.Fatal(err)
				}
				if page.status != http.StatusServiceUnavailable || page.body != unavailable {
					t.Errorf("the answer is %d %.200q, want 503 %q and no byte more", page.status, page.body, unavailable)
				}
				if took := time.Since(began); took > 7*time.Second {
					t.Errorf("it took %s, longer than a scraper waits", took)
				}
			}
			if page, err := newScraper("", "127.0.0.1").scrape(t.Context(), url); err != nil || page.status != 401 {
				t.Errorf("without a token there is nothing to ask: %v, %v", page, err)
			}
			if page, err := known.scrape(t.Context(), url); err != nil || page.status != 200 {
				t.Errorf("who was let through a moment ago gets %v, %v", page, err)
			}
		})
	}
	if page, err := newScraper(token(t, "scraper"), "127.0.0.1").scrape(t.Context(), url); err != nil || page.status != 200 {
		t.Errorf("after: %v, %v", page, err)
	}
	has(t, p, "ERROR", "The API server cannot be asked who may read /metrics")
	if count := strings.Count(harness.Read(t, p.Log), "cannot be asked who may"); count > 2 {
		t.Errorf("the log says so %d times within a minute", count)
	}
}

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

// TestAskedOnce: a scraper's token is looked up once a minute, not at every scrape.
func TestAskedOnce(t *testing.T) {
	f, p := startBehind(t)
	s := newScraper(token(t, "scraper"), "127.0.0.1")
	for range 50 {
		if page, err := s.scrape(t.Context(), p.MetricsURL+"/metrics"); err != nil || page.status != 200 {
			t.Fatal(page, err)
		}
	}
	if asked := f.asked.Load(); asked != 2 {
		t.Errorf("the API server was asked %d times, want a TokenReview and a SubjectAccessReview", asked)
	}
}
