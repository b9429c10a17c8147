package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// api is an API server that records which requests came over which connections. It responds
// with no more than podscore needs to go on.
type api struct {
	mu          sync.Mutex
	connections map[string]map[string]bool // the client addresses, by the kind of request
}

// respond returns a handler for a kind of requests, which has a fixed response.
func (a *api) respond(what string, status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.connections[what] == nil {
			a.connections[what] = map[string]bool{}
		}
		a.connections[what][r.RemoteAddr] = true
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, text)
	}
}

// over returns the client addresses from which a kind of requests came.
func (a *api) over(what string) (connections []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for from := range a.connections[what] {
		connections = append(connections, from)
	}
	return connections
}

// start starts the API server, and returns a kubeconfig for it.
func (a *api) start(t *testing.T) (kubeconfig string) {
	mux := http.NewServeMux()
	mux.Handle("/api/v1/", a.respond("pods", http.StatusServiceUnavailable, ""))
	mux.Handle("/apis/coordination.k8s.io/", a.respond("Lease", http.StatusNotFound, `{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}`))
	mux.Handle("/apis/authentication.k8s.io/", a.respond("reviews", http.StatusCreated, `{"kind": "TokenReview", "apiVersion": "authentication.k8s.io/v1", "status": {"authenticated": true, "user": {"username": "prometheus"}}}`))
	mux.Handle("/apis/authorization.k8s.io/", a.respond("reviews", http.StatusCreated, `{"kind": "SubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "status": {"allowed": true}}`))
	server := httptest.NewUnstartedServer(mux)
	server.EnableHTTP2 = true // so that client-go sends all requests of a transport over one connection
	server.StartTLS()
	t.Cleanup(server.Close)

	kubeconfig = filepath.Join(t.TempDir(), "kubeconfig")
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	text := fmt.Sprintf(`{kind: Config, apiVersion: v1, current-context: a, contexts: [{name: a, context: {cluster: a}}],
clusters: [{name: a, cluster: {server: %q, certificate-authority-data: %s}}]}`, server.URL, base64.StdEncoding.EncodeToString(authority))
	if err := os.WriteFile(kubeconfig, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return kubeconfig
}

// TestConnections: the watches, the Lease and the reviews of tokens share no connection to the
// API server, although client-go shares transports between equal configs.
func TestConnections(t *testing.T) {
	server := &api{connections: map[string]map[string]bool{}}
	kubeconfig := server.start(t)
	scrape(t, podscore(t, "--kubeconfig="+kubeconfig, "--leader-elect", "--leader-elect-resource-namespace=podscore"))

	by := map[string]string{}
	for what, want := range map[string]int{"pods": 0, "Lease": 1, "reviews": 1} {
		var connections []string
		for deadline := time.Now().Add(20 * time.Second); len(connections) == 0; connections = server.over(what) {
			if time.Now().After(deadline) {
				t.Fatalf("there was no request for %s", what)
			}
			time.Sleep(10 * time.Millisecond)
		}
		if want > 0 && len(connections) != want {
			t.Errorf("%s: %d connections, want %d", what, len(connections), want)
		}
		for _, from := range connections {
			if other := by[from]; other != "" {
				t.Errorf("%s and %s share a connection", other, what)
			}
			by[from] = what
		}
	}
}

// podscore runs podscore until the test ends, and returns the address of its metrics.
func podscore(t *testing.T, args ...string) (address string) {
	ctx, stop := context.WithCancel(t.Context())
	log, stderr := io.Pipe()
	ended := make(chan int)
	go func() {
		defer stderr.Close()
		ended <- run(ctx, append(args, "--metrics-bind-address=127.0.0.1:0", "--health-probe-bind-address=127.0.0.1:0", "--log-format=json"), io.Discard, stderr)
	}()
	lines := bufio.NewScanner(log)
	t.Cleanup(func() {
		stop()
		if status := <-ended; status != 0 {
			t.Errorf("podscore ends with %d", status)
		}
	})
	for lines.Scan() {
		var line struct{ Server, Address string }
		if err := json.Unmarshal(lines.Bytes(), &line); err == nil && line.Server == "metrics" {
			go func() { _, _ = io.Copy(io.Discard, log) }()
			return line.Address
		}
	}
	t.Fatal("podscore does not serve its metrics")
	return ""
}

// scrape requests the metrics with a token until the status is 200.
func scrape(t *testing.T, address string) {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+address+"/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer token")
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		response, err := client.Do(request)
		if err == nil {
			response.Body.Close()
		}
		switch {
		case err == nil && response.StatusCode == http.StatusOK:
			return
		case time.Now().After(deadline):
			t.Fatalf("no metrics: %v, %v", response, err)
		}
	}
}
