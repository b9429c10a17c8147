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

// What hostile clients can take. docs/reliability.md has what that comes to.
const (
	connectionsAtOnce = 100 // on each port
	connectionsOfOne  = 10  // origin, before it is the first to make way
	scrapesAtOnce     = 6   // each takes the memory of a page until it is read
	scrapesOfOne      = 3
)

// What each port grants. A handshake is dear and a scraper comes seldom, so that
// who comes often there without a right waits long, and behind all others. The
// kubelet may share its address with anybody on its node and waits a second at the
// most, so that of probes none waits long, and none behind others.
var (
	ofMetrics = terms{places: connectionsAtOnce, ofOne: connectionsOfOne, burst: 4, every: 15 * time.Second, delay: time.Second, yielding: true}
	ofProbes  = terms{places: connectionsAtOnce, ofOne: connectionsOfOne, burst: 20, every: time.Second / 10, delay: time.Second / 20}
	ofOthers  = terms{places: connectionsAtOnce, ofOne: connectionsOfOne}

	forScrapes  = times{ask: 5 * time.Second, whole: 30 * time.Second, idle: 2 * time.Minute}
	forProbes   = times{ask: 2 * time.Second, whole: 5 * time.Second}
	forProfiles = times{ask: 5 * time.Second, whole: 5 * time.Minute, idle: 2 * time.Minute}
)

// What is read of a request. A token of an identity provider may have some KB.
const (
	headersOfScrape = 16 << 10
	headersOfProbe  = 4 << 10
)

// Pages are what is served.
type Pages struct {
	// Metrics is /metrics.
	Metrics http.Handler
	// Ready are the checks behind /readyz, by name.
	Ready map[string]healthz.Checker
}

// Listen takes the addresses, so that one in use is told at once, and returns
// the servers for a manager to run. The API server of config says who may read
// /metrics. Certificates are watched until ctx is done.
func (o *Options) Listen(ctx context.Context, config *rest.Config, pages Pages, log logr.Logger) ([]*manager.Server, error) {
	metrics, err := o.metricsServer(ctx, config, pages.Metrics, log)
	if err != nil {
		return nil, err
	}
	servers := []server{metrics}
	if o.pprofAddress != "" {
		servers = append(servers, o.profilesServer())
	}
	servers = append(servers, o.probesServer(pages.Ready))
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

func (o *Options) metricsServer(ctx context.Context, config *rest.Config, page http.Handler, log logr.Logger) (server, error) {
	encryption, err := o.tls(ctx, log)
	if err != nil {
		return server{}, err
	}
	s := server{
		name: "metrics", flag: "--metrics-bind-address", address: o.metricsAddress,
		tls: encryption, terms: ofOthers, times: forScrapes, headers: headersOfScrape,
	}
	page = newShare(scrapesAtOnce, scrapesOfOne).answering(whileRead(page))
	if !o.secure {
		s.handler = stirring(metricsPages(page))
		return s, nil
	}
	if page, err = newGuard(config, page, o.audiences, log); err != nil {
		return server{}, err
	}
	s.terms, s.handler = ofMetrics, stirring(onceUnlessProven(metricsPages(page)))
	return s, nil
}

func (o *Options) profilesServer() server {
	return server{
		name: "pprof", flag: "--pprof-bind-address", address: o.pprofAddress, handler: stirring(profilePages()),
		terms: ofOthers, times: forProfiles, headers: headersOfScrape,
	}
}

func (o *Options) probesServer(ready map[string]healthz.Checker) server {
	return server{
		name: "probes", flag: "--health-probe-bind-address", address: o.probesAddress, handler: probePages(ready),
		terms: ofProbes, times: forProbes, headers: headersOfProbe,
	}
}

func metricsPages(exposition http.Handler) http.Handler {
	pages := http.NewServeMux()
	pages.Handle("GET /metrics", exposition)
	pages.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "podscore: the metrics are at /metrics")
	})
	return pages
}

func probePages(ready map[string]healthz.Checker) http.Handler {
	alive := map[string]healthz.Checker{"ping": healthz.Ping}
	pages := http.NewServeMux()
	for path, checks := range map[string]map[string]healthz.Checker{"/healthz": alive, "/readyz": ready} {
		handler := http.StripPrefix(path, &healthz.Handler{Checks: checks})
		pages.Handle(path, handler)
		pages.Handle(path+"/", handler)
	}
	return pages
}

func profilePages() http.Handler {
	pages := http.NewServeMux()
	pages.HandleFunc("/debug/pprof/", pprof.Index)
	pages.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	pages.HandleFunc("/debug/pprof/profile", pprof.Profile)
	pages.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	pages.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return pages
}
