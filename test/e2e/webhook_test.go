package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// notice is what a webhook is told of one alert.
type notice struct {
	Status      string            `json:"status"` // firing or resolved
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// webhook is a receiver of alerts on 127.0.0.1.
type webhook struct {
	URL string

	mu      sync.Mutex
	notices []notice
}

func newWebhook(t *testing.T) *webhook {
	w := &webhook{}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	w.URL = server.URL
	return w
}

// ServeHTTP implements http.Handler.
func (w *webhook) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	var message struct {
		Alerts []notice `json:"alerts"`
	}
	if err := json.NewDecoder(request.Body).Decode(&message); err != nil {
		http.Error(response, err.Error(), http.StatusBadRequest)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.notices = append(w.notices, message.Alerts...)
}

// last returns what was said last of the alert with the labels; the zero notice
// where it was never heard of.
func (w *webhook) last(labels map[string]string) notice {
	w.mu.Lock()
	defer w.mu.Unlock()
	var last notice
	for _, n := range w.notices {
		matches := true
		for name, value := range labels {
			matches = matches && n.Labels[name] == value
		}
		if matches {
			last = n
		}
	}
	return last
}
