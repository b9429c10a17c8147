package monitoring

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

// TestNetwork: each pod is one server, over TLS or not, and stays the same one.
func TestNetwork(t *testing.T) {
	n, err := NewNetwork()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	say := func(word string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, word) })
	}
	one, two, other := httptest.NewServer(say("one")), httptest.NewTLSServer(say("two")), httptest.NewServer(say("other"))
	for _, server := range []*httptest.Server{one, two, other} {
		t.Cleanup(server.Close)
	}
	proxy, err := url.Parse(n.URL)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // a test's server
	t.Cleanup(transport.CloseIdleConnections)
	client := http.Client{Transport: transport}
	expect := func(pod, want string) {
		t.Helper()
		response, err := client.Get(pod)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		if is := fmt.Sprint(response.StatusCode, " ", string(text)); is != want {
			t.Errorf("%s answers %q, want %q", pod, is, want)
		}
	}

	expect("http://10.0.0.1:8080", "502 nobody answers there\n") // yet
	if err := n.Connect(one.URL, two.URL); err != nil {
		t.Fatal(err)
	}
	expect("http://10.0.0.1:8080", "200 one")
	expect("https://10.0.0.2:8080", "200 two")
	expect("http://10.0.0.3:8080", "502 nobody answers there\n")
	expect("http://10.0.0.1:8080", "200 one")
	if err := n.Connect(other.URL, two.URL); err != nil {
		t.Fatal(err)
	}
	expect("http://10.0.0.1:8080", "200 other")
	expect("https://10.0.0.2:8080", "200 two")
}
