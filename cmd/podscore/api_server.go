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

// apiServer has the flags for the connection to the API server.
type apiServer struct {
	kubeconfig string
}

// AddFlags implements group.
func (a *apiServer) AddFlags(set *pflag.FlagSet) {
	set.StringVar(&a.kubeconfig, "kubeconfig", "", "kubeconfig `file` to reach the API server with; without it the one that KUBECONFIG names, and without that the ServiceAccount of the pod that podscore runs in")
}

// Validate implements group. It does nothing: config returns the errors.
func (a *apiServer) Validate() error { return nil }

// config returns the client configuration: from the file of --kubeconfig, else from the
// files of KUBECONFIG, else from the ServiceAccount of the pod. Its errors name the
// source and the remedy.
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

// dialer opens a connection. It has the type of rest.Config.Dial.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// dial is a dialer with client-go's defaults.
var dial dialer = (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext

// ownConnection returns a copy of a config whose clients have their own connection to the
// API server, so that their requests do not wait for those of others: client-go shares a
// transport between equal configs, but not between configs with a dial function. It
// still reloads certificates and tokens from their files.
func ownConnection(config *rest.Config, dial dialer) *rest.Config {
	own := rest.CopyConfig(config)
	own.Dial = dial
	return own
}
