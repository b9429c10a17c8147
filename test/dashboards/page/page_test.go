package page

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestHandler(t *testing.T) {
	prometheus := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "Prometheus was asked for "+r.URL.String())
	}))
	defer prometheus.Close()
	dist, boards := t.TempDir(), t.TempDir()
	if _, err := Handler(dist, boards, prometheus.URL); err == nil {
		t.Error("a page that is not built is served")
	}
	for file, text := range map[string]string{
		filepath.Join(dist, "index.html"):       "the page",
		filepath.Join(dist, "icon.svg"):         "an icon",
		filepath.Join(boards, "b.json"):         `{"uid": "b", "title": "Second", "tags": ["t"]}`,
		filepath.Join(boards, "a.json"):         `{"uid": "a", "title": "First", "description": "says"}`,
		filepath.Join(boards, "a.json.ignored"): `nothing`,
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	handler, err := Handler(dist, boards, prometheus.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path   string
		status int
		body   string
	}{
		{"/", 200, "the page"},
		{"/d/a/any-slug?from=now-1h", 200, "the page"},
		{"/icon.svg", 200, "an icon"},
		{"/api/dashboards", 200, `[{"uid":"a","title":"First","description":"says","tags":null},{"uid":"b","title":"Second","description":"","tags":["t"]}]`},
		{"/api/dashboards/b", 200, `{"uid": "b", "title": "Second", "tags": ["t"]}`},
		{"/api/dashboards/c", 404, "there is no dashboard with this uid"},
		{"/api/v1/query?query=up", 200, "Prometheus was asked for /api/v1/query?query=up"},
		{"/missing", 404, "404 page not found"},
	} {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, c.path, http.NoBody))
		if body := strings.TrimSpace(answer.Body.String()); answer.Code != c.status || body != c.body {
			t.Errorf("%s answers %d %q, want %d %q", c.path, answer.Code, body, c.status, c.body)
		}
	}
}
