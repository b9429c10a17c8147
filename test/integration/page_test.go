package integration

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
)

// TestPromtoolAcceptsThePage holds the names and help texts to Prometheus' own linter.
func TestPromtoolAcceptsThePage(t *testing.T) {
	cluster.Needs(t)
	promtool := harness.Program(t, "PROMTOOL")
	cluster.Namespace(t, "promtool")
	createPod(t, "promtool", "bad", bareSpec())
	var ours strings.Builder
	for line := range strings.Lines(harness.Scrape(t, cluster.StartPodscore(t))) {
		// The libraries' metrics are theirs to name.
		if strings.Contains(line, "podscore_") {
			ours.WriteString(line)
		}
	}
	check := exec.Command(promtool, "check", "metrics")
	check.Stdin = strings.NewReader(ours.String())
	if output, err := check.CombinedOutput(); err != nil || len(output) > 0 {
		t.Errorf("promtool check metrics: %v\n%s", err, output)
	}
}

// TestFixturesAreRealPods has the API server admit every fixture of the
// checks, and requires that its defaulting changes no result.
func TestFixturesAreRealPods(t *testing.T) {
	cluster.Needs(t)
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(root, "securitycontext", "testdata", "*", "*.yaml"))
	if len(files) < 2*securitycontext.NumChecks {
		t.Fatalf("found %d fixtures for %d checks", len(files), securitycontext.NumChecks)
	}
	for _, file := range files {
		check := filepath.Base(filepath.Dir(file))
		t.Run(check+"/"+strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			if check == "proc-mount" {
				harness.Since(t, cluster.ControlPlane, 33, "procMount without its feature gate")
			}
			isRealPod(t, file)
		})
	}
}

// isRealPod has the API server admit the pod of a file, and requires that its
// defaulting changes no result.
func isRealPod(t *testing.T, file string) {
	t.Helper()
	var sent corev1.Pod
	harness.ReadStrict(t, file, &sent)
	admitted, err := cluster.Client.CoreV1().Pods("default").Create(t.Context(), &sent, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if err != nil {
		t.Fatalf("the API server does not admit it: %v", err)
	}
	before, after := securitycontext.Score(securitycontext.FromPod(&sent)), securitycontext.Score(securitycontext.FromPod(admitted))
	if before.Failed != after.Failed || before.NotApplicable != after.NotApplicable {
		t.Errorf("defaulting changes the result from %v to %v", before.Findings, after.Findings)
	}
}

// TestPodscoreScores100 holds what ships to what it asks of others: a full
// score, and pods that a namespace enforcing restricted admits.
func TestPodscoreScores100(t *testing.T) {
	cluster.NeedsControllers(t)
	deployment, err := cluster.Client.AppsV1().Deployments("podscore").Get(t.Context(), "podscore", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	harness.Eventually(t, func() (string, bool) {
		deployment, err = cluster.Client.AppsV1().Deployments("podscore").Get(t.Context(), "podscore", metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return describeConditions(deployment), deployment.Status.Replicas == 2
	})
	p := cluster.StartPodscore(t, "--preset=all")
	expect(t, p, "podscore", `podscore_namespace_pods{status="compliant"} 2`, "podscore_namespace_score_ratio 1")
}

func describeConditions(deployment *appsv1.Deployment) string {
	var words []string
	for _, condition := range deployment.Status.Conditions {
		words = append(words, string(condition.Type)+": "+condition.Message)
	}
	return strings.Join(words, "; ")
}
