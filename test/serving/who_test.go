package serving

import (
	"crypto/tls"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/podscore/podscore/test/harness"
)

// What podscore says to whom it tells nothing. Answers are compared whole: there
// is no byte of data in them.
const (
	unauthorized = "Unauthorized\n"
	forbidden    = "Forbidden\n"
	unavailable  = "Service Unavailable\n"
)

// TestWhoIsAnswered: whom the API server does not know gets 401, whom it does not
// allow 403, and whom it allows the metrics.
func TestWhoIsAnswered(t *testing.T) {
	p := start(t)
	given := token(t, "scraper")
	cluster.Create(t, harness.Account("default", "gone"))
	gone := token(t, "gone")
	deleteAccount(t, "gone")
	header, _, _ := strings.Cut(given, ".")

	for _, c := range []struct {
		name, token string
		status      int
		body        string // none is the metrics
	}{
		{"anonymous", "", 401, unauthorized},
		{"bad token", "not-a-token", 401, unauthorized},
		{"bad token of the right form", header + ".e30.AAAA", 401, unauthorized},
		{"two tokens", given + " " + given, 401, unauthorized},
		{"token for somebody else", token(t, "scraper", "vault"), 401, unauthorized},
		{"token of an account that is gone", gone, 401, unauthorized},
		{"token signed by another key", sign(t, given, time.Now().Add(time.Hour), anotherKey(t)), 401, unauthorized},
		{"expired token", sign(t, given, time.Now().Add(-time.Hour), clusterKey(t)), 401, unauthorized},
		{"the same, not expired", sign(t, given, time.Now().Add(time.Hour), clusterKey(t)), 200, ""},
		{"token without the right", token(t, "stranger"), 403, forbidden},
		{"token with the right", given, 200, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, err := newScraper(c.token, "127.0.0.1").scrape(t.Context(), p.MetricsURL+"/metrics")
			if err != nil {
				t.Fatal(err)
			}
			if page.status != c.status {
				t.Errorf("status %d, want %d: %.200s", page.status, c.status, page.body)
			}
			if c.body != "" && page.body != c.body {
				t.Errorf("the answer is %.200q, want %q and no byte more", page.body, c.body)
			}
			if c.body == "" && !strings.Contains(page.body, `podscore_namespace_pods{namespace="default",status="compliant"}`) {
				t.Errorf("these are no metrics: %.200s", page.body)
			}
			if challenge := page.Header.Get("WWW-Authenticate"); (challenge != "") != (page.status == http.StatusUnauthorized) {
				t.Errorf("WWW-Authenticate is %q with status %d", challenge, page.status)
			}
		})
	}
	log := harness.Read(t, p.Log)
	if strings.Contains(log, "ERROR") || strings.Contains(log, given) || strings.Contains(log, "stranger") {
		t.Errorf("whoever asks writes into the log:\n%s", log)
	}
}

// TestClientCertificates: a certificate that the API server would take for an
// administrator's is none for podscore; a password is neither.
func TestClientCertificates(t *testing.T) {
	p := start(t)
	admin, err := tls.X509KeyPair(cluster.Config.CertData, cluster.Config.KeyData)
	if err != nil {
		t.Fatal(err)
	}
	s := newScraper("", "127.0.0.1")
	s.tls.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &admin, nil }
	page, err := s.scrape(t.Context(), p.MetricsURL+"/metrics")
	if err != nil || page.status != http.StatusUnauthorized || page.body != unauthorized {
		t.Errorf("a client certificate gets %v, %v", page, err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.MetricsURL+"/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth("admin", "admin")
	response, err := s.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if text, err := io.ReadAll(response.Body); response.StatusCode != http.StatusUnauthorized || string(text) != unauthorized {
		t.Errorf("a password gets %d, %q, %v", response.StatusCode, text, err)
	}
}

// TestMethodsAndPaths: the metrics are behind GET /metrics alone. What else
// there is says nothing, with the right token as without.
func TestMethodsAndPaths(t *testing.T) {
	p := start(t)
	const root, notFound = "podscore: the metrics are at /metrics\n", "404 page not found\n"
	const notAllowed, elsewhere = "Method Not Allowed\n", "<a href=\"/metrics\">Temporary Redirect</a>.\n\n"
	for _, c := range []struct {
		method, path  string
		with, without int // the right token
		body          string
	}{
		{"HEAD", "/metrics", 200, 401, ""},
		{"POST", "/metrics", 405, 405, notAllowed},
		{"DELETE", "/metrics", 405, 405, notAllowed},
		{"GET", "/", 200, 200, root},
		{"GET", "/metrics/", 404, 404, notFound},
		{"GET", "/healthz", 404, 404, notFound},
		{"GET", "/debug/pprof/", 404, 404, notFound},
		{"GET", "/debug/pprof/heap", 404, 404, notFound},
		{"GET", "//metrics", 307, 307, elsewhere},
		{"GET", "/x/../metrics", 307, 307, elsewhere},
	} {
		for token, want := range map[string]int{token(t, "scraper"): c.with, "": c.without} {
			page, err := newScraper(token, "127.0.0.1").ask(t.Context(), c.method, p.MetricsURL+c.path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			if page.status != want || page.body != c.body {
				t.Errorf("%s %s (token: %t) answers %d %.100q, want %d %q", c.method, c.path, token != "", page.status, page.body, want, c.body)
			}
		}
	}
}
