package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// apiServer is the flags that say where the API server is.
type apiServer struct {
	kubeconfig string
}

// AddFlags implements group.
func (a *apiServer) AddFlags(set *pflag.FlagSet) {
	set.StringVar(&a.kubeconfig, "kubeconfig", "", "kubeconfig `file` to reach the API server with; without it the one that KUBECONFIG names, and without that the ServiceAccount of the pod that podscore runs in")
}

// Validate implements group: what is wrong, config says.
func (a *apiServer) Validate() error { return nil }

// config returns how to reach the API server: by the kubeconfig that
// --kubeconfig names, by the one that KUBECONFIG names, or from inside the
// cluster.
func (a *apiServer) config() (*rest.Config, error) {
	rules := &clientcmd.ClientConfigLoadingRules{ExplicitPath: a.kubeconfig}
	source := "--kubeconfig=" + a.kubeconfig
	if a.kubeconfig == "" {
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

// dial opens a connection, as rest.Config has it.
type dial func(ctx context.Context, network, address string) (net.Conn, error)

// dialAlone dials as client-go does of itself.
var dialAlone dial = (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext

// connection returns a copy of a config whose clients have a connection of their
// own, so that no request waits for those of others. client-go hands the same
// transport to all configs that are alike, and takes none for alike that has a dial
// function. It reads certificates and tokens that change anew all the same.
func connection(config *rest.Config, by dial) *rest.Config {
	own := rest.CopyConfig(config)
	own.Dial = by
	return own
}
