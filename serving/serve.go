package serving

import (
	"context"
	"net/http"

	"github.com/go-logr/logr"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/manager"
)

// Handlers has the handlers that podscore's servers need from outside.
type Handlers struct {
	// Metrics serves /metrics.
	Metrics http.Handler
	// Ready has the checks of /readyz, by name.
	Ready map[string]healthz.Checker
}

// Listen listens on the addresses, so that it returns an error if one is in use, and
// returns the servers for a manager to run. The API server of config decides who may get
// /metrics. Certificate files are watched until ctx is done.
func (o *Options) Listen(ctx context.Context, config *rest.Config, handlers Handlers, log logr.Logger) ([]*manager.Server, error) {
	metrics, err := o.metricsServer(ctx, config, handlers.Metrics, log)
	if err != nil {
		return nil, err
	}
	servers := []server{metrics}
	if o.pprofAddress != "" {
		servers = append(servers, o.profilesServer())
	}
	servers = append(servers, o.probesServer(handlers.Ready))
	var listening []*manager.Server
	for _, server := range servers {
		l, err := server.listen(log)
		if err != nil {
			return nil, err
		}
		listening = append(listening, l)
	}
	return listening, nil
}

func (o *Options) metricsServer(ctx context.Context, config *rest.Config, metrics http.Handler, log logr.Logger) (server, error) {
	encryption, err := o.tls(ctx, log)
	if err != nil {
		return server{}, err
	}
	s := server{
		name: "metrics", flag: "--metrics-bind-address", address: o.metricsAddress,
		tls: encryption, limits: otherLimits, timeouts: scrapeTimeouts, maxHeaders: maxScrapeHeaders,
	}
	metrics = newInFlight(maxScrapes, maxScrapesPerOrigin).limiting(aborting(metrics))
	if !o.secure {
		s.handler = recordingActivity(metricsMux(metrics))
		return s, nil
	}
	if metrics, err = newGuard(config, metrics, o.audiences, log); err != nil {
		return server{}, err
	}
	s.limits, s.handler = metricsLimits, recordingActivity(closeUnlessApproved(metricsMux(metrics)))
	return s, nil
}

func (o *Options) profilesServer() server {
	return server{
		name: "pprof", flag: "--pprof-bind-address", address: o.pprofAddress, handler: recordingActivity(profilesMux()),
		limits: otherLimits, timeouts: profilesTimeouts, maxHeaders: maxScrapeHeaders,
	}
}

func (o *Options) probesServer(ready map[string]healthz.Checker) server {
	return server{
		name: "probes", flag: "--health-probe-bind-address", address: o.probesAddress, handler: probesMux(ready),
		limits: probesLimits, timeouts: probeTimeouts, maxHeaders: maxProbeHeaders,
	}
}
