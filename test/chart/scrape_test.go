package chart

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// scraper is the ServiceAccount, in the namespace podscore, that the values let
// read the metrics.
const scraper = "scraper"

// reported returns the metrics at a URL once podscore reports. Over TLS it asks
// as the scraper, and sees to it that nobody else is answered.
func (c *cluster) reported(ctx context.Context, t *testing.T, url string) string {
	t.Helper()
	token := ""
	if strings.HasPrefix(url, "https://") {
		if status, body := get(ctx, t, url, ""); status != http.StatusUnauthorized || strings.Contains(body, "podscore_") {
			t.Errorf("without a token /metrics answers %d: %s", status, body)
		}
		token = strings.TrimSpace(c.kubectl(t, "--namespace=podscore", "create", "token", scraper))
	}
	for {
		status, page := get(ctx, t, url, token)
		if status == http.StatusOK && strings.Contains(page, "\npodscore_reporting 1\n") {
			return page
		}
		select {
		case <-ctx.Done():
			t.Fatalf("podscore does not report; /metrics answers %d:\n%s", status, page)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// get returns a page's status and body. Nobody can verify the certificate that
// podscore makes itself.
func get(ctx context.Context, t *testing.T, url, token string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // see above
	}}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}
