package main

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const exposition = `# HELP go_gc_heap_live_bytes Heap memory.
# TYPE go_gc_heap_live_bytes gauge
go_gc_heap_live_bytes 1.5e+07
# TYPE podscore_namespace_pods gauge
podscore_namespace_pods{namespace="a",status="compliant"} 3
podscore_namespace_pods{namespace="a",status="noncompliant"} 4
podscore_namespace_pods{namespace="b",status="compliant"} 5
# TYPE podscore_pods_observed_total counter
podscore_pods_observed_total{namespace="a",status="compliant"} 1
podscore_pods_observed_total{namespace="a",status="noncompliant"} 2
podscore_pods_observed_total{namespace="b",status="compliant"} 0
`

func TestPage(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if encoding := r.Header.Get("Accept-Encoding"); encoding != "identity" {
			t.Errorf("asks for %q", encoding)
		}
		if _, err := w.Write([]byte(exposition)); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	page, err := scrape(t.Context(), server.URL)
	if err != nil {
		t.Fatal(err)
	}
	if page.took <= 0 || page.series() != 7 {
		t.Errorf("took %s and has %d series, want 7", page.took, page.series())
	}
	if value, err := page.value("go_gc_heap_live_bytes"); value != 15e6 || err != nil {
		t.Errorf("the live heap is %g, %v", value, err)
	}
	if _, err := page.value("go_gc_heap_live"); err == nil || !strings.Contains(err.Error(), "/metrics has no go_gc_heap_live") {
		t.Errorf("a metric that is not there: %v", err)
	}
	if pods, err := page.pods(); pods != 12 || err != nil {
		t.Errorf("%d pods, %v; want 12", pods, err)
	}
	if observed, err := page.observed(); !maps.Equal(observed, map[string]int{"a": 3, "b": 0}) || err != nil {
		t.Errorf("observed %v, %v", observed, err)
	}
}

func TestPageThatFails(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	if _, err := scrape(t.Context(), server.URL); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("got %v", err)
	}
	page := &page{text: []byte("podscore_namespace_pods{status=\"x\"} many\n")}
	if _, err := page.pods(); err == nil {
		t.Error("a line that is no metric of a namespace is counted")
	}
}
