package serving

import (
	"context"
	"fmt"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/manager"
)

// Limits on what clients can use. docs/reliability.md says how much memory that is.
const (
	maxConnections          = 100 // on each port
	maxConnectionsPerOrigin = 10  // above it, the connections of the origin are closed first
	maxScrapes              = 6   // at once; each takes the memory of a response until that is read
	maxScrapesPerOrigin     = 3
)

// The limits and timeouts of each port. On the port of /metrics, a TLS handshake is expensive
// and Prometheus connects seldom: an origin without an approved token that connects often
// is delayed for long, and its connections are closed first. On the port of the probes,
// the kubelet may share its address with anybody on the node, and waits for a second at
// the most: no connection is delayed for long, and none is closed before others.
var (
	metricsLimits = limits{total: maxConnections, perOrigin: maxConnectionsPerOrigin, burst: 4, every: 15 * time.Second, delay: time.Second, evictFirst: true}
	probesLimits  = limits{total: maxConnections, perOrigin: maxConnectionsPerOrigin, burst: 20, every: time.Second / 10, delay: time.Second / 20}
	otherLimits   = limits{total: maxConnections, perOrigin: maxConnectionsPerOrigin}

	scrapeTimeouts   = timeouts{headers: 5 * time.Second, request: 30 * time.Second, idle: 2 * time.Minute}
	probeTimeouts    = timeouts{headers: 2 * time.Second, request: 5 * time.Second}
	profilesTimeouts = timeouts{headers: 5 * time.Second, request: 5 * time.Minute, idle: 2 * time.Minute}
)

// The largest headers of a request, in bytes. A token of an identity provider may have some
// KB.
const (
	maxScrapeHeaders = 16 << 10
	maxProbeHeaders  = 4 << 10
)

// Handlers has the handlers that podscore's servers need from outside.
type Handlers struct {
	// Metrics serves /metrics.
	Metrics http.Handler
	// Ready has the checks of /readyz, by name.
	Ready map[string]healthz.Checker
}

// Listen listens on the addresses, so that it returns an error if one is in use, and
// returns the servers for a manager to run. The API server of config decides who may get
// /metrics. Certificate files are watched until ctx is done.
func (o *Options) Listen(ctx context.Context, config *rest.Config, handlers Handlers, log logr.Logger) ([]*manager.Server, error) {
	metrics, err := o.metricsServer(ctx, config, handlers.Metrics, log)
	if err != nil {
		return nil, err
	}
	servers := []server{metrics}
	if o.pprofAddress != "" {
		servers = append(servers, o.profilesServer())
	}
	servers = append(servers, o.probesServer(handlers.Ready))
	var listening []*manager.Server
	for _, server := range servers {
		l, err := server.listen(log)
		if err != nil {
			return nil, err
		}
		listening = append(listening, l)
	}
	return listening, nil
}

func (o *Options) metricsServer(ctx context.Context, config *rest.Config, metrics http.Handler, log logr.Logger) (server, error) {
	encryption, err := o.tls(ctx, log)
	if err != nil {
		return server{}, err
	}
	s := server{
		name: "metrics", flag: "--metrics-bind-address", address: o.metricsAddress,
		tls: encryption, limits: otherLimits, timeouts: scrapeTimeouts, maxHeaders: maxScrapeHeaders,
	}
	metrics = newInFlight(maxScrapes, maxScrapesPerOrigin).limiting(aborting(metrics))
	if !o.secure {
		s.handler = recordingActivity(metricsMux(metrics))
		return s, nil
	}
	if metrics, err = newGuard(config, metrics, o.audiences, log); err != nil {
		return server{}, err
	}
	s.limits, s.handler = metricsLimits, recordingActivity(closeUnlessApproved(metricsMux(metrics)))
	return s, nil
}

func (o *Options) profilesServer() server {
	return server{
		name: "pprof", flag: "--pprof-bind-address", address: o.pprofAddress, handler: recordingActivity(profilesMux()),
		limits: otherLimits, timeouts: profilesTimeouts, maxHeaders: maxScrapeHeaders,
	}
}

func (o *Options) probesServer(ready map[string]healthz.Checker) server {
	return server{
		name: "probes", flag: "--health-probe-bind-address", address: o.probesAddress, handler: probesMux(ready),
		limits: probesLimits, timeouts: probeTimeouts, maxHeaders: maxProbeHeaders,
	}
}

func metricsMux(metrics http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "podscore: the metrics are at /metrics")
	})
	return mux
}

func probesMux(ready map[string]healthz.Checker) http.Handler {
	alive := map[string]healthz.Checker{"ping": healthz.Ping}
	mux := http.NewServeMux()
	for path, checks := range map[string]map[string]healthz.Checker{"/healthz": alive, "/readyz": ready} {
		handler := http.StripPrefix(path, &healthz.Handler{Checks: checks})
		mux.Handle(path, handler)
		mux.Handle(path+"/", handler)
	}
	return mux
}

func profilesMux() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}
