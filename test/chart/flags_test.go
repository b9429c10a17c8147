package chart

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/podscore/podscore/test/harness"
)

// allFlags returns podscore's flags and their defaults, as docs/operating.md lists
// them.
func allFlags(t *testing.T) map[string]string {
	t.Helper()
	text := harness.Read(t, filepath.Join(root, "docs", "operating.md"))
	found := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `--([a-z0-9-]+)[^|]*\\| (.*?) \\|").FindAllStringSubmatch(text, -1) {
		found[row[1]] = strings.Trim(row[2], "`")
	}
	return found
}

// flags returns those of them that have a place in the chart.
func flags(t *testing.T) map[string]string {
	t.Helper()
	found := allFlags(t)
	for _, flag := range []string{
		"kubeconfig",           // the pod's ServiceAccount is used
		"metrics-bind-address", // the pod's own ports: nobody else is on them
		"health-probe-bind-address",
		"pprof-bind-address",              // for a moment, by extraArgs
		"leader-elect-resource-namespace", // the pod's own
		"shard",                           // the pod's name tells
		"version",
		"check-config", // for a file on somebody's machine, or in CI
	} {
		delete(found, flag)
	}
	return found
}

// grouped are the values of flags that belong together.
var grouped = map[string]string{
	"config":                      "configuration",
	"exemptions":                  "configurationConfigMaps",
	"leader-elect":                "leaderElection.enabled",
	"leader-elect-resource-name":  "leaderElection.resourceName",
	"leader-elect-lease-duration": "leaderElection.leaseDuration",
	"leader-elect-renew-deadline": "leaderElection.renewDeadline",
	"leader-elect-retry-period":   "leaderElection.retryPeriod",
	"metrics-secure":              "metrics.secure",
	"metrics-cert-path":           "metrics.certificate.secretName",
	"metrics-cert-name":           "metrics.certificate.certName",
	"metrics-cert-key":            "metrics.certificate.keyName",
	"metrics-token-audiences":     "metrics.tokenAudiences",
}

// differ are the flags of which the chart has another default, and what it is.
var differ = map[string]string{
	"config":                     "map[]", // the chart has what is in the file, and podscore where it is
	"log-format":                 "json",  // in a cluster a log is read by machines
	"leader-elect":               "true",  // there are two replicas
	"leader-elect-resource-name": "",      // that of the other objects: two releases in a namespace have two
	"metrics-cert-path":          "",      // no Secret
}

// TestSameDefaults: each flag has a value of its name or in its group,
// with the same default.
func TestSameDefaults(t *testing.T) {
	values := &unstructured.Unstructured{Object: defaults(t)}
	for flag, want := range flags(t) {
		path, is := grouped[flag]
		if !is {
			path = regexp.MustCompile("-.").ReplaceAllStringFunc(flag, func(found string) string { return strings.ToUpper(found[1:]) })
		}
		if other, differs := differ[flag]; differs {
			want = other
		}
		value := field(values, path)
		if duration, err := time.ParseDuration(value); err == nil {
			value = duration.String()
		}
		if want = strings.ReplaceAll(want, ",", " "); value != want {
			t.Errorf("the chart's default of %s is %q, and of --%s it is %q", path, value, flag, want)
		}
	}
}

// TestSameFlags: each value gets to podscore.
func TestSameFlags(t *testing.T) {
	is := arguments(t, render(t, `{shards: 2, preset: all, configuration: {requireExpiry: true}, configurationConfigMaps: [team], exemptNamespaces: [a, b], workloadSeriesLimit: 0, logFormat: text, logLevel: debug, scrapeInterval: 2m, watchStalledAfter: 5m,
		leaderElection: {resourceName: one, leaseDuration: 30s, renewDeadline: 20s, retryPeriod: 1s},
		metrics: {certificate: {secretName: tls, certName: a.pem, keyName: b.pem}, tokenAudiences: [one, two]}}`))
	maps.Copy(is, arguments(t, render(t, "{namespaces: [c, d], logFormat: text, metrics: {secure: false}, leaderElection: {resourceName: one}}")))
	want := map[string]string{
		"shards": "2", "shard": "ordinal", "preset": "all", "config": "/etc/podscore/configuration", "exemptions": "/etc/podscore/exemptions/team", "exempt-namespaces": "a,b", "workload-series-limit": "0",
		"log-format": "text", "log-level": "debug", "namespaces": "c,d", "scrape-interval": "2m", "watch-stalled-after": "5m",
		"leader-elect": "", "leader-elect-resource-name": "one", "leader-elect-lease-duration": "30s",
		"leader-elect-renew-deadline": "20s", "leader-elect-retry-period": "1s",
		"metrics-secure": "false", "metrics-cert-path": "/etc/podscore/certificate", "metrics-cert-name": "a.pem",
		"metrics-cert-key": "b.pem", "metrics-token-audiences": "one,two",
	}
	if !maps.Equal(is, want) {
		t.Errorf("podscore is started with the flags %q, want %q", is, want)
	}
	delete(is, "shard")
	if is, want := slices.Sorted(maps.Keys(is)), slices.Sorted(maps.Keys(flags(t))); !slices.Equal(is, want) {
		t.Errorf("the chart sets the flags %q, and podscore has %q: give each a value, or name it above", is, want)
	}
}

// arguments returns the flags of podscore's container.
func arguments(t *testing.T, objects []*unstructured.Unstructured) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, arg := range podOf(t, objects).Spec.Containers[0].Args {
		name, value, _ := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		found[name] = value
	}
	return found
}
