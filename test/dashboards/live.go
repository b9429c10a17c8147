package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/dashboards/history"
	"github.com/podscore/podscore/test/monitoring"
	"github.com/podscore/podscore/test/process"
)

// length is how far the history reaches back: Trends compares with the whole day
// that ended 90 days ago.
const length = 92 * 24 * time.Hour

// live is podscore on a cluster with the sample workloads, and a Prometheus that
// scrapes it and has a history behind it.
type live struct {
	*cluster
	network    *monitoring.Network
	prometheus *process.Prometheus
}

func startLive(ctx context.Context, o options) (_ *live, err error) {
	root, err := controlplane.Root()
	if err != nil {
		return nil, err
	}
	o.say("Starting a control plane with the sample workloads, and podscore on it")
	l := &live{}
	if l.cluster, err = startCluster(ctx, o.podscore); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.stop())
		}
	}()
	if l.network, err = monitoring.NewNetwork(); err != nil {
		return nil, err
	}
	if err := l.network.Connect(l.podscore.MetricsURL); err != nil {
		return nil, err
	}
	l.prometheus, err = history.Start(ctx, filepath.Join(l.dir(), "prometheus"), o.promtool, length, monitoring.Options{
		Binary: o.prometheus, Kubeconfig: l.plane.Kubeconfig, Network: l.network,
		Interval: 2 * time.Second, Rules: filepath.Join(root, "config", "prometheus", "podscore.rules.yaml"),
	}, o.say)
	return l, err
}

// stop ends what runs, and removes its files.
func (l *live) stop() error {
	var errs []error
	if l.prometheus != nil {
		errs = append(errs, l.prometheus.Stop())
	}
	if l.network != nil {
		errs = append(errs, l.network.Close())
	}
	return errors.Join(append(errs, l.cluster.stop())...)
}
