package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/podscore/podscore/controllers"
	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/serving"
)

// flags is the command line, parsed and checked.
type flags struct {
	kubeconfig          string
	preset              string
	policy              securitycontext.Policy
	namespaces          []string
	exemptNamespaces    []string
	shards              int
	shardName           string
	shard               controllers.Shard
	workloadSeriesLimit int
	election            election
	serving             serving.Options
	scrapeInterval      time.Duration
	watchStalledAfter   time.Duration
	logFormat           string
	logLevel            string
	version             bool
}

var systemNamespaces = []string{"kube-system", "kube-public", "kube-node-lease"}

// flagSet declares the flags. docs/operating.md lists them from here.
func (f *flags) flagSet() *pflag.FlagSet {
	set := pflag.NewFlagSet("podscore", pflag.ContinueOnError)
	set.SortFlags = false
	set.StringVar(&f.kubeconfig, "kubeconfig", "", "kubeconfig `file` to reach the API server with; without it the one that KUBECONFIG names, and without that the ServiceAccount of the pod that podscore runs in")
	set.StringVar(&f.preset, "preset", securitycontext.DefaultPreset, "`name` of the set of checks that a compliant pod must pass: "+strings.Join(securitycontext.Presets(), ", "))
	set.StringSliceVar(&f.namespaces, "namespaces", nil, "`namespaces`, separated by commas, whose pods alone are watched, for which a Role in each is enough; they are taken to exist. Without it all are watched, which needs the ClusterRole")
	set.StringSliceVar(&f.exemptNamespaces, "exempt-namespaces", systemNamespaces, "`namespaces`, separated by commas, whose pods are scored and get no verdict; an empty value exempts none")
	set.IntVar(&f.workloadSeriesLimit, "workload-series-limit", 5000, "how many `series` of podscore_workload_failing_pods every shard exposes at most; every namespace has an equal share, its most severe checks first")
	set.IntVar(&f.shards, "shards", 1, "`number` of podscores that share the cluster's namespaces")
	set.StringVar(&f.shardName, "shard", "0", "`number` of this shard, from 0; or \"ordinal\" for the number at the end of the pod's name, as a StatefulSet gives it, read from POD_NAME or else from the host's name")
	f.election.declare(set)
	set.DurationVar(&f.scrapeInterval, "scrape-interval", time.Minute, "`duration` between two scrapes of the slowest Prometheus; a new counter stays at 0 for that long after it was first read, because Prometheus finds no increase in a first value")
	set.DurationVar(&f.watchStalledAfter, "watch-stalled-after", 3*time.Minute, "`duration` for which a watch may be silent before it is started again and /readyz fails; use at least 90s, because the API server sends something once a minute. A streamed list without progress for a third of it, or without an end after twice of it, is read in pages instead")
	f.serving.AddFlags(set)
	set.StringVar(&f.logFormat, "log-format", "text", "`format` of the log on standard error: text or json")
	set.StringVar(&f.logLevel, "log-level", "info", "`level` of the log: info, or debug for more than changes of state")
	set.BoolVar(&f.version, "version", false, "print the version and exit")
	return set
}

// parseFlags reads the command line. Its errors name the flag, what is wrong
// with the value, and what would be right. After --help, which prints to
// stdout, it is pflag.ErrHelp.
func parseFlags(args []string, stdout io.Writer) (*flags, error) {
	f := &flags{}
	set := f.flagSet()
	set.Usage = func() {
		fmt.Fprintf(stdout, "podscore scores pods against CIS Kubernetes Benchmark 5.6.3 and exposes the result per namespace as Prometheus metrics.\n\nUsage:\n  podscore [flags]\n\nFlags:\n%s", set.FlagUsagesWrapped(100))
	}
	if err := set.Parse(args); err != nil {
		return nil, inOwnWords(err)
	}
	if set.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q: podscore takes flags only", set.Arg(0))
	}
	var err error
	if f.policy, err = securitycontext.Preset(f.preset); err != nil {
		return nil, fmt.Errorf("--preset: %w", err)
	}
	for _, name := range f.exemptNamespaces {
		if wrong := validation.ValidateNamespaceName(name, false); len(wrong) > 0 {
			return nil, fmt.Errorf("--exempt-namespaces: %q is no namespace's name: %s", name, wrong[0])
		}
	}
	for _, name := range f.namespaces {
		if wrong := validation.ValidateNamespaceName(name, false); len(wrong) > 0 {
			return nil, fmt.Errorf("--namespaces: %q is no namespace's name: %s", name, wrong[0])
		}
	}
	if set.Changed("namespaces") && len(f.namespaces) == 0 {
		return nil, errors.New("--namespaces: no name in it: leave the flag out to watch all namespaces")
	}
	if f.shard, err = f.parseShard(); err != nil {
		return nil, err
	}
	slices.Sort(f.namespaces)
	f.namespaces = slices.Compact(f.namespaces)
	if f.scrapeInterval < time.Second || f.scrapeInterval > time.Hour {
		return nil, fmt.Errorf("--scrape-interval: %s is not between 1s and 1h", f.scrapeInterval)
	}
	if f.watchStalledAfter < time.Second {
		return nil, fmt.Errorf("--watch-stalled-after: %s is less than 1s", f.watchStalledAfter)
	}
	if err := f.election.check(); err != nil {
		return nil, err
	}
	if err := f.serving.Check(); err != nil {
		return nil, err
	}
	if f.workloadSeriesLimit < 0 {
		return nil, fmt.Errorf("--workload-series-limit: %d is below 0", f.workloadSeriesLimit)
	}
	if err := oneOf("--log-format", f.logFormat, "text", "json"); err != nil {
		return nil, err
	}
	return f, oneOf("--log-level", f.logLevel, "info", "debug")
}

// inOwnWords says what is wrong with a list where pflag has the words of a parser of CSV.
func inOwnWords(err error) error {
	var invalid *pflag.InvalidValueError
	if wrong := (*csv.ParseError)(nil); errors.As(err, &wrong) && errors.As(err, &invalid) {
		return fmt.Errorf("--%s: a quotation mark in %q: give names, separated by commas", invalid.GetFlag().Name, invalid.GetValue())
	}
	return err
}

// parseShard checks --shards and --shard.
func (f *flags) parseShard() (controllers.Shard, error) {
	shard := controllers.Shard{Count: f.shards}
	if f.shards < 1 || f.shards > controllers.MaxShards {
		return shard, fmt.Errorf("--shards: %d is not between 1 and %d", f.shards, controllers.MaxShards)
	}
	if f.shards > 1 && len(f.namespaces) > 0 {
		return shard, errors.New("--shards and --namespaces exclude each other: give every podscore namespaces of its own instead")
	}
	number, from := f.shardName, ""
	if f.shardName == "ordinal" {
		name := os.Getenv("POD_NAME")
		if name == "" {
			name, _ = os.Hostname()
		}
		number, from = name[strings.LastIndex(name, "-")+1:], fmt.Sprintf(" (the pod's name is %q)", name)
	}
	var err error
	switch shard.Index, err = strconv.Atoi(number); {
	case err != nil && from != "":
		return shard, fmt.Errorf("--shard=ordinal: no number at the end%s: run podscore in a StatefulSet, set POD_NAME, or give --shard a number", from)
	case err != nil:
		return shard, fmt.Errorf("--shard: %q is neither a number nor \"ordinal\"", number)
	case shard.Index < 0 || shard.Index >= f.shards:
		return shard, fmt.Errorf("--shard: %d%s is not between 0 and %d, which --shards=%d allows", shard.Index, from, f.shards-1, f.shards)
	}
	return shard, nil
}

func oneOf(flag, value string, known ...string) error {
	if slices.Contains(known, value) {
		return nil
	}
	return fmt.Errorf("%s: unknown value %q: use one of %s", flag, value, strings.Join(known, ", "))
}

// resources lists what is watched.
func (f *flags) resources() []string {
	if len(f.namespaces) > 0 {
		return []string{"pods"}
	}
	return []string{"pods", "namespaces"}
}

func (f *flags) storeOptions(detection prometheus.Observer) posture.Options {
	return posture.Options{
		Policy:              f.policy,
		ExemptNamespaces:    f.exemptNamespaces,
		WorkloadSeriesLimit: f.workloadSeriesLimit,
		Namespaces:          f.namespaces,
		Elected:             f.election.enabled,
		ScrapeInterval:      f.scrapeInterval,
		Detected:            func(age time.Duration) { detection.Observe(age.Seconds()) },
		Now:                 time.Now,
	}
}

// cluster returns what is watched. Its connection reads in batches.
func (f *flags) cluster(config *rest.Config, watches *posture.Watches, log logr.Logger) (*controllers.Cluster, error) {
	config = rest.CopyConfig(config)
	config.Dial = controllers.DialInBatches
	config.Wrap(controllers.Transport)
	scheme, err := controllers.NewScheme()
	if err != nil {
		return nil, err
	}
	mapper, err := controllers.NewRESTMapper(nil, nil)
	if err != nil {
		return nil, err
	}
	watcher, err := client.NewWithWatch(config, client.Options{Scheme: scheme, Mapper: mapper})
	if err != nil {
		return nil, err
	}
	return &controllers.Cluster{
		Client: watcher, Watches: watches, Stalled: f.watchStalledAfter,
		Shard: f.shard, Namespaces: f.namespaces, Log: log,
	}, nil
}

// restConfig returns how to reach the API server: by the kubeconfig that
// --kubeconfig names, by the one that KUBECONFIG names, or from inside the
// cluster.
func (f *flags) restConfig() (*rest.Config, error) {
	rules := &clientcmd.ClientConfigLoadingRules{ExplicitPath: f.kubeconfig}
	source := "--kubeconfig=" + f.kubeconfig
	if f.kubeconfig == "" {
		paths := os.Getenv(clientcmd.RecommendedConfigPathEnvVar)
		if paths == "" {
			config, err := rest.InClusterConfig()
			if err != nil {
				return nil, fmt.Errorf("no API server to watch: give --kubeconfig or KUBECONFIG, or run podscore in a cluster (%w)", err)
			}
			return config, nil
		}
		source = clientcmd.RecommendedConfigPathEnvVar + "=" + paths
		rules.Precedence = strings.Split(paths, string(os.PathListSeparator))
	}
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, nil).ClientConfig()
	switch {
	case clientcmd.IsEmptyConfig(err):
		return nil, fmt.Errorf("%s: no such file, or it names no cluster", source)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	return config, nil
}
