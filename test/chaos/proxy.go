// Package chaos breaks what stands between podscore and the pods, on a real API
// server and etcd: their processes, the connections to them, what they answer,
// and podscore itself. After every fault it reads the pods from the API server,
// makes every series of them in its own plain way, and compares.
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

// Proxy stands between podscore and an API server, as a load balancer may that
// ends TLS. What it does to what passes is the weather's.
type Proxy struct {
	// URL is where it serves.
	URL string
	// CA is the certificate, in PEM, by which it is known.
	CA []byte

	target    *url.URL
	transport http.RoundTripper
	server    *http.Server
	gate      *gate
	lists     atomic.Int64

	mu       sync.Mutex
	weather  Weather
	changed  chan struct{} // closed when the weather changes
	stranded time.Time     // watches from before tell nothing
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
		DisableCompression: true, // what is compressed passes as it is
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

// Close ends it, and every connection.
func (p *Proxy) Close() {
	_ = p.gate.open(false)
	_ = p.server.Close()
	p.gate.Close()
}

// Set changes the weather.
func (p *Proxy) Set(weather Weather) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.weather = weather
	close(p.changed)
	p.changed = make(chan struct{})
}

// Strand has every watch that runs now tell nothing any more, for good.
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

// CutOff ends all connections and refuses new ones, or with false no longer.
func (p *Proxy) CutOff(off bool) error { return p.gate.open(!off) }

// Lists is how many lists of pods were asked for so far. Only after a list may
// podscore not have seen what came and went before it.
func (p *Proxy) Lists() int64 { return p.lists.Load() }

// at is the weather that a request meets, until it changes.
func (p *Proxy) at(r *http.Request) (Weather, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch weather := &p.weather; {
	case weather.Only != "" && weather.Only != r.URL.Path, weather.Watches && !isWatch(r),
		weather.Spares != "" && strings.Contains(r.URL.Path, weather.Spares):
		return Weather{}, p.changed
	}
	return p.weather, p.changed
}

// ServeHTTP implements http.Handler.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/api/v1/") && strings.HasSuffix(r.URL.Path, "/pods") && (!isWatch(r) || isStreamedList(r)) {
		p.lists.Add(1)
	}
	weather, changed := p.at(r)
	for weather.Stalled {
		select {
		case <-changed:
			weather, changed = p.at(r)
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		}
	}
	time.Sleep(weather.Delay)
	if weather.Status != 0 {
		refuse(w, weather)
		return
	}
	p.pass(w, r, weather)
}

func isWatch(r *http.Request) bool {
	watch := r.URL.Query().Get("watch")
	return watch == "true" || watch == "1"
}

// isStreamedList tells whether a watch begins with everything that there is.
func isStreamedList(r *http.Request) bool { return r.URL.Query().Get("sendInitialEvents") == "true" }

// pass passes a request on, and the answer back. Where the API server is gone,
// so is the connection of who asked.
func (p *Proxy) pass(w http.ResponseWriter, r *http.Request, weather Weather) {
	watch := isWatch(r)
	ask := r.Clone(r.Context())
	ask.URL.Scheme, ask.URL.Host, ask.Host, ask.RequestURI = p.target.Scheme, p.target.Host, p.target.Host, ""
	if watch { // events are told apart, so they must not be compressed
		ask.Header.Del("Accept-Encoding")
	}
	answer, err := p.transport.RoundTrip(ask)
	if err != nil {
		abort(r)
	}
	defer answer.Body.Close()
	if weather.Loses && r.Method != http.MethodGet {
		_, _ = io.Copy(io.Discard, answer.Body)
		abort(r)
	}
	maps.Copy(w.Header(), answer.Header)
	w.WriteHeader(answer.StatusCode)
	if watch && answer.StatusCode == http.StatusOK {
		s := &stream{proxy: p, began: time.Now(), to: http.NewResponseController(w), w: w, request: r}
		err = s.pass(answer)
	} else {
		_, err = io.Copy(w, answer.Body)
	}
	if err != nil {
		abort(r)
	}
}

// abort ends a request without an answer, and the connection with it, unless it
// is the client who gave up.
func abort(r *http.Request) {
	if r.Context().Err() == nil {
		reset(connectionOf(r))
	}
	panic(http.ErrAbortHandler)
}

// reset ends a connection in a way that the other side notices.
func reset(connection net.Conn) {
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	connection.Close()
}
