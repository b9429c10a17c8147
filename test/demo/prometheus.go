package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/prometheus/common/model"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/dashboards/page"
	"github.com/podscore/podscore/test/monitoring"
)

// scrapeInterval is how often the demo's Prometheus scrapes and evaluates.
const scrapeInterval = 2 * time.Second

// startPrometheus starts Prometheus with the scrape configuration and the rules
// that ship. podscore's pods run as processes of their own, and stand in for them
// on the network of the pods.
func (d *demo) startPrometheus(ctx context.Context, binary string) (err error) {
	root, err := controlplane.Root()
	if err != nil {
		return err
	}
	if d.network, err = monitoring.NewNetwork(); err != nil {
		return err
	}
	if err := d.network.Connect(d.replicas[0].MetricsURL, d.replicas[1].MetricsURL); err != nil {
		return err
	}
	d.prometheus, err = monitoring.Start(ctx, filepath.Join(d.cluster.Dir, "prometheus"), monitoring.Options{
		Binary:     binary,
		Kubeconfig: d.cluster.Kubeconfig,
		Network:    d.network,
		Interval:   scrapeInterval,
		Rules:      filepath.Join(root, "config", "prometheus", "podscore.rules.yaml"),
	})
	return err
}

// awaitRecorded waits until Prometheus has recorded of a namespace what podscore
// says of it.
func (d *demo) awaitRecorded(ctx context.Context, namespace string, want row) error {
	query := fmt.Sprintf("namespace:podscore_compliant:ratio{namespace=%q}", namespace)
	share := float64(want.compliant) / float64(want.compliant+want.noncompliant)
	var got model.Value
	err := wait.PollUntilContextTimeout(ctx, 200*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		var err error
		got, _, _, err = d.prometheus.API.Query(ctx, query, time.Now())
		vector, _ := got.(model.Vector)
		return len(vector) == 1 && float64(vector[0].Value) == share, err
	})
	if err != nil {
		return fmt.Errorf("the recorded %s is %v, and should be %v: %w", query, got, share, err)
	}
	return nil
}

// serveDashboards serves the dashboards that ship, drawn by the page that was
// built into the folder dist, and returns the URL of the first, with a time range
// that suits a cluster that is minutes old.
func (d *demo) serveDashboards(dist string) (string, error) {
	root, err := controlplane.Root()
	if err != nil {
		return "", err
	}
	handler, err := page.Handler(dist, filepath.Join(root, "charts", "podscore", "dashboards"), d.prometheus.URL)
	if err != nil {
		return "", err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	d.dashboards = &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go d.dashboards.Serve(listener) //nolint:errcheck // it ends by Close
	return "http://" + listener.Addr().String() + "/d/podscore-overview?from=now-15m&to=now", nil
}

// stopPrometheus ends what this file starts.
func (d *demo) stopPrometheus() error {
	var errs []error
	if d.dashboards != nil {
		errs = append(errs, d.dashboards.Close())
	}
	if d.prometheus != nil {
		errs = append(errs, d.prometheus.Stop())
	}
	if d.network != nil {
		errs = append(errs, d.network.Close())
	}
	return errors.Join(errs...)
}
