// Package chaos injects faults between podscore and a real API server and etcd: in
// their processes, connections and responses, and in podscore itself. After every fault
// it reads the pods from the API server, computes every series of them in a simple way
// of its own, and compares.
package chaos

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"k8s.io/client-go/rest"
)

// Proxy is between podscore and an API server, as a load balancer that terminates TLS.
// It disturbs what passes as its Disturbance says.
type Proxy struct {
	// URL is where it serves.
	URL string
	// CA is the certificate, in PEM, with which a client can verify it.
	CA []byte

	target    *url.URL
	transport http.RoundTripper
	server    *http.Server
	gate      *gate
	lists     atomic.Int64

	mu          sync.Mutex
	disturbance Disturbance
	changed     chan struct{} // closed when the disturbance changes
	stranded    time.Time     // watches that began before this time deliver nothing
}

// NewProxy returns a running proxy for the API server that config reaches. It
// speaks HTTP/2, unless old is true.
func NewProxy(config *rest.Config, old bool) (*Proxy, error) {
	target, err := url.Parse(config.Host)
	if err != nil {
		return nil, err
	}
	certificate, ca, err := newCertificate()
	if err != nil {
		return nil, err
	}
	p := &Proxy{CA: ca, target: target, changed: make(chan struct{})}
	if p.gate, err = newGate(); err != nil {
		return nil, err
	}
	p.URL = "https://" + p.gate.Addr().String()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(config.CAData)
	p.transport = &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true,
		DisableCompression: true, // the proxy adds no compression, and passes on what is compressed
	}
	protocols := &http.Protocols{}
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(!old)
	p.server = &http.Server{
		Handler: p, Protocols: protocols, TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}},
		ConnContext: withConnection, ErrorLog: silent,
	}
	go func() { _ = p.server.ServeTLS(p.gate, "", "") }()
	return p, nil
}

// Close stops the proxy and ends every connection.
func (p *Proxy) Close() {
	_ = p.gate.open(false)
	_ = p.server.Close()
	p.gate.Close()
}

// Set changes the disturbance.
func (p *Proxy) Set(disturbance Disturbance) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.disturbance = disturbance
	close(p.changed)
	p.changed = make(chan struct{})
}

// Strand stops every watch that is open now from delivering anything ever again, and
// leaves it open.
func (p *Proxy) Strand() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stranded = time.Now()
}

func (p *Proxy) isStranded(since time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return since.Before(p.stranded)
}

// Cut ends all connections at once.
func (p *Proxy) Cut() { p.gate.cut() }

// CutOff ends all connections and refuses new ones; with false it accepts them again.
func (p *Proxy) CutOff(off bool) error { return p.gate.open(!off) }

// Lists returns how many lists of pods were requested so far. Only if podscore has
// listed again can it have missed events.
func (p *Proxy) Lists() int64 { return p.lists.Load() }

// disturbanceFor returns the disturbance for a request, and a channel that is closed when
// it changes.
func (p *Proxy) disturbanceFor(r *http.Request) (Disturbance, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch disturbance := &p.disturbance; {
	case disturbance.Only != "" && disturbance.Only != r.URL.Path, disturbance.Watches && !isWatch(r),
		disturbance.Except != "" && strings.Contains(r.URL.Path, disturbance.Except):
		return Disturbance{}, p.changed
	}
	return p.disturbance, p.changed
}

// ServeHTTP implements http.Handler.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/api/v1/") && strings.HasSuffix(r.URL.Path, "/pods") && (!isWatch(r) || isStreamedList(r)) {
		p.lists.Add(1)
	}
	disturbance, changed := p.disturbanceFor(r)
	for disturbance.Stalled {
		select {
		case <-changed:
			disturbance, changed = p.disturbanceFor(r)
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		}
	}
	time.Sleep(disturbance.Delay)
	if disturbance.Status != 0 {
		refuse(w, disturbance)
		return
	}
	p.pass(w, r, disturbance)
}

func isWatch(r *http.Request) bool {
	watch := r.URL.Query().Get("watch")
	return watch == "true" || watch == "1"
}

// isStreamedList reports whether a watch begins with a streamed list.
func isStreamedList(r *http.Request) bool { return r.URL.Query().Get("sendInitialEvents") == "true" }

// pass sends a request to the API server and the response to the client. If the API
// server cannot be reached, it resets the client's connection.
func (p *Proxy) pass(w http.ResponseWriter, r *http.Request, disturbance Disturbance) {
	watch := isWatch(r)
	request := r.Clone(r.Context())
	request.URL.Scheme, request.URL.Host, request.Host, request.RequestURI = p.target.Scheme, p.target.Host, p.target.Host, ""
	if watch { // the proxy has to read the events, so they must not be compressed
		request.Header.Del("Accept-Encoding")
	}
	response, err := p.transport.RoundTrip(request)
	if err != nil {
		abort(r)
	}
	defer response.Body.Close()
	if disturbance.DropsResponses && r.Method != http.MethodGet {
		_, _ = io.Copy(io.Discard, response.Body)
		abort(r)
	}
	maps.Copy(w.Header(), response.Header)
	w.WriteHeader(response.StatusCode)
	if watch && response.StatusCode == http.StatusOK {
		s := &stream{proxy: p, began: time.Now(), to: http.NewResponseController(w), w: w, request: r}
		err = s.pass(response)
	} else {
		_, err = io.Copy(w, response.Body)
	}
	if err != nil {
		abort(r)
	}
}

// abort ends a request without a response. It resets the connection too, unless the
// client has cancelled the request.
func abort(r *http.Request) {
	if r.Context().Err() == nil {
		reset(connectionOf(r))
	}
	panic(http.ErrAbortHandler)
}

// reset closes a connection with a TCP reset, which the other side notices at once.
func reset(connection net.Conn) {
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	connection.Close()
}
