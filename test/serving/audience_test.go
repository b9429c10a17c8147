package serving

import (
	"net/http"
	"testing"
)

// TestAudience: where an audience is asked for, a token that was made for another
// is refused, the one that every pod has for the API server too.
func TestAudience(t *testing.T) {
	p := start(t, "--metrics-token-audiences=podscore,metrics")
	for _, c := range []struct {
		name, token string
		status      int
	}{
		{"for the API server", token(t, "scraper"), 401},
		{"for somebody else", token(t, "scraper", "vault"), 401},
		{"for podscore", token(t, "scraper", "podscore"), 200},
		{"for the second", token(t, "scraper", "metrics"), 200},
		{"for podscore and somebody else", token(t, "scraper", "vault", "podscore"), 200},
		{"for podscore, without the right", token(t, "stranger", "podscore"), 403},
	} {
		page, err := newScraper(c.token, "127.0.0.1").scrape(t.Context(), p.MetricsURL+"/metrics")
		if err != nil {
			t.Fatal(err)
		}
		if page.status != c.status {
			t.Errorf("a token %s gets %d, want %d", c.name, page.status, c.status)
		}
	}
}

// TestAudienceThatNobodyKnows: an authenticator that knows of no audiences tells
// none, and is not believed.
func TestAudienceThatNobodyKnows(t *testing.T) {
	f, p := startBehind(t, "--metrics-token-audiences=podscore")
	unaware := status(http.StatusCreated, `{"kind": "TokenReview", "apiVersion": "authentication.k8s.io/v1",
		"status": {"authenticated": true, "user": {"username": "system:serviceaccount:default:scraper"}}}`)
	f.reviews.Store(&unaware)
	page, err := newScraper(token(t, "scraper"), "127.0.0.1").scrape(t.Context(), p.MetricsURL+"/metrics")
	if err != nil || page.status != http.StatusUnauthorized || page.body != unauthorized {
		t.Errorf("got %v, %v", page, err)
	}
}
