package terminal

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/podscore/podscore/terminal/reports"
	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
)

var (
	seed = flag.Uint64("seed", 1, "of the random pods and the random configuration")
	many = flag.Int("pods", 3000, "how many random pods there are")
)

// TestAgreesOnTheSamples: of the sample workloads podscore exposes what a scan comes to, with
// the samples' own configuration and without.
func TestAgreesOnTheSamples(t *testing.T) {
	is := open(t, &cluster)
	cluster.NeedsControllers(t)
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	harness.Eventually(t, func() (string, bool) { // the controllers make the last pods
		pods := len(is.scan(t, "-A").Items)
		return fmt.Sprint(pods, " pods"), pods >= 20
	})
	for _, flags := range [][]string{nil, {"--config=" + root + "/config/samples/configuration.yaml"}} {
		agree(t, &cluster, is, flags)
	}
}

// TestAgreesOnRandomPods: of thousands of random pods, of any workload and in any phase, with
// a random configuration, podscore exposes what a scan comes to.
func TestAgreesOnRandomPods(t *testing.T) {
	c := harness.StartCluster(t, controlplane.Options{Bare: true})
	c.Binary = cluster.Binary
	c.Apply(t, "-k config/default")
	is := open(t, c)
	r := rand.New(rand.NewPCG(*seed, 0))
	write := func(count int, object func(i int) controlplane.Stored) {
		if err := c.Write(t.Context(), count, object); err != nil {
			t.Fatal(err)
		}
	}
	write(len(namespaces), func(i int) controlplane.Stored { return randomNamespace(r, namespaces[i]) })
	write(*many, func(i int) controlplane.Stored { return controlplane.StoredPod(randomPod(r, i)) })
	for range 3 {
		text := randomConfiguration(r)
		t.Logf("seed %d, judged by\n%s", *seed, text)
		agree(t, c, is, []string{"--config=" + is.write(t, "configuration.yaml", text), "--preset=" + oneOf(r, "cis", "restricted", "all")})
	}
}

// agree requires that podscore exposes of every namespace, workload and exemption what the
// items of a scan come to.
func agree(t *testing.T, c *harness.Cluster, is *terminal, flags []string) {
	t.Helper()
	p := c.StartPodscore(t, append([]string{"--workload-series-limit=1000000"}, flags...)...)
	defer func() { _ = p.Stop() }()
	harness.Eventually(t, func() (string, bool) { // pods of the samples come and go
		want := compared(harness.Scrape(t, p))
		got := seriesOf(is.scan(t, append([]string{"-A"}, flags...)...))
		different := difference(got, want)
		return fmt.Sprintf("%d series; scan (+) and podscore (-) part at\n%s", len(want), different), different == "" && len(want) > 30
	})
}

// scan returns the report of a scan.
func (is *terminal) scan(t *testing.T, args ...string) (report reports.ScoreReport) {
	t.Helper()
	status, out, errOut := is.run(t, append([]string{"podscore", "scan", "--output=json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &report); err != nil || status > 1 {
		t.Fatalf("status %d, %v: %s", status, err, errOut)
	}
	return report
}

// gauges are the series that follow from what the pods are now.
var gauges = []string{
	"podscore_namespace_pods", "podscore_namespace_score_ratio", "podscore_namespace_score_pods", "podscore_namespace_failing_pods",
	"podscore_workload_failing_pods", "podscore_exemption_pods",
}

// compared returns the series of an exposition that are compared, but for those at 0.
func compared(exposition string) map[string]float64 {
	series := map[string]float64{}
	for line := range strings.Lines(exposition) {
		name, value, _ := strings.Cut(line, "} ")
		metric, _, _ := strings.Cut(name, "{")
		if number, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil && number != 0 && slices.Contains(gauges, metric) {
			series[name+"}"] = number
		}
	}
	return series
}

// seriesOf returns the same series as they follow from the items of a report.
func seriesOf(report reports.ScoreReport) map[string]float64 {
	series := map[string]float64{}
	for i := range report.Items {
		addSeries(series, &report.Items[i])
	}
	for name, sum := range series {
		if namespace, found := strings.CutPrefix(name, "podscore_namespace_score_ratio"); found {
			series[name] = sum / series["podscore_namespace_score_pods"+namespace]
		}
	}
	for name, value := range series { // podscore has 0 there, and says nothing else of it
		if value == 0 {
			delete(series, name)
		}
	}
	return series
}

func addSeries(series map[string]float64, item *reports.Item) {
	add := func(value float64, metric string, labels ...string) {
		var text []string
		for i := 0; i < len(labels); i += 2 {
			text = append(text, fmt.Sprintf("%s=%q", labels[i], labels[i+1]))
		}
		series[metric+"{"+strings.Join(text, ",")+"}"] += value
	}
	add(1, "podscore_namespace_pods", "namespace", item.Namespace, "status", item.Status)
	if item.Score != nil && !item.Out {
		add(*item.Score, "podscore_namespace_score_ratio", "namespace", item.Namespace)
		add(1, "podscore_namespace_score_pods", "namespace", item.Namespace)
	}
	for _, exemption := range item.Exemptions {
		add(1, "podscore_exemption_pods", "exemption", exemption, "namespace", item.Namespace)
	}
	for _, check := range item.Checks {
		if check.Result != "fail" {
			continue
		}
		add(1, "podscore_namespace_failing_pods", "check", check.ID, "namespace", item.Namespace)
		if check.Required && item.Status == "noncompliant" {
			add(1, "podscore_workload_failing_pods", "check", check.ID, "namespace", item.Namespace, "workload", item.Workload.Name, "workload_kind", item.Workload.Kind)
		}
	}
}

func difference(got, want map[string]float64) string {
	lines := func(series map[string]float64, than map[string]float64) (text string) {
		for name, value := range series {
			if math.Abs(value-than[name]) > 1e-9 {
				text += fmt.Sprintf("%s %v\n", name, value)
			}
		}
		return text
	}
	different := harness.Difference(lines(got, want), lines(want, got))
	return different[:min(len(different), 3000)]
}
