package chart

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

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
		{"configured", "{networkPolicy: {enabled: true}, configurationConfigMaps: [exemptions-shop], configuration: " + configured(t) + "}"},
		{"openshift", "{openshift: true, networkPolicy: {enabled: true}}"},
		{"prometheus", "{serviceMonitor: {enabled: true}, prometheusRule: {enabled: true, runbookURL: 'https://github.com/podscore/podscore/blob/main/docs/runbooks'}}"},
	} {
		t.Run(c.folder, func(t *testing.T) {
			config, chart := byName(kustomize(t, c.folder)), byName(render(t, c.values))
			delete(config, "Namespace/podscore") // Helm makes none
			if c.folder == "prometheus" {        // which comes beside config/default
				for name := range byName(render(t, "")) {
					delete(chart, name)
				}
			}
			for _, objects := range []map[string]map[string]any{config, chart} {
				parseConfiguration(t, objects)
			}
			if difference := cmp.Diff(config, chart); difference != "" {
				t.Errorf("config/%s and the chart with %q differ (-config +chart):\n%s", c.folder, c.values, difference)
			}
		})
	}
}

// configured returns the configuration of config/configured, as a value in JSON.
func configured(t *testing.T) string {
	t.Helper()
	text, err := yaml.YAMLToJSONStrict([]byte(harness.Read(t, filepath.Join(root, "config", "configured", "configuration.yaml"))))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// parseConfiguration puts what a configuration says in the place of its text: Helm
// keeps neither comments nor the order of fields.
func parseConfiguration(t *testing.T, objects map[string]map[string]any) {
	t.Helper()
	if data, is := objects["ConfigMap/podscore-configuration"]["data"].(map[string]any); is {
		data["configuration.yaml"] = decode(t, []byte(data["configuration.yaml"].(string)))
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

// TestSameExampleOfAReader: the example gives the rights that the chart would, under
// names of its own, so that the chart can be told of the same reader later.
func TestSameExampleOfAReader(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "config", "prometheus", "reader.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	chart := byName(render(t, "rbac: {metricsReaders: [{namespace: monitoring, name: prometheus-k8s}]}"))
	example := byName(parse(t, string(text)))
	for is, want := range map[string]string{
		"ClusterRoleBinding/prometheus-k8s-podscore": "ClusterRoleBinding/podscore-metrics-reader",
		"Role/prometheus-k8s-podscore":               "Role/podscore-discovery",
		"RoleBinding/prometheus-k8s-podscore":        "RoleBinding/podscore-discovery",
	} {
		if chart[is] != nil {
			t.Errorf("the example and the chart both have %s: whichever comes second is refused", is)
		}
		for _, part := range []string{"rules", "subjects"} {
			if difference := cmp.Diff(example[is][part], chart[want][part]); difference != "" {
				t.Errorf("%s of reader.yaml and the chart's %s differ in their %s (-config +chart):\n%s", is, want, part, difference)
			}
		}
		delete(example, is)
	}
	if len(example) > 0 {
		t.Errorf("reader.yaml has more than the chart: %v", example)
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
