package serving

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"time"
)

// scraper asks for pages as one client does.
type scraper struct {
	token  string
	client *http.Client
	tls    *tls.Config
}

// newScraper returns a scraper with a token and an address of its own, of those
// that this machine has on its loopback. It does not verify certificates.
func newScraper(token, address string) *scraper {
	s := &scraper{token: token, tls: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // made by podscore for itself
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	s.client = &http.Client{
		Timeout:       20 * time.Second,
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSClientConfig: s.tls, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s
}

// page is an answer.
type page struct {
	status int
	body   string
	*http.Response
}

// ask sends a request with the scraper's token, if it has one.
func (s *scraper) ask(ctx context.Context, method, url string, body io.Reader) (*page, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return nil, err
	}
	if s.token != "" {
		request.Header.Set("Authorization", "Bearer "+s.token)
	}
	response, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return &page{response.StatusCode, string(text), response}, err
}

// scrape gets a page.
func (s *scraper) scrape(ctx context.Context, url string) (*page, error) {
	return s.ask(ctx, http.MethodGet, url, http.NoBody)
}

// onlyOnce has every request on a connection of its own.
type onlyOnce struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (o onlyOnce) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Close = true
	return o.RoundTripper.RoundTrip(r)
}
