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
	scrapesAtOnce     = 6   // each takes the memory of a page until it is read
	scrapesOfAddress  = 3
	headerBytes       = 16 << 10 // a token of an identity provider may have some KB
	scrapeTime        = 30 * time.Second
	profileTime       = 5 * time.Minute
)

// Listen takes the addresses, so that one in use is told at once, and returns
// the servers for a manager to run. The API server of config says who may read
// /metrics. Certificates are watched until ctx is done.
func (o *Options) Listen(ctx context.Context, config *rest.Config, exposition http.Handler, ready map[string]healthz.Checker, log logr.Logger) ([]*manager.Server, error) {
	encryption, err := o.tls(ctx, log)
	if err != nil {
		return nil, err
	}
	exposition = newShare(scrapesAtOnce, scrapesOfAddress).answering(whileRead(exposition))
	if o.secure {
		if exposition, err = newGuard(config, exposition, log); err != nil {
			return nil, err
		}
	}
	servers := []server{
		{"metrics", "--metrics-bind-address", o.metricsAddress, metricsPages(exposition), encryption, scrapeTime},
		{"pprof", "--pprof-bind-address", o.pprofAddress, profilePages(), nil, profileTime},
		{"probes", "--health-probe-bind-address", o.probesAddress, probePages(ready), nil, scrapeTime},
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
