package monitoring

import (
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
)

// Network stands in for the network of a cluster whose pods are not really run:
// an HTTP proxy on 127.0.0.1 behind which each pod is a server that runs in its
// place. Prometheus finds podscore's pods as it does in a cluster, and reaches
// the processes, in plain HTTP or through a tunnel.
type Network struct {
	// URL is the proxy's.
	URL string

	server http.Server

	mu      sync.Mutex
	servers []*url.URL
	pods    []string // the addresses, in the order in which they were first asked for
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

// Connect has the servers at these URLs answer from now on: the first of them for
// the pod that was asked for first, and so on. There may be more pods than servers.
func (n *Network) Connect(servers ...string) error {
	parsed := make([]*url.URL, len(servers))
	for i, server := range servers {
		var err error
		if parsed[i], err = url.Parse(server); err != nil {
			return err
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.servers = parsed
	return nil
}

// serverOf returns the server in the place of the pod with an address; nil where
// there is none.
func (n *Network) serverOf(pod string) *url.URL {
	n.mu.Lock()
	defer n.mu.Unlock()
	place := slices.Index(n.pods, pod)
	if place < 0 {
		place = len(n.pods)
		n.pods = append(n.pods, pod)
	}
	if place >= len(n.servers) {
		return nil
	}
	return n.servers[place]
}

// ServeHTTP implements http.Handler. Where nobody answers, it answers 502.
func (n *Network) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	server := n.serverOf(r.Host)
	switch {
	case server == nil:
		http.Error(w, "nobody answers there", http.StatusBadGateway)
	case r.Method == http.MethodConnect:
		tunnel(w, server.Host)
	default:
		proxy := &httputil.ReverseProxy{
			Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(server) },
			ErrorLog: log.New(io.Discard, "", 0),
		}
		proxy.ServeHTTP(w, r)
	}
}

// tunnel passes on whatever either side says until one of them ends.
func tunnel(w http.ResponseWriter, address string) {
	server, err := net.Dial("tcp", address)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusOK)
	client, said, err := http.NewResponseController(w).Hijack()
	if err != nil {
		server.Close()
		return
	}
	closeBoth := sync.OnceFunc(func() { _ = errors.Join(server.Close(), client.Close()) })
	go func() {
		defer closeBoth()
		_, _ = io.Copy(server, said)
	}()
	defer closeBoth()
	_, _ = io.Copy(client, server)
}

// Close ends it.
func (n *Network) Close() error { return n.server.Close() }
