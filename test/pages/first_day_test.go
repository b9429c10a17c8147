package pages

import (
	"fmt"
	"math/bits"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
)

// What the cluster of the first day has: nothing in it was ever asked for a security context.
const namespaces, few, workloads = 216, 5, 5

// TestFirstDay runs the rules, with the values that docs/runbooks/README.md gives for
// the first day, over a large cluster without any security context: no alert may fire.
// With the defaults a part of it, as large as promtool can do, has one for each
// namespace, and one for each workload.
func TestFirstDay(t *testing.T) {
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := Blocks(root, "docs/runbooks/README.md")
	if err != nil {
		t.Fatal(err)
	}
	values := blocks[0]
	if values.Language != "yaml" || !strings.Contains(values.Text, "preset: restricted") {
		t.Fatalf("%v: the first block is not the values of the first day", values)
	}
	if said, err := fires(t, root, values.Text, namespaces, 0); err != nil {
		t.Errorf("%v: with these values alerts fire on the first day: %v\n%s", values, err, said)
	}
	if said, err := fires(t, root, "preset: cis", few, few); err != nil {
		t.Errorf("with the defaults there are not as many alerts as namespaces; is the cluster of this test right? %v\n%s", err, said)
	}
}

// TestSeriesOfTheUntouched: the page says how many series workloads need that have no security context.
func TestSeriesOfTheUntouched(t *testing.T) {
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	facts := securitycontext.Score(securitycontext.FromPod(&corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "app"}}}})).Facts
	needs := map[string]int{}
	for _, name := range []string{"restricted", "cis"} {
		preset, err := policy.Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		needs[name] = bits.OnesCount32(uint32(preset.Required() & facts.Failed))
	}
	want := fmt.Sprintf("1,000 workloads without any security context need %d,000 series under restricted and %d,000 under cis.", needs["restricted"], needs["cis"])
	if !strings.Contains(read(t, root, "docs/runbooks/README.md"), want) {
		t.Errorf("docs/runbooks/README.md does not say %q", want)
	}
}

// fires has promtool require, of a chart's values and so many namespaces, how many
// alerts about namespaces fire after four hours.
func fires(t *testing.T, root, values string, namespaces, want int) (string, error) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "values.yaml")
	if err := os.WriteFile(file, []byte(values), 0o600); err != nil {
		t.Fatal(err)
	}
	rendered, err := exec.CommandContext(t.Context(), harness.Program(t, "HELM"), "template", "podscore", filepath.Join(root, "charts", "podscore"),
		"--values="+file, "--set=image.registry=registry.invalid,rulesConfigMap.enabled=true", "--show-only=templates/rules_config_map.yaml").Output()
	if err != nil {
		t.Fatal(err)
	}
	var object struct{ Data map[string]string }
	if err := yaml.Unmarshal(rendered, &object); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "rules.yaml"), []byte(object.Data["podscore.rules.yaml"]), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "tests.yaml"), []byte(untouched(namespaces, want)), 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), harness.Program(t, "PROMTOOL"), "test", "rules", filepath.Join(dir, "tests.yaml")).CombinedOutput()
	return string(said), err
}

// untouched are the series of the cluster, in the form of promtool's tests.
func untouched(namespaces, want int) string {
	var text strings.Builder
	text.WriteString("rule_files: [rules.yaml]\nevaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series:\n")
	series := func(name string, value int) {
		fmt.Fprintf(&text, "  - {series: '%s', values: '%dx240'}\n", name, value)
	}
	series(`podscore_build_info{job="podscore",namespace="podscore"}`, 1)
	series(`podscore_reporting{job="podscore",namespace="podscore"}`, 1)
	series(`podscore_synced{job="podscore",namespace="podscore"}`, 1)
	series(`podscore_workload_series_dropped{job="podscore",namespace="podscore"}`, 0)
	for n := range namespaces {
		series(fmt.Sprintf(`podscore_namespace_pods{namespace="ns-%d",status="compliant"}`, n), 0)
		series(fmt.Sprintf(`podscore_namespace_pods{namespace="ns-%d",status="noncompliant"}`, n), workloads)
		series(fmt.Sprintf(`podscore_namespace_oldest_noncompliant_timestamp_seconds{namespace="ns-%d"}`, n), -100*24*60*60)
		for w := range workloads {
			for _, check := range []string{"run-as-non-root", "capabilities-drop-all", "allow-privilege-escalation", "seccomp-profile"} {
				series(fmt.Sprintf(`podscore_workload_failing_pods{namespace="ns-%d",workload_kind="Deployment",workload="w-%d",check=%q}`, n, w, check), 1)
			}
		}
	}
	text.WriteString("  promql_expr_test:\n")
	for _, alerts := range []struct {
		query string
		want  int
	}{
		{`count(ALERTS{alertstate="firing", alertname="PodscoreNamespaceComplianceLow"}) or vector(0)`, want},
		{`count(ALERTS{alertstate="firing", alertname="PodscoreNoncompliantTooLong"}) or vector(0)`, want},
		{`count(ALERTS{alertstate="firing", alertname="PodscoreNoncompliantWorkload"}) or vector(0)`, want * workloads},
		{`count(ALERTS{alertstate="firing", alertname!~"Podscore(NamespaceComplianceLow|NoncompliantTooLong|NoncompliantWorkload)"}) or vector(0)`, 0},
	} {
		fmt.Fprintf(&text, "  - {expr: '%s', eval_time: 4h, exp_samples: [{labels: '{}', value: %d}]}\n", alerts.query, alerts.want)
	}
	return text.String()
}
