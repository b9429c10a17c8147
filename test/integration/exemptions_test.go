package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestExemptions: a container is excused by name and image, and not one that takes its name
// with another image; a namespace is labelled into an exemption and out of it; an exemption
// ends while its pod runs. What changes a verdict is counted as that, and as nothing else.
func TestExemptions(t *testing.T) {
	cluster.Needs(t)
	const ns = "accepted"
	cluster.Namespace(t, ns)
	ends := time.Now().Add(40 * time.Second)
	p := cluster.StartPodscore(t, "--config="+configured(t, fmt.Sprintf(`apiVersion: podscore.io/v1alpha1
kind: Exemptions
exemptions:
- {name: app, reason: It is known., namespaces: [%s], containers: [{name: app, image: nginx}], checks: [all], expires: %s}
- {name: legacy, reason: It is old., namespaceSelector: {matchLabels: {tier: legacy}}, checks: [all]}
`, ns, ends.UTC().Format(time.RFC3339))))

	known := createPod(t, ns, "known", bareSpec())
	foreign := bareSpec()
	foreign.Containers[0].Image = "registry.example.com/nginx"
	impostor := createPod(t, ns, "foreign", foreign)
	// No exemption with containers excuses what the pod itself fails.
	observed := slices.Concat(
		failing("podscore_check_failures_total", 1, bareFails...), failing("podscore_check_failures_total", 2, "pod-security-context"),
		[]string{`podscore_pods_observed_total{status="exempt"} 1`, `podscore_pods_observed_total{status="noncompliant"} 1`},
	)
	both := slices.Concat(observed,
		failing("podscore_namespace_failing_pods", 1, bareFails...), failing("podscore_namespace_failing_pods", 2, "pod-security-context"),
		workloadFailing("Pod", "foreign", 1, bareFailsRequired...),
		[]string{
			`podscore_namespace_pods{status="exempt"} 1`, `podscore_namespace_pods{status="noncompliant"} 1`,
			"podscore_namespace_score_ratio 0", "podscore_namespace_score_pods 2", oldest(impostor), `podscore_exemption_pods{exemption="app"} 1`,
		},
	)
	expect(t, p, ns, both...)

	label(t, ns, `"legacy"`)
	expect(t, p, ns, slices.Concat(observed, []string{
		`podscore_namespace_pods{status="exempt"} 2`, `podscore_verdict_changes_total{to="exempt"} 1`,
		`podscore_exemption_pods{exemption="app"} 1`, `podscore_exemption_pods{exemption="legacy"} 2`,
	})...)

	label(t, ns, "null")
	changed := []string{`podscore_verdict_changes_total{to="exempt"} 1`, `podscore_verdict_changes_total{to="noncompliant"} 1`}
	if time.Now().Before(ends.Add(-2 * time.Second)) {
		expect(t, p, ns, append(both, changed...)...)
	}

	expect(t, p, ns, slices.Concat(observed,
		failing("podscore_namespace_failing_pods", 2, bareFails...),
		workloadFailing("Pod", "known", 1, bareFailsRequired...), workloadFailing("Pod", "foreign", 1, bareFailsRequired...),
		[]string{
			`podscore_namespace_pods{status="noncompliant"} 2`, "podscore_namespace_score_ratio 0", oldest(known),
			changed[0], `podscore_verdict_changes_total{to="noncompliant"} 2`,
		},
	)...)
}

// configured returns a file with this configuration.
func configured(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "configuration.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// label sets a namespace's label tier to a JSON value.
func label(t *testing.T, namespace, tier string) {
	t.Helper()
	patch := fmt.Sprintf(`{"metadata":{"labels":{"tier":%s}}}`, tier)
	if _, err := cluster.Client.CoreV1().Namespaces().Patch(t.Context(), namespace, types.MergePatchType, []byte(patch), metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
}
