package serving

import (
	"crypto/tls"
	"net/http"
	"testing"
)

// TestVersions: TLS before 1.2 is refused, and HTTP/2 is not spoken, though every
// scraper of this test asks for it.
func TestVersions(t *testing.T) {
	p := start(t)
	given := token(t, "scraper")
	for version, works := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		s := newScraper(given, "127.0.0.1")
		s.tls.MinVersion, s.tls.MaxVersion = version, version
		page, err := s.scrape(t.Context(), p.MetricsURL+"/metrics")
		if works != (err == nil && page.status == http.StatusOK) {
			t.Errorf("%s: %v, want it to work: %t", tls.VersionName(version), err, works)
		}
	}
	page, err := newScraper(given, "127.0.0.1").scrape(t.Context(), p.MetricsURL+"/metrics")
	if err != nil {
		t.Fatal(err)
	}
	if page.status != http.StatusOK || page.Proto != "HTTP/1.1" {
		t.Errorf("it answers %d over %s, want HTTP/1.1", page.status, page.Proto)
	}
	has(t, p, "scrapers cannot verify it")
}

// TestPlainHTTP: without TLS nobody is asked who they are, and the log says so.
func TestPlainHTTP(t *testing.T) {
	p := start(t, "--metrics-secure=false")
	page, err := newScraper("", "127.0.0.1").scrape(t.Context(), p.MetricsURL+"/metrics")
	if err != nil || page.status != http.StatusOK {
		t.Errorf("got %v, %v", page, err)
	}
	has(t, p, "Anybody may read /metrics", "--metrics-secure=false")
}

// TestProfiles: profiles have an address of their own, if any.
func TestProfiles(t *testing.T) {
	p := start(t, "--pprof-bind-address=127.0.0.1:0")
	s := newScraper(token(t, "scraper"), "127.0.0.1")
	for url, want := range map[string]int{
		p.ProfilesURL + "/debug/pprof/heap":             200,
		p.ProfilesURL + "/debug/pprof/":                 200,
		p.ProfilesURL + "/debug/pprof/trace?seconds=.1": 200,
		p.ProfilesURL + "/metrics":                      404,
		p.MetricsURL + "/debug/pprof/heap":              404,
		p.ProbesURL + "/debug/pprof/heap":               404,
		p.ProbesURL + "/metrics":                        404,
	} {
		page, err := s.scrape(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		if page.status != want {
			t.Errorf("%s answers %d, want %d", url, page.status, want)
		}
	}
	if off := start(t); off.ProfilesURL != "" {
		t.Errorf("profiles are served at %s, and nobody asked for that", off.ProfilesURL)
	}
}
