package chart

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// elsewhere puts all that may be in another namespace into one that all share.
const elsewhere = `
serviceMonitor: {enabled: true, namespace: monitoring}
prometheusRule: {enabled: true, namespace: monitoring}
rulesConfigMap: {enabled: true, namespace: monitoring}
dashboards: {configMaps: {enabled: true, namespace: monitoring}, grafanaDashboards: {enabled: true, namespace: monitoring}}
rbac: {metricsReaders: [{namespace: monitoring, name: prometheus}]}
configuration: {requireExpiry: true}
`

// TestInstallationsShareNoObject: of installations in one cluster, each in a
// namespace or under a name of its own, no object has the name of another's.
func TestInstallationsShareNoObject(t *testing.T) {
	whose := map[string]string{}
	none := func(installation string, objects []*unstructured.Unstructured) {
		t.Helper()
		for _, object := range objects {
			id := strings.Join([]string{object.GetKind(), object.GetNamespace(), object.GetName()}, "/")
			if other := whose[id]; other != "" {
				t.Errorf("%s has %s, and so has %s", installation, id, other)
			}
			whose[id] = installation
		}
	}
	for _, c := range []struct{ release, namespace, values string }{
		{"podscore", "podscore", ""},
		{"podscore", "team-a", ""},
		{"podscore", "team-b", ""},
		{"east", "team-a", ""},
		{"east", "podscore", ""},
		{"podscore-auth", "podscore", ""}, // a name that another gives to a part
		{"podscore-team-c", "podscore", ""},
		{"podscore", "team-c-podscore", ""},
		{"podscore", "team-d", "namespaces: [shop]"},
		{"podscore", "team-e", "namespaces: [shop]"},
		{"podscore", "shop", "namespaces: [shop]"},
		{"podscore", "helm", "namespaceOverride: team-f"},
	} {
		text, err := helm(t, c.values+elsewhere, "template", c.release, chart, "--namespace="+c.namespace, "--values=-")
		if err != nil {
			t.Fatal(err)
		}
		objects := parse(t, text)
		none(c.release+" in "+c.namespace, objects)
		bindsItsOwn(t, c.release+" in "+c.namespace, objects)
	}
	another := kustomize(t, "another")
	none("config/another", another)
	bindsItsOwn(t, "config/another", another)
}

// bindsItsOwn requires that each binding names a role and a ServiceAccount that
// the same installation has.
func bindsItsOwn(t *testing.T, installation string, objects []*unstructured.Unstructured) {
	t.Helper()
	have := map[string]bool{"ServiceAccount/monitoring/prometheus": true}
	for _, object := range objects {
		have[strings.Join([]string{object.GetKind(), object.GetNamespace(), object.GetName()}, "/")] = true
	}
	for _, object := range objects {
		if !strings.HasSuffix(object.GetKind(), "RoleBinding") {
			continue
		}
		namespace := object.GetNamespace()
		role := strings.Join([]string{field(object, "roleRef.kind"), namespace, field(object, "roleRef.name")}, "/")
		account := strings.Join([]string{"ServiceAccount", field(object, "subjects.0.namespace"), field(object, "subjects.0.name")}, "/")
		for _, want := range []string{role, account} {
			if !have[want] {
				t.Errorf("%s: %s %s binds %s, which is none of its own", installation, object.GetKind(), object.GetName(), want)
			}
		}
	}
}
