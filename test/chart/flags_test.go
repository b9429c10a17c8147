package chart

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// flags returns podscore's flags that have a place in the chart and their
// defaults, as docs/operating.md lists them.
func flags(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "operating.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `--([a-z-]+)[^|]*\\| (.*?) \\|").FindAllStringSubmatch(string(text), -1) {
		found[row[1]] = strings.Trim(row[2], "`")
	}
	for _, flag := range []string{
		"kubeconfig",           // the pod's ServiceAccount is used
		"metrics-bind-address", // the pod's own ports: nobody else is on them
		"health-probe-bind-address",
		"shard", // the pod's name tells
		"version",
	} {
		delete(found, flag)
	}
	return found
}

// TestDefaultsArePodscores: each flag has a value of its name, with the same default.
func TestDefaultsArePodscores(t *testing.T) {
	values := defaults(t)
	values["logFormat"] = "text" // where json is the chart's: in a cluster a log is read by machines
	for flag, want := range flags(t) {
		name := regexp.MustCompile("-.").ReplaceAllStringFunc(flag, func(found string) string { return strings.ToUpper(found[1:]) })
		is := fmt.Sprint(values[name])
		if want = strings.ReplaceAll(want, ",", " "); is != want {
			t.Errorf("the chart's default of %s is %s, and --%s is %s", name, is, flag, want)
		}
	}
}

// TestFlagsAreSet: each value gets to podscore.
func TestFlagsAreSet(t *testing.T) {
	is := arguments(t, render(t, "{shards: 2, preset: all, exemptNamespaces: [a, b], workloadSeriesLimit: 0, logFormat: text, logLevel: debug}"))
	maps.Copy(is, arguments(t, render(t, "{namespaces: [c, d], logFormat: text}")))
	want := map[string]string{
		"shards": "2", "shard": "ordinal", "preset": "all", "exempt-namespaces": "a,b", "workload-series-limit": "0",
		"log-format": "text", "log-level": "debug", "namespaces": "c,d",
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
