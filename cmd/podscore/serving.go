package main

import (
	"errors"

	"github.com/spf13/pflag"
)

// serving is the part of the flags that is about where podscore is asked, and by whom.
type serving struct {
	metricsAddress, probesAddress, pprofAddress string
	secure                                      bool
	certPath, certName, certKey                 string
	http2                                       bool
}

// declare declares the flags, under the names that kubebuilder gives them.
func (s *serving) declare(set *pflag.FlagSet) {
	set.StringVar(&s.metricsAddress, "metrics-bind-address", ":8080", "`address` on which /metrics is served; port 0 takes any free one")
	set.BoolVar(&s.secure, "metrics-secure", true, "serve /metrics over TLS, and only to whom the API server knows by a token and allows to get /metrics; with false, in plain HTTP to whoever asks")
	set.StringVar(&s.certPath, "metrics-cert-path", "", "`folder` that holds the certificate for /metrics and its key, such as a mounted Secret; when they change they are read again. Without it a certificate is made at the start, which scrapers cannot verify")
	set.StringVar(&s.certName, "metrics-cert-name", "tls.crt", "`file` in that folder that holds the certificate")
	set.StringVar(&s.certKey, "metrics-cert-key", "tls.key", "`file` in that folder that holds the key")
	set.BoolVar(&s.http2, "enable-http2", false, "offer HTTP/2 for /metrics, where it is served over TLS")
	set.StringVar(&s.probesAddress, "health-probe-bind-address", ":8081", "`address` on which /healthz and /readyz are served; port 0 takes any free one")
	set.StringVar(&s.pprofAddress, "pprof-bind-address", "", "`address` on which Go's profiles are served to whoever asks, such as 127.0.0.1:6060; without it nowhere")
}

// check tells what is wrong with the flags.
func (s *serving) check() error {
	if s.certPath != "" && !s.secure {
		return errors.New("--metrics-cert-path: there is no use for a certificate with --metrics-secure=false: leave one of the two out")
	}
	return nil
}
