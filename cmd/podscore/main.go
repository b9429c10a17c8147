// Command podscore watches the pods of a cluster, scores each against the CIS
// Kubernetes Benchmark's control "Apply Security Context to Your Pods and
// Containers", and exposes per namespace how they stand to Prometheus.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/pflag"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/podscore/podscore/controllers"
	"github.com/podscore/podscore/metrics"
	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/serving"
)

func main() {
	os.Exit(run(ctrl.SetupSignalHandler(), os.Args[1:], os.Stdout, os.Stderr))
}

// run is main with its surroundings as arguments. It returns the exit status:
// 0 after a clean shutdown, 1 when podscore cannot start or go on, 2 when the
// command line is wrong.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags, err := parseFlags(args, stdout)
	switch {
	case errors.Is(err, pflag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintf(stderr, "podscore: %v; podscore --help lists the flags\n", err)
		return 2
	case flags.version:
		fmt.Fprintln(stdout, build())
		return 0
	}
	if err := watchAndServe(ctx, flags, stderr); err != nil {
		fmt.Fprintf(stderr, "podscore: %v\n", err)
		return 1
	}
	return 0
}

// watchAndServe joins watch, score, aggregate and expose, and runs until ctx
// is done or something fails that does not heal by itself.
func watchAndServe(ctx context.Context, flags *flags, stderr io.Writer) error {
	log := flags.logging.logger(stderr)
	prepare(ctx, log)
	config, err := flags.apiServer.config()
	if err != nil {
		return err
	}

	detection := metrics.NewDetection()
	store := posture.New(flags.storeOptions(detection))
	watches := posture.NewWatches(controllers.Resources(flags.scoring.namespaces)...)
	observed := prometheus.NewRegistry()
	if err := observed.Register(detection); err != nil {
		return err
	}
	gatherer := metrics.NewGatherer(metrics.Options{
		Store: store, Watches: watches, Info: info(flags.sharding.shard),
		Others: prometheus.Gatherers{ctrlmetrics.Registry, observed}, Now: time.Now,
	})

	var leader *controllers.Election
	if flags.election.enabled {
		if leader, err = flags.newElection(config, store, watches, log); err != nil {
			return err
		}
	}
	servers, err := flags.serving.Listen(ctx, connection(config, dialAlone), serving.Pages{
		Metrics: metrics.Handler(gatherer, expose(store, leader), log),
		Ready:   readiness(store, watches, leader, flags),
	}, log)
	if err != nil {
		return err
	}
	mgr, err := newManager(ctx, config, servers, log)
	if err != nil {
		return err
	}
	cluster, err := flags.cluster(config, watches, log)
	if err != nil {
		return err
	}
	if err := watch(mgr, cluster, store, leader); err != nil {
		return err
	}

	shard := flags.sharding.shard
	log.Info("Starting podscore", "version", version, "preset", flags.scoring.preset, "shard", shard.Index, "shards", shard.Count, "host", config.Host)
	if stalled := flags.timing.watchStalledAfter; stalled < 90*time.Second {
		log.Info("Watches will be started again although nothing is wrong: --watch-stalled-after is shorter than 90s, and the API server sends something once a minute", "watchStalledAfter", stalled)
	}
	return start(ctx, mgr, log)
}

// prepare sets up what a process has one of: the libraries' log, and memory.
func prepare(ctx context.Context, log logr.Logger) {
	ctrl.SetLogger(forLibraries(ctx, log))
	klog.SetLogger(forLibraries(ctx, log))
	collectGarbageEarly()
	limitMemory(ctx, memlimit.FromCgroup, log)
	go returnMemory(ctx, time.Minute)
}

// noMetricsServer switches the manager's own server off: it answers 500 where
// one metric is wrong.
var noMetricsServer = metricsserver.Options{BindAddress: "0"}

// shutdownTimeout bounds how long a clean shutdown may take. The kubelet
// insists after 30 seconds.
const shutdownTimeout = 8 * time.Second

// newManager returns what runs the servers, and what is added to it. It asks the
// API server for nothing itself.
func newManager(ctx context.Context, config *rest.Config, servers []*manager.Server, log logr.Logger) (manager.Manager, error) {
	mgr, err := manager.New(config, manager.Options{
		MapperProvider: controllers.NewRESTMapper,
		Metrics:        noMetricsServer,
		Logger:         forLibraries(ctx, log),

		GracefulShutdownTimeout: new(shutdownTimeout),
	})
	if err != nil {
		return nil, err
	}
	for _, server := range servers {
		if err := mgr.Add(server); err != nil {
			return nil, err
		}
	}
	return mgr, nil
}

// expose returns what a page begins with: what is new is counted, by whoever leads.
func expose(store *posture.Store, leader *controllers.Election) metrics.Expose {
	if leader != nil {
		return leader.Expose
	}
	return func(context.Context) func(*posture.Snapshot) {
		store.Release()
		return func(read *posture.Snapshot) {
			if read != nil {
				store.Exposed(read)
			}
		}
	}
}

// start runs the manager until ctx is done. That a shutdown ran out of time is
// no error: client-go waits out its delay before the next attempt to reach the
// API server, and nothing is lost by not waiting for that.
func start(ctx context.Context, mgr manager.Manager, log logr.Logger) error {
	err := mgr.Start(ctx)
	if ctx.Err() != nil && errors.Is(err, context.DeadlineExceeded) {
		log.V(1).Info("Stopped between two attempts to reach the API server", "reason", err.Error())
		return nil
	}
	return err
}
