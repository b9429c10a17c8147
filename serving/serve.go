package serving

import (
	"context"
	"fmt"
	"net/http"
	"net/http/pprof"
	"slices"
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

// Listen takes the addresses, so that one in use is told at once, and returns
// the servers for a manager to run. The API server of config says who may read
// /metrics. Certificates are watched until ctx is done.
func (o *Options) Listen(ctx context.Context, config *rest.Config, exposition http.Handler, ready map[string]healthz.Checker, log logr.Logger) ([]*manager.Server, error) {
	encryption, err := o.tls(ctx, log)
	if err != nil {
		return nil, err
	}
	exposition = newShare(scrapesAtOnce, scrapesOfOne).answering(whileRead(exposition))
	metricsTerms := ofOthers
	if o.secure {
		if exposition, err = newGuard(config, exposition, o.audiences, log); err != nil {
			return nil, err
		}
		metricsTerms = ofMetrics
	}
	metrics := metricsPages(exposition)
	if o.secure {
		metrics = onceUnlessProven(metrics)
	}
	servers := []server{
		{"metrics", "--metrics-bind-address", o.metricsAddress, stirring(metrics), encryption, metricsTerms, forScrapes, headersOfScrape},
		{"pprof", "--pprof-bind-address", o.pprofAddress, stirring(profilePages()), nil, ofOthers, forProfiles, headersOfScrape},
		{"probes", "--health-probe-bind-address", o.probesAddress, probePages(ready), nil, ofProbes, forProbes, headersOfProbe},
	}
	if o.pprofAddress == "" {
		servers = slices.Delete(servers, 1, 2)
	}
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
