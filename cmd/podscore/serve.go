package main

import (
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/podscore/podscore/posture"
)

// noMetricsServer switches the manager's own server off: it answers 500 where
// one metric is wrong.
var noMetricsServer = metricsserver.Options{BindAddress: "0"}

// listen takes the two addresses, so that one in use is told at once, and
// returns the servers for a manager to run.
func listen(flags *flags, exposition http.Handler, ready map[string]healthz.Checker, log logr.Logger) ([]*manager.Server, error) {
	pages := http.NewServeMux()
	pages.Handle("/metrics", exposition)
	pages.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "podscore: the metrics are at /metrics")
	})

	alive := map[string]healthz.Checker{"ping": healthz.Ping}
	probes := http.NewServeMux()
	for path, checks := range map[string]map[string]healthz.Checker{"/healthz": alive, "/readyz": ready} {
		handler := http.StripPrefix(path, &healthz.Handler{Checks: checks})
		probes.Handle(path, handler)
		probes.Handle(path+"/", handler)
	}

	var servers []*manager.Server
	for _, s := range []struct {
		name, flag, address string
		handler             http.Handler
	}{
		{"metrics", "--metrics-bind-address", flags.metricsBindAddress, pages},
		{"probes", "--health-probe-bind-address", flags.probeBindAddress, probes},
	} {
		listener, err := net.Listen("tcp", s.address)
		if err != nil {
			return nil, fmt.Errorf("%s: %w: choose an address that is free and this machine's", s.flag, err)
		}
		log.Info("Serving", "server", s.name, "address", listener.Addr().String())
		servers = append(servers, &manager.Server{
			Name:     s.name,
			Listener: listener,
			Server: &http.Server{
				Handler:           s.handler,
				ReadHeaderTimeout: 10 * time.Second,
				WriteTimeout:      time.Minute,
				IdleTimeout:       2 * time.Minute,
			},
			ShutdownTimeout: new(5 * time.Second),
		})
	}
	return servers, nil
}

// readiness returns the checks behind /readyz: ready once the first full pass
// is scored, and while the watches on all resources work.
func readiness(store *posture.Store, watches *posture.Watches, resources []string) map[string]healthz.Checker {
	checks := map[string]healthz.Checker{
		"first-full-pass": func(*http.Request) error {
			if !store.Synced() {
				return fmt.Errorf("the pods and namespaces that are there are not all scored yet")
			}
			return nil
		},
	}
	for _, resource := range resources {
		checks["watch-"+resource] = func(*http.Request) error { return watches.Err(resource) }
	}
	return checks
}
