package main

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/spf13/pflag"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/podscore/podscore/terminal/cluster"
)

// connection has the flags that say which API server is asked, and as whom. They mean what
// kubectl's mean.
type connection struct {
	kubeconfig string
	overrides  clientcmd.ConfigOverrides
}

func (c *connection) addFlags(set *pflag.FlagSet) {
	set.StringVar(&c.kubeconfig, clientcmd.RecommendedConfigPathFlag, "", "`path` of the kubeconfig file to use")
	flags := clientcmd.RecommendedConfigOverrideFlags("")
	flags.AuthOverrideFlags.Username, flags.AuthOverrideFlags.Password = clientcmd.FlagInfo{}, clientcmd.FlagInfo{} // no API server takes these any more
	flags.ClusterOverrideFlags.APIServer.ShortName = "s"
	clientcmd.BindOverrideFlags(&c.overrides, set, flags)
}

// config returns what the kubeconfig files say, with what the flags say instead.
func (c *connection) config() clientcmd.ClientConfig {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = c.kubeconfig
	return clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &c.overrides)
}

// namespace returns the namespace of -n, or the context's.
func (c *connection) namespace() (string, error) {
	namespace, _, err := c.config().Namespace()
	if err != nil {
		return "", notConnected(err)
	}
	return namespace, nil
}

// connect returns a client of the API server.
func (c *connection) connect() (*cluster.Client, error) {
	config, err := c.config().ClientConfig()
	if err != nil {
		return nil, notConnected(err)
	}
	debug.SetGCPercent(100) // pages of whole pods are garbage of tens of MB, of which main's percentage would keep too much
	config.UserAgent = "kubectl-podscore/" + version
	client, err := cluster.New(config)
	if err != nil {
		return nil, notConnected(err)
	}
	return client, nil
}

func notConnected(err error) error {
	if clientcmd.IsEmptyConfig(err) {
		return errors.New("no API server is known: name a kubeconfig file with --kubeconfig or KUBECONFIG, or files instead")
	}
	return fmt.Errorf("the kubeconfig leads to no API server: %w", err)
}
