package chart

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
)

// cluster is a control plane that has what the chart may use, and podscore as a binary.
type cluster struct{ *harness.Cluster }

func startCluster(t *testing.T) *cluster {
	t.Helper()
	program(t, "HELM", "helm")
	c := &cluster{harness.StartCluster(t, controlplane.Options{})}
	c.NeedsControllers(t)
	c.Build(t)
	for _, name := range []string{"servicemonitors", "podmonitors", "prometheusrules"} {
		c.kubectl(t, "create", "--filename="+filepath.Join(operatorCRDs(t), "monitoring.coreos.com_"+name+".yaml"))
	}
	c.kubectl(t, "create", "--filename=testdata/grafana_dashboard_crd.yaml")
	c.kubectl(t, "wait", "--for=condition=Established", "--timeout=60s", "customresourcedefinitions", "--all")
	return c
}

// operatorCRDs returns the folder of the prometheus-operator's CRDs, which come as
// a Go module.
func operatorCRDs(t *testing.T) string {
	t.Helper()
	said := run(t, t.TempDir(), "go", "mod", "download", "-json", "github.com/prometheus-operator/prometheus-operator@v0.85.0")
	var module struct{ Dir string }
	if err := json.Unmarshal([]byte(said), &module); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(module.Dir, "example", "prometheus-operator-crd")
}

// run runs a program that must succeed, and returns what it printed.
func run(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, args...)
	command.Dir = dir
	var said strings.Builder
	command.Stderr = &said
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(program), strings.Join(args, " "), err, said.String())
	}
	return string(output)
}

func (c *cluster) kubectl(t *testing.T, args ...string) string {
	t.Helper()
	return run(t, ".", c.ControlPlane.Kubectl, args...)
}

// helm installs or upgrades the release podscore, with the values of testdata/<values>,
// and waits until all is ready.
func (c *cluster) helm(t *testing.T, verb, values string) {
	t.Helper()
	said, err := helm(t, "", verb, "podscore", chart, "--namespace=podscore", "--kubeconfig="+c.Kubeconfig,
		"--values="+filepath.Join("testdata", values, "values.yaml"), "--wait", "--timeout=2m")
	if err != nil {
		t.Fatalf("helm %s with %s: %v", verb, values, err)
	}
	if !strings.Contains(said, "rollout status") {
		t.Errorf("helm %s prints no notes: %s", verb, said)
	}
}

// uninstall uninstalls the release, and deletes what podscore made itself.
func (c *cluster) uninstall(t *testing.T) {
	t.Helper()
	if _, err := helm(t, "", "uninstall", "podscore", "--namespace=podscore", "--kubeconfig="+c.Kubeconfig, "--wait", "--timeout=2m"); err != nil {
		t.Fatal(err)
	}
	c.kubectl(t, "--namespace=podscore", "delete", "leases", "--selector=app.kubernetes.io/part-of=podscore")
}

// isAsBefore waits until the API server has the objects that it had before.
func (c *cluster) isAsBefore(t *testing.T, before []string) {
	t.Helper()
	harness.Eventually(t, func() (string, bool) {
		now := c.objects(t)
		return "after uninstalling the objects change by " + changes(before, now), slices.Equal(before, now)
	})
}

// settled returns all objects once the controllers have made what they make in
// every cluster.
func (c *cluster) settled(t *testing.T) []string {
	t.Helper()
	var last []string
	harness.Eventually(t, func() (string, bool) {
		time.Sleep(2 * time.Second)
		now := c.objects(t)
		same := slices.Equal(last, now)
		change := changes(last, now)
		last = now
		return "the new control plane still changes: " + change, same
	})
	return last
}

// objects lists every object of every kind that the API server knows, but for
// events, and for metrics and reviews, which are no objects.
func (c *cluster) objects(t *testing.T) []string {
	t.Helper()
	config := rest.CopyConfig(c.Config)
	config.WarningHandler = rest.NoWarnings{} // kinds that are deprecated are looked at too
	client, err := metadata.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	lists, err := c.Client.Discovery().ServerPreferredResources()
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, list := range lists {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			t.Fatal(err)
		}
		for _, resource := range list.APIResources {
			if !slices.Contains(resource.Verbs, "list") || resource.Kind == "Event" || resource.Kind == "ComponentStatus" {
				continue
			}
			objects, err := client.Resource(version.WithResource(resource.Name)).List(t.Context(), metav1.ListOptions{})
			if err != nil {
				t.Fatalf("cannot list %s: %v", resource.Name, err)
			}
			for _, object := range objects.Items {
				found = append(found, strings.Join([]string{resource.Kind, object.Namespace, object.Name}, "/"))
			}
		}
	}
	slices.Sort(found)
	return found
}
