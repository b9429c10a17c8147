package monitoring

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
)

// Network stands in for the network of a cluster whose pods are not really run:
// an HTTP proxy on 127.0.0.1 that answers for every address with what one server
// says. Prometheus finds podscore's pod as it does in a cluster, and reaches the
// process that runs in its place.
type Network struct {
	// URL is the proxy's.
	URL string

	target atomic.Pointer[url.URL]
	server http.Server
}

// NewNetwork starts a network in which nobody answers yet. The caller must Close it.
func NewNetwork() (*Network, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	n := &Network{URL: "http://" + listener.Addr().String()}
	n.server.Handler = n
	go n.server.Serve(listener) //nolint:errcheck // it ends by Close
	return n, nil
}

// Connect has the server at a URL answer from now on.
func (n *Network) Connect(server string) error {
	target, err := url.Parse(server)
	n.target.Store(target)
	return err
}

// ServeHTTP implements http.Handler. Where nobody answers, it answers 502.
func (n *Network) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	target := n.target.Load()
	if target == nil {
		http.Error(w, "nobody answers yet", http.StatusBadGateway)
		return
	}
	proxy := &httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ErrorLog: log.New(io.Discard, "", 0),
	}
	proxy.ServeHTTP(w, r)
}

// Close ends it.
func (n *Network) Close() error { return n.server.Close() }
