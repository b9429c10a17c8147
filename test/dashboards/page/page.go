// Package page serves Grafana dashboards as a web page that draws them with
// Grafana's own panel components, on the data of a Prometheus. The page itself
// is what `npm run build` makes of test/dashboards/web.
package page

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
)

// Handler serves the built page in the folder dist, the dashboards whose JSON
// lies in the folder dashboards, and the HTTP API of the Prometheus at a URL.
// It is an error that says what to do if the page is not built.
func Handler(dist, dashboards, prometheus string) (http.Handler, error) {
	if _, err := os.Stat(filepath.Join(dist, "index.html")); err != nil {
		return nil, fmt.Errorf("the page that shows dashboards is not built, and `make dashboards-page` builds it: %w", err)
	}
	target, err := url.Parse(prometheus)
	if err != nil {
		return nil, fmt.Errorf("the URL of Prometheus: %w", err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	index := func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, filepath.Join(dist, "index.html")) }

	mux := http.NewServeMux()
	mux.Handle("GET /api/v1/", proxy)
	mux.HandleFunc("GET /api/dashboards", func(w http.ResponseWriter, _ *http.Request) {
		found, err := List(dashboards)
		answer(w, found, err)
	})
	mux.HandleFunc("GET /api/dashboards/{uid}", func(w http.ResponseWriter, r *http.Request) {
		found, err := List(dashboards)
		i := slices.IndexFunc(found, func(d Dashboard) bool { return d.UID == r.PathValue("uid") })
		if err == nil && i < 0 {
			http.Error(w, "there is no dashboard with this uid", http.StatusNotFound)
			return
		}
		if err != nil {
			answer(w, nil, err)
			return
		}
		http.ServeFile(w, r, found[i].File)
	})
	mux.HandleFunc("GET /d/", index)
	mux.HandleFunc("GET /{$}", index)
	mux.Handle("GET /", http.FileServer(http.Dir(dist)))
	return mux, nil
}

// Dashboard is what the page lists of a dashboard.
type Dashboard struct {
	UID         string   `json:"uid"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Tags        []string `json:"tags"`
	// File holds the whole.
	File string `json:"-"`
}

// List returns the dashboards of a folder, by title.
func List(folder string) ([]Dashboard, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	found := []Dashboard{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		d := Dashboard{File: file}
		if err := json.Unmarshal(text, &d); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		found = append(found, d)
	}
	slices.SortFunc(found, func(a, b Dashboard) int { return cmp.Compare(a.Title, b.Title) })
	return found, nil
}

func answer(w http.ResponseWriter, value any, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value) // a reader that is gone needs no answer
}
