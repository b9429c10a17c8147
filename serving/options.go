// Package serving runs podscore's HTTP servers: /metrics, over TLS and for clients that
// the API server allows to get it; the probes; and, if enabled, Go's profiles. It limits
// what hostile clients can use of memory, connections and TokenReviews.
package serving

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"

	"github.com/spf13/pflag"
)

// Options are the flags of the servers: addresses, certificate, and who may read /metrics.
type Options struct {
	metricsAddress, probesAddress, pprofAddress string
	secure                                      bool
	audiences                                   []string
	certPath, certName, certKey                 string
}

// The names that a Secret of the type kubernetes.io/tls has.
const (
	defaultCertName = "tls.crt"
	defaultCertKey  = "tls.key"
)

// AddFlags declares the flags, under kubebuilder's names where it has the flag.
func (o *Options) AddFlags(set *pflag.FlagSet) {
	set.StringVar(&o.metricsAddress, "metrics-bind-address", ":8080", "`address` on which /metrics is served; port 0 takes any free one")
	set.BoolVar(&o.secure, "metrics-secure", true, "serve /metrics over TLS, and only to clients with a token that the API server knows and that may get /metrics; with false, in plain HTTP to everybody")
	set.StringSliceVar(&o.audiences, "metrics-token-audiences", nil, "`audiences`, separated by commas, one of which a scraper's token must be for; without it the API server's, as every pod's token has")
	set.StringVar(&o.certPath, "metrics-cert-path", "", "`folder` that holds the certificate for /metrics and its key, such as a mounted Secret; they are reloaded when they change. Without it podscore makes a certificate when it starts, which scrapers cannot verify")
	set.StringVar(&o.certName, "metrics-cert-name", defaultCertName, "`file` in that folder that holds the certificate")
	set.StringVar(&o.certKey, "metrics-cert-key", defaultCertKey, "`file` in that folder that holds the key")
	set.StringVar(&o.probesAddress, "health-probe-bind-address", ":8081", "`address` on which /healthz and /readyz are served; port 0 takes any free one")
	set.StringVar(&o.pprofAddress, "pprof-bind-address", "", "`address` on which Go's profiles are served to everybody who reaches it, such as 127.0.0.1:6060; without it nowhere")
}

// Validate returns an error that names the wrong flag and the remedy; nil if all are right.
func (o *Options) Validate() error {
	if err := o.validateAddresses(); err != nil {
		return err
	}
	if o.certPath != "" && !o.secure {
		return errors.New("--metrics-cert-path: there is no use for a certificate with --metrics-secure=false: leave one of the two out")
	}
	if o.certPath == "" && (o.certName != defaultCertName || o.certKey != defaultCertKey) {
		return errors.New("--metrics-cert-name and --metrics-cert-key: they are files in the folder --metrics-cert-path, which is not given: add it, or leave them out")
	}
	if len(o.audiences) > 0 && !o.secure {
		return errors.New("--metrics-token-audiences: nobody is asked for a token with --metrics-secure=false: leave one of the two out")
	}
	if slices.Contains(o.audiences, "") {
		return errors.New("--metrics-token-audiences: an audience without a name: leave out the comma too many")
	}
	return nil
}

// validateAddresses returns an error for an address without a port. To Go an empty address
// is any free port on all interfaces, which nobody means; of the profiles it is no server.
func (o *Options) validateAddresses() error {
	for _, address := range []struct{ flag, value string }{
		{"--metrics-bind-address", o.metricsAddress},
		{"--health-probe-bind-address", o.probesAddress},
		{"--pprof-bind-address", cmp.Or(o.pprofAddress, ":0")},
	} {
		_, port, err := net.SplitHostPort(address.value)
		if err == nil {
			_, err = strconv.ParseUint(port, 10, 16)
		}
		if err != nil {
			return fmt.Errorf("%s: %q is no address: write host:port, such as 127.0.0.1:8080, or :8080 for all interfaces", address.flag, address.value)
		}
	}
	return nil
}
