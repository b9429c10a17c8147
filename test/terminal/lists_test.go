package terminal

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	terminalcluster "github.com/podscore/podscore/terminal/cluster"
	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
)

// TestListThatExpires: while a list of several pages is read, pods come and go, and etcd
// forgets the moment at which it began. Every pod that was there all the time comes once.
func TestListThatExpires(t *testing.T) {
	c := harness.StartCluster(t, controlplane.Options{Bare: true})
	r := rand.New(rand.NewPCG(*seed, 1))
	const pods = 1700
	pod := func(i int) *corev1.Pod {
		pod := randomPod(r, i)
		pod.Namespace, pod.Name = "shop", fmt.Sprintf("pod-%05d", i)
		return pod
	}
	write := func(count int, object func(i int) controlplane.Stored) {
		if err := c.Write(t.Context(), count, object); err != nil {
			t.Fatal(err)
		}
	}
	write(1, func(int) controlplane.Stored { return randomNamespace(r, "shop") })
	write(pods, func(i int) controlplane.Stored { return controlplane.StoredPod(pod(i)) })
	client, err := terminalcluster.New(c.Config)
	if err != nil {
		t.Fatal(err)
	}
	pages := 0
	reader := terminalcluster.Reader{Client: client, Progress: func(resource string, _, _ int) {
		if resource == "" {
			return
		}
		pages++
		write(2, func(i int) controlplane.Stored { return controlplane.StoredPod(pod(pods + 2*pages + i)) })
		if err := c.Compact(t.Context()); err != nil {
			t.Error(err)
		}
	}}
	seen := map[string]int{}
	for document := range reader.Read(t.Context()) {
		if len(document.Errors) > 0 {
			t.Fatal(document.Errors)
		}
		for _, object := range document.Objects {
			seen[object.Name]++
		}
	}
	for i := range pods {
		if name := fmt.Sprintf("pod-%05d", i); seen[name] != 1 {
			t.Errorf("%s comes %d times, want once", name, seen[name])
		}
	}
	if pages < 3 {
		t.Errorf("%d pages were read, and a test of pages needs more", pages)
	}
}

// TestTemplates: templates are judged of which nothing runs, and not once more of which pods
// run that are judged the same.
func TestTemplates(t *testing.T) {
	is := open(t, &cluster)
	cluster.NeedsControllers(t)
	const ns = "templates"
	cluster.Namespace(t, ns)
	deployment := func(name string, replicas int32) *appsv1.Deployment {
		labels := map[string]string{"app": name}
		return &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name}, Spec: appsv1.DeploymentSpec{
			Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "app", Image: "nginx"}}}},
		}}
	}
	cluster.Create(t, deployment("runs", 2), deployment("sleeps", 0))
	harness.Eventually(t, func() (string, bool) {
		_, out, _ := is.run(t, "podscore", "scan", "-n", ns, "--templates")
		var rows []string
		for line := range strings.Lines(out) {
			if fields := strings.Fields(line); fields[0] == ns {
				rows = append(rows, strings.Join(fields[1:5], " "))
			}
		}
		slices.Sort(rows)
		return out, slices.Equal(rows, []string{"Deployment/runs 2 0 noncompliant", "Deployment/sleeps template 0 noncompliant"})
	})
	is.expect(t, "explain deployment/runs -n "+ns, 0, "2 pods, the newest runs-", "")
	is.expect(t, "explain deployment/sleeps -n "+ns, 2, "", "no pod of Deployment/sleeps runs in the namespace templates: --templates explains its template")
	is.expect(t, "explain deployment/sleeps -n "+ns+" --templates", 0, "The template: not compliant, score 0.", "")
}
