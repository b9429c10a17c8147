package integration

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/test/harness"
)

// floatText writes a whole number as the exposition does.
func floatText(number int64) string { return strconv.FormatFloat(float64(number), 'g', -1, 64) }

func TestPodsComeChangeFinishAndGo(t *testing.T) {
	cluster.Needs(t)
	const ns = "lifecycle"
	cluster.Namespace(t, ns)
	bare := createPod(t, ns, "before", bareSpec())
	p := cluster.StartPodscore(t)

	// It was there before podscore: it counts as non-compliant, not as newly observed.
	standing := slices.Concat(
		failing("podscore_namespace_failing_pods", 1, bareFails...),
		workloadFailing("Pod", "before", 1, bareFailsRequired...),
		[]string{oldest(bare), `podscore_namespace_pods{status="noncompliant"} 1`},
	)
	expect(t, p, ns, append(standing, "podscore_namespace_score_ratio 0")...)

	// Two appear: these are newly observed.
	createPod(t, ns, "good", goodSpec())
	createPod(t, ns, "bad", bareSpec())
	observed := slices.Concat(
		failing("podscore_check_failures_total", 1, bareFails...),
		[]string{`podscore_pods_observed_total{status="compliant"} 1`, `podscore_pods_observed_total{status="noncompliant"} 1`},
	)
	third := floatLine("podscore_namespace_score_ratio", 1.0/3)
	expect(t, p, ns, slices.Concat(
		failing("podscore_namespace_failing_pods", 2, bareFails...),
		workloadFailing("Pod", "before", 1, bareFailsRequired...),
		workloadFailing("Pod", "bad", 1, bareFailsRequired...),
		observed,
		[]string{oldest(bare), third, `podscore_namespace_pods{status="compliant"} 1`, `podscore_namespace_pods{status="noncompliant"} 2`},
	)...)

	// What cannot change a result changes nothing.
	for i := range 25 {
		patchPod(t, ns, "good", map[string]any{"metadata": map[string]any{"labels": map[string]string{"round": fmt.Sprint(i)}}})
		patchPod(t, ns, "good", map[string]any{"status": map[string]any{"message": fmt.Sprint("round ", i)}}, "status")
	}
	patchPod(t, ns, "bad", map[string]any{"status": map[string]string{"phase": "Failed"}}, "status") // and this one does
	expect(t, p, ns, slices.Concat(standing, observed, []string{
		floatLine("podscore_namespace_score_ratio", 0.5), `podscore_namespace_pods{status="compliant"} 1`,
	})...)

	// They go, and nothing of them stays but what was counted.
	deletePod(t, ns, "before")
	deletePod(t, ns, "bad")
	deletePod(t, ns, "good")
	expect(t, p, ns, observed...)
}

func workloadFailing(kind, name string, pods int, checks ...string) []string {
	var lines []string
	for _, check := range checks {
		lines = append(lines, fmt.Sprintf("podscore_workload_failing_pods{check=%q,workload=%q,workload_kind=%q} %d", check, name, kind, pods))
	}
	return lines
}

func floatLine(series string, value float64) string {
	return series + " " + strconv.FormatFloat(value, 'g', -1, 64)
}

func TestAPodOfTheSameNameIsAnotherPod(t *testing.T) {
	cluster.Needs(t)
	const ns = "same-name"
	cluster.Namespace(t, ns)
	p := cluster.StartPodscore(t)
	for range 3 {
		createPod(t, ns, "app", goodSpec())
		deletePod(t, ns, "app")
	}
	createPod(t, ns, "app", goodSpec())
	expect(t, p, ns, `podscore_pods_observed_total{status="compliant"} 4`, `podscore_namespace_pods{status="compliant"} 1`, "podscore_namespace_score_ratio 1")
}

// TestNobodyElseDeletesPods: what runs beside the API server here leaves a pod alone
// that no node has. It would take it away by its name, and so another that has the
// name by then: the tests' pods have no node.
func TestNobodyElseDeletesPods(t *testing.T) {
	cluster.NeedsControllers(t)
	t.Parallel() // it takes as long as they would need to notice
	const ns = "left-alone"
	cluster.Namespace(t, ns)
	pods := cluster.Client.CoreV1().Pods(ns)
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "going", Finalizers: []string{"podscore.io/test"}}, Spec: bareSpec()}
	if _, err := pods.Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	deletePod(t, ns, pod.Name)
	for deadline := time.Now().Add(25 * time.Second); time.Now().Before(deadline); time.Sleep(time.Second) {
		going, err := pods.Get(t.Context(), pod.Name, metav1.GetOptions{})
		if err != nil || going.Status.Phase != corev1.PodPending {
			t.Fatalf("somebody has made the pod %s: %v", going.Status.Phase, err)
		}
	}
	patchPod(t, ns, pod.Name, map[string]any{"metadata": map[string]any{"$deleteFromPrimitiveList/finalizers": pod.Finalizers}})
}

// TestShortLivedPodsAreCounted: however short a pod lives, it was there.
func TestShortLivedPodsAreCounted(t *testing.T) {
	cluster.Needs(t)
	const ns = "short-lived"
	cluster.Namespace(t, ns)
	p := cluster.StartPodscore(t)
	for i := range 20 {
		name := fmt.Sprint("job-", i)
		createPod(t, ns, name, bareSpec())
		if i%2 == 0 {
			deletePod(t, ns, name)
		} else {
			patchPod(t, ns, name, map[string]any{"status": map[string]string{"phase": "Succeeded"}}, "status")
		}
	}
	expect(t, p, ns, append(failing("podscore_check_failures_total", 20, bareFails...), `podscore_pods_observed_total{status="noncompliant"} 20`)...)
}

func TestEphemeralContainerChangesTheVerdict(t *testing.T) {
	cluster.Needs(t)
	const ns = "ephemeral"
	cluster.Namespace(t, ns)
	p := cluster.StartPodscore(t)
	pod := createPod(t, ns, "app", goodSpec())
	observed := `podscore_pods_observed_total{status="compliant"} 1`
	expect(t, p, ns, observed, `podscore_namespace_pods{status="compliant"} 1`, "podscore_namespace_score_ratio 1")

	debugger := []map[string]string{{"name": "debugger", "image": "busybox"}}
	patchPod(t, ns, "app", map[string]any{"spec": map[string]any{"ephemeralContainers": debugger}}, "ephemeralcontainers")
	fails := []string{"capabilities-drop-all", "allow-privilege-escalation", "read-only-root-filesystem"}
	expect(t, p, ns, slices.Concat(
		failing("podscore_namespace_failing_pods", 1, append(fails, "container-security-context")...),
		workloadFailing("Pod", "app", 1, fails...),
		[]string{
			observed, oldest(pod), floatLine("podscore_namespace_score_ratio", 29.0/58),
			`podscore_namespace_pods{status="noncompliant"} 1`, `podscore_verdict_changes_total{to="noncompliant"} 1`,
		},
	)...)
}

// TestExemptNamespaces: without a configuration the verdict is left out by namespace
// alone. What a pod says of itself, here what the mirror of a static pod says, exempts nothing:
// whoever may create pods can write it.
func TestExemptNamespaces(t *testing.T) {
	cluster.Needs(t)
	for _, ns := range []string{"exempt", "mirrored"} {
		cluster.Namespace(t, ns)
	}
	p := cluster.StartPodscore(t, "--exempt-namespaces=exempt")
	createPod(t, "exempt", "bad", bareSpec())
	expect(t, p, "exempt", `podscore_namespace_pods{status="exempt"} 1`, `podscore_pods_observed_total{status="exempt"} 1`, `podscore_exemption_pods{exemption="system-namespaces"} 1`)

	mirror := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "mirror", Annotations: map[string]string{corev1.MirrorPodAnnotationKey: "hash"}},
		Spec:       bareSpec(),
	}
	mirror.Spec.NodeName = "linux-1"
	mirror.Spec.Containers[0].SecurityContext = &corev1.SecurityContext{Privileged: new(true)}
	mirror, err := cluster.Client.CoreV1().Pods("mirrored").Create(t.Context(), mirror, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	fails := append(slices.Clone(bareFails[:len(bareFails)-1]), "privileged") // it has a security context of its own
	expect(t, p, "mirrored", slices.Concat(
		failing("podscore_check_failures_total", 1, fails...),
		failing("podscore_namespace_failing_pods", 1, fails...),
		workloadFailing("Pod", "mirror", 1, append(slices.Clone(bareFailsRequired), "privileged")...),
		[]string{
			`podscore_namespace_pods{status="noncompliant"} 1`, `podscore_pods_observed_total{status="noncompliant"} 1`,
			floatLine("podscore_namespace_score_ratio", 3.0/88), oldest(mirror),
		},
	)...)
}

func TestNamespaces(t *testing.T) {
	cluster.NeedsControllers(t)
	cluster.Namespace(t, "doomed")
	cluster.Namespace(t, "survivor")
	for i := range 10 {
		createPod(t, "doomed", fmt.Sprint("app-", i), bareSpec())
	}
	p := cluster.StartPodscore(t)
	expect(t, p, "survivor") // no pods: zeros
	if n := strings.Count(harness.SeriesOf(harness.Scrape(t, p), "doomed"), "\n"); n < 45 {
		t.Fatalf("namespace doomed has %d series before it is deleted", n)
	}
	if err := cluster.Client.CoreV1().Namespaces().Delete(t.Context(), "doomed", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	harness.Eventually(t, func() (string, bool) {
		rest := harness.SeriesOf(harness.Scrape(t, p), "doomed")
		return "the deleted namespace still has\n" + rest, rest == ""
	})
	cluster.Namespace(t, "late")
	expect(t, p, "late")
	expect(t, p, "survivor")
}

func TestRolloutIsOneWorkload(t *testing.T) {
	cluster.NeedsControllers(t)
	const ns = "rollout"
	cluster.Namespace(t, ns)
	p := cluster.StartPodscore(t)
	deployments := cluster.Client.AppsV1().Deployments(ns)
	bad := deployment("web", 3, bareSpec())
	if _, err := deployments.Create(t.Context(), bad, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	workloads := func() []string {
		var lines []string
		for line := range strings.Lines(harness.SeriesOf(harness.Scrape(t, p), ns)) {
			if strings.HasPrefix(line, "podscore_workload_failing_pods") {
				if !strings.Contains(line, `workload="web",workload_kind="Deployment"`) {
					t.Fatalf("a rollout shows something other than the Deployment: %s", line)
				}
				lines = append(lines, strings.TrimSpace(line))
			}
		}
		return lines
	}
	await := func(what string, pods int, checks ...string) {
		t.Helper()
		want := strings.Split(strings.TrimSpace(whole(ns, workloadFailing("Deployment", "web", pods, checks...))), "\n")
		want = slices.DeleteFunc(want, func(line string) bool { return !strings.HasPrefix(line, "podscore_workload_") })
		harness.Eventually(t, func() (string, bool) {
			got := workloads()
			return fmt.Sprintf("%s: workloads have\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n")), slices.Equal(got, want)
		})
	}
	await("deployed without a context", 3, bareFailsRequired...)

	half := deployment("web", 3, goodSpec())
	half.Spec.Template.Spec.Containers[0].SecurityContext.ReadOnlyRootFilesystem = nil
	if _, err := deployments.Update(t.Context(), half, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	await("rolled out, one setting missing", 3, "read-only-root-filesystem")

	if _, err := deployments.Update(t.Context(), deployment("web", 3, goodSpec()), metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	await("rolled out, good", 0)
	harness.Eventually(t, func() (string, bool) {
		page := harness.Scrape(t, p)
		count := harness.Value(page, fmt.Sprintf(`podscore_namespace_pods{namespace=%q,status="compliant"}`, ns))
		return "compliant pods: " + count, count == "3"
	})
}

func TestAHundredPodsInARow(t *testing.T) {
	cluster.Needs(t)
	const ns = "burst"
	cluster.Namespace(t, ns)
	p := cluster.StartPodscore(t)
	started := time.Now()
	for i := range 100 {
		createPod(t, ns, fmt.Sprint("app-", i), goodSpec())
	}
	expect(t, p, ns, `podscore_pods_observed_total{status="compliant"} 100`, `podscore_namespace_pods{status="compliant"} 100`, "podscore_namespace_score_ratio 1")
	if count := harness.Number(t, harness.Value(harness.Scrape(t, p), "podscore_detection_seconds_count")); count < 100 {
		t.Errorf("detection was observed %.0f times for 100 pods, %s after the first", count, time.Since(started))
	}
}
