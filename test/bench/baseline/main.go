// Command baseline is what podscore is measured against: the same rules, the
// same store and the same metrics behind a controller of the usual kind. Its
// cache keeps whole pods, every pod goes through the queue, at the start as
// later, and every change of a pod is reconciled.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"time"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/podscore/podscore/metrics"
	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/posture"
)

func main() {
	metricsAddress := flag.String("metrics-bind-address", "127.0.0.1:0", "`address` of /metrics")
	probesAddress := flag.String("health-probe-bind-address", "127.0.0.1:0", "`address` of /readyz")
	_ = flag.String("log-format", "json", "taken as podscore takes it; the log is JSON")
	_ = flag.Bool("metrics-secure", false, "taken as podscore takes it; /metrics is plain HTTP")
	_ = flag.Duration("scrape-interval", time.Minute, "taken as podscore takes it; counters go up at once")
	flag.Parse() // --kubeconfig is among controller-runtime's own flags
	if err := run(ctrl.SetupSignalHandler(), *metricsAddress, *probesAddress); err != nil {
		fmt.Fprintf(os.Stderr, "baseline: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, metricsAddress, probesAddress string) error {
	log := logr.FromSlogHandler(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	ctrl.SetLogger(log)
	config, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	mgr, err := manager.New(config, manager.Options{Metrics: metricsserver.Options{BindAddress: "0"}})
	if err != nil {
		return err
	}
	store, err := newStore()
	if err != nil {
		return err
	}
	if err := reconcilePods(mgr, store); err != nil {
		return err
	}
	if err := reconcileNamespaces(mgr, store); err != nil {
		return err
	}
	if err := serve(mgr, "metrics", metricsAddress, exposition(store, log)); err != nil {
		return err
	}
	if err := serve(mgr, "probes", probesAddress, readiness(store)); err != nil {
		return err
	}
	return mgr.Start(ctx)
}

// newStore returns a store with podscore's defaults.
func newStore() (*posture.Store, error) {
	preset, err := policy.Preset(policy.DefaultPreset)
	return posture.New(posture.Options{
		Policy: preset.Exempting([]policy.Exemption{policy.TakeOutNamespaces(globs("kube-system", "kube-public", "kube-node-lease")...)}),
		Limits: posture.Limits{WorkloadSeries: 5000},
		Now:    time.Now,
	}), err
}

func exposition(store *posture.Store, log logr.Logger) http.Handler {
	gatherer := metrics.NewGatherer(metrics.Options{
		Store: store, Watches: posture.NewWatches(), Info: metrics.Info{Version: "baseline", GoVersion: runtime.Version()},
		Configuration: func() *metrics.Configuration { return &metrics.Configuration{} },
		Others:        prometheus.Gatherers{ctrlmetrics.Registry}, Now: time.Now,
	})
	expose := func(context.Context) func(*posture.Snapshot) {
		store.Release(true)
		return func(read *posture.Snapshot) {
			if read != nil {
				store.Exposed(read)
			}
		}
	}
	return metrics.Handler(gatherer, expose, log)
}

func readiness(store *posture.Store) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		select {
		case <-store.FirstPass():
		default:
			http.Error(w, "not everything is put yet", http.StatusServiceUnavailable)
		}
	})
}

// serve has the manager run a server, and logs its address as podscore does.
func serve(mgr manager.Manager, name, address string, handler http.Handler) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	slog.New(slog.NewJSONHandler(os.Stderr, nil)).Info("Serving", "server", name, "address", listener.Addr().String())
	mux := http.NewServeMux()
	mux.Handle(map[string]string{"metrics": "/metrics", "probes": "/readyz"}[name], handler)
	return mgr.Add(&manager.Server{Name: name, Listener: listener, Server: &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}})
}

// globs parses patterns, which are valid.
func globs(patterns ...string) (parsed []policy.Glob) {
	for _, pattern := range patterns {
		glob, err := policy.ParseGlob(pattern)
		if err != nil {
			panic(err)
		}
		parsed = append(parsed, glob)
	}
	return parsed
}
