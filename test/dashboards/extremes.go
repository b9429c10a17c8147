package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/prometheus/common/model"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/test/dashboards/history"
	"github.com/podscore/podscore/test/dashboards/page"
	"github.com/podscore/podscore/test/process"
)

// onNoData looks at the dashboards on a Prometheus that has never heard of
// podscore: every panel says so, and none fails.
func onNoData(ctx context.Context, o options, dir string, boards []page.Dashboard) error {
	o.say("Looking at them on a Prometheus without podscore")
	return onItself(ctx, o, filepath.Join(dir, "no-data"), boards, func(p seenPanel) bool { return p.State == "empty" })
}

// onManyNamespaces looks at the overview of 1,000 namespaces.
func onManyNamespaces(ctx context.Context, o options, dir string, boards []page.Dashboard) error {
	const many = 1000
	o.say("Looking at the overview of %d namespaces", many)
	dir = filepath.Join(dir, "many-namespaces")
	if err := history.Blocks(ctx, o.promtool, filepath.Join(dir, "data"), namespaces(many), history.Before(time.Now(), time.Hour)); err != nil {
		return err
	}
	overview := slices.DeleteFunc(slices.Clone(boards), func(d page.Dashboard) bool { return d.UID != "podscore-overview" })
	return onItself(ctx, o, dir, overview, func(p seenPanel) bool { return p.State == "data" })
}

// onItself looks at dashboards on a Prometheus that scrapes nothing, and has
// only what is in its folder.
func onItself(ctx context.Context, o options, dir string, boards []page.Dashboard, right func(seenPanel) bool) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	config := filepath.Join(dir, "prometheus.yaml")
	if err := os.WriteFile(config, nil, 0o600); err != nil {
		return err
	}
	prometheus, err := process.StartPrometheus(ctx, o.prometheus, config, filepath.Join(dir, "data"), filepath.Join(dir, "prometheus.log"), history.Flags...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, prometheus.Stop()) }()
	site, err := serve(o, prometheus.URL)
	if err != nil {
		return err
	}
	defer site.Close()
	var looks []look
	for _, d := range boards {
		looks = append(looks, look{URL: site.address(d, "dark"), Width: 1600})
	}
	pages, err := browse(ctx, o, dir, looks)
	if err != nil {
		return err
	}
	var errs []error
	for _, seen := range pages {
		errs = append(errs, seen.problems(right))
	}
	return errors.Join(errs...)
}

// namespaces makes up the series of so many namespaces, of 12 pods each.
func namespaces(count int) model.Vector {
	var v model.Vector
	add := func(value float64, labels ...model.LabelValue) {
		metric := model.Metric{model.MetricNameLabel: labels[0]}
		for i := 1; i < len(labels); i += 2 {
			metric[model.LabelName(labels[i])] = labels[i+1]
		}
		v = append(v, &model.Sample{Metric: metric, Value: model.SampleValue(value)})
	}
	for _, c := range securitycontext.Checks() {
		add(1, "podscore_check_info", "check", model.LabelValue(c.ID), "severity", model.LabelValue(c.Severity), "required", "true")
	}
	add(1, "podscore_exemption_info", "exemption", "everywhere", "owner", "platform")
	add(float64(time.Now().AddDate(0, 0, 30).Unix()), "podscore_exemption_expiry_timestamp_seconds", "exemption", "everywhere")
	for i := range count {
		name := model.LabelValue(fmt.Sprintf("team-%04d", i))
		noncompliant := float64(i % 7)
		add(12-noncompliant, "podscore_namespace_pods", "namespace", name, "status", "compliant")
		add(noncompliant, "podscore_namespace_pods", "namespace", name, "status", "noncompliant")
		add(0, "podscore_namespace_pods", "namespace", name, "status", "exempt")
		add(noncompliant, "podscore_pods_observed_total", "namespace", name, "status", "noncompliant")
		add(1-noncompliant/12, "podscore_namespace_score_ratio", "namespace", name)
		add(12, "podscore_namespace_score_pods", "namespace", name)
		add(1, "podscore_exemption_pods", "namespace", name, "exemption", "everywhere")
		add(0, "podscore_namespace_oldest_noncompliant_timestamp_seconds", "namespace", name)
		for _, c := range securitycontext.Checks() {
			add(noncompliant, "podscore_namespace_failing_pods", "namespace", name, "check", model.LabelValue(c.ID))
		}
	}
	return v
}
