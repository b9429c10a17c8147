package chart

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
)

// TestSameConfig holds what kustomize makes of config/ against what Helm
// makes of the chart, object by object.
func TestSameConfig(t *testing.T) {
	for _, c := range []struct{ folder, values string }{
		{"default", "networkPolicy: {enabled: true}"},
		{"sharded", "{shards: 3, networkPolicy: {enabled: true}}"},
		{"verified", "{networkPolicy: {enabled: true}, metrics: {tokenAudiences: [podscore], certificate: {certManager: {enabled: true, issuerRef: {name: internal, kind: ClusterIssuer}}}}}"},
		{"openshift", "{openshift: true, networkPolicy: {enabled: true}}"},
		{"prometheus", "{serviceMonitor: {enabled: true}, prometheusRule: {enabled: true}}"},
	} {
		t.Run(c.folder, func(t *testing.T) {
			config, chart := byName(kustomize(t, c.folder)), byName(render(t, c.values))
			delete(config, "Namespace/podscore") // Helm makes none
			if c.folder == "prometheus" {        // which comes beside config/default
				for name := range byName(render(t, "")) {
					delete(chart, name)
				}
			}
			if difference := cmp.Diff(config, chart); difference != "" {
				t.Errorf("config/%s and the chart with %q differ (-config +chart):\n%s", c.folder, c.values, difference)
			}
		})
	}
}

// TestSameNamespacedConfig: config/namespaced is for one namespace.
func TestSameNamespacedConfig(t *testing.T) {
	chart := render(t, "namespaces: [shop]")
	for _, object := range kustomize(t, "namespaced") {
		object.SetNamespace("shop")
		same := find(t, chart, object.GetKind())
		if difference := cmp.Diff(plain(object), plain(same)); difference != "" {
			t.Errorf("config/namespaced and the chart differ (-config +chart):\n%s", difference)
		}
	}
}

// TestSameExampleOfAReader: the example binds what the chart would.
func TestSameExampleOfAReader(t *testing.T) {
	text := harness.Read(t, filepath.Join(root, "config", "prometheus", "reader.yaml"))
	chart := byName(render(t, "rbac: {metricsReaders: [{namespace: monitoring, name: prometheus-k8s}]}"))
	for name, example := range byName(parse(t, text)) {
		delete(chart[name]["metadata"].(map[string]any), "labels") // an example has none
		if difference := cmp.Diff(example, chart[name]); difference != "" {
			t.Errorf("config/prometheus/reader.yaml and the chart differ (-config +chart):\n%s", difference)
		}
	}
}

// kustomize renders a folder of config/, as kubectl apply -k does.
func kustomize(t *testing.T, folder string) []*unstructured.Unstructured {
	t.Helper()
	assets, err := controlplane.Assets()
	if err != nil {
		harness.Skip(t, err)
	}
	command := exec.CommandContext(t.Context(), filepath.Join(assets, "kubectl"), "kustomize", filepath.Join(root, "config", folder))
	command.Env = append(os.Environ(), "KUBECACHEDIR="+t.TempDir())
	said, err := command.Output()
	if err != nil {
		t.Fatalf("kubectl kustomize config/%s: %v", folder, err)
	}
	return parse(t, string(said))
}

func byName(objects []*unstructured.Unstructured) map[string]map[string]any {
	found := map[string]map[string]any{}
	for _, object := range objects {
		found[object.GetKind()+"/"+object.GetName()] = plain(object)
	}
	return found
}

// plain returns an object without the labels that Helm's conventions add, in
// selectors too, and without the labels of the objects that kustomize leaves bare.
func plain(object *unstructured.Unstructured) map[string]any {
	copied := object.DeepCopy().Object
	strip(copied)
	return copied
}

func strip(value any) {
	switch value := value.(type) {
	case map[string]any:
		for _, label := range []string{"helm.sh/chart", "app.kubernetes.io/managed-by", "app.kubernetes.io/version", "app.kubernetes.io/instance"} {
			delete(value, label)
		}
		for _, inner := range value {
			strip(inner)
		}
	case []any:
		for _, inner := range value {
			strip(inner)
		}
	}
}
