// Command podscore watches the pods of a cluster, scores each against the CIS Kubernetes
// Benchmark's control "Apply Security Context to Your Pods and Containers", and exposes
// the results per namespace to Prometheus.
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

	"github.com/podscore/podscore/configuration"
	"github.com/podscore/podscore/controllers"
	"github.com/podscore/podscore/metrics"
	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/serving"
)

func main() {
	os.Exit(run(ctrl.SetupSignalHandler(), os.Args[1:], os.Stdout, os.Stderr))
}

// run runs podscore until ctx is done, and returns the exit status: 0 after a clean
// shutdown, 1 if podscore cannot start or go on, 2 if the command line or a configuration
// file is wrong.
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
	case flags.configuring.check:
		return flags.checkConfig(stdout, stderr)
	}
	err = watchAndServe(ctx, flags, stderr)
	switch wrong := configuration.Errors(nil); {
	case errors.As(err, &wrong):
		return tellWrong(wrong, stderr)
	case err != nil:
		fmt.Fprintf(stderr, "podscore: %v\n", err)
		return 1
	}
	return 0
}

// watchAndServe connects all parts, and runs them until ctx is done or one of them returns
// an error, which means that it does not recover by itself.
func watchAndServe(ctx context.Context, flags *flags, stderr io.Writer) error {
	log := flags.logging.logger(stderr)
	setUpProcess(ctx, log)
	running, err := newRunning(flags, log)
	if err != nil {
		return err
	}
	config, err := flags.apiServer.config()
	if err != nil {
		return err
	}

	detection := metrics.NewDetection()
	store, err := newStore(flags, running, detection)
	if err != nil {
		return err
	}
	watches := posture.NewWatches(controllers.Resources(flags.scoring.namespaces)...)
	registry := prometheus.NewRegistry()
	if err := registry.Register(detection); err != nil {
		return err
	}
	gatherer := metrics.NewGatherer(metrics.Options{
		Store: store, Watches: watches, Info: info(flags.sharding.shard), Configuration: running.status.Load,
		Others: prometheus.Gatherers{ctrlmetrics.Registry, registry}, Now: time.Now,
	})

	var election *controllers.Election // nil without --leader-elect
	if flags.electing.enabled {
		if election, err = flags.newElection(config, store, watches, log); err != nil {
			return err
		}
	}
	servers, err := flags.serving.Listen(ctx, ownConnection(config, dial), serving.Handlers{
		Metrics: metrics.Handler(gatherer, expose(store, election), log),
		Ready:   readiness(store, watches, election, flags),
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
	if err := watch(mgr, cluster, store, election); err != nil {
		return err
	}
	if err := mgr.Add(controllers.OnEveryReplica(func(ctx context.Context) error { return running.keep(ctx, store) })); err != nil {
		return err
	}

	logStart(flags, running, config, log)
	return start(ctx, mgr, log)
}

// logStart logs what runs, and a flag that is right in tests only.
func logStart(flags *flags, running *running, config *rest.Config, log logr.Logger) {
	shard := flags.sharding.shard
	log.Info("Starting podscore", "version", version, "configuration", running.hash, "shard", shard.Index, "shards", shard.Count, "host", config.Host)
	if stalled := flags.timing.watchStalledAfter; stalled < 90*time.Second {
		log.Info("podscore will restart watches that work: --watch-stalled-after is shorter than 90s, and the API server may send nothing for a minute", "watchStalledAfter", stalled)
	}
}

// setUpProcess sets what is global to the process: the libraries' loggers, and the garbage
// collector. It returns memory to the system until ctx is done.
func setUpProcess(ctx context.Context, log logr.Logger) {
	ctrl.SetLogger(forLibraries(ctx, log))
	klog.SetLogger(forLibraries(ctx, log))
	collectGarbageEarly()
	limitMemory(ctx, memlimit.FromCgroup, log)
	go returnMemory(ctx, time.Minute)
}

// noMetricsServer disables the manager's own metrics server: it responds with status 500 if
// a single metric is wrong.
var noMetricsServer = metricsserver.Options{BindAddress: "0"}

// shutdownTimeout bounds how long a clean shutdown may take. By default, the kubelet kills the
// container after 30 seconds.
const shutdownTimeout = 8 * time.Second

// newManager returns a manager that runs the servers. The manager sends no requests to the API
// server itself.
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

// expose returns the function that counts new observations at the beginning of a scrape:
// the election's, or if there is none, one that always counts.
func expose(store *posture.Store, election *controllers.Election) metrics.Expose {
	if election != nil {
		return election.Expose
	}
	return func(context.Context) func(*posture.Snapshot) {
		store.Release(true)
		return func(read *posture.Snapshot) {
			if read != nil {
				store.Exposed(read)
			}
		}
	}
}

// start runs the manager until ctx is done. It is no error if the shutdown times out:
// client-go may wait for its next attempt to reach the API server, and nothing is lost by
// not waiting for that.
func start(ctx context.Context, mgr manager.Manager, log logr.Logger) error {
	err := mgr.Start(ctx)
	if ctx.Err() != nil && errors.Is(err, context.DeadlineExceeded) {
		log.V(1).Info("Stopped between two attempts to reach the API server", "reason", err.Error())
		return nil
	}
	return err
}
