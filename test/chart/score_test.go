package chart

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
)

// TestPodScores100 asks podscore about itself.
func TestPodScores100(t *testing.T) {
	for name, values := range map[string]string{
		"Deployment":         "",
		"StatefulSet":        "shards: 2",
		"with a volume":      "{extraVolumes: [{name: v, emptyDir: {}}], extraVolumeMounts: [{name: v, mountPath: /v}]}",
		"in user namespace":  "hostUsers: false",
		"with a certificate": "metrics: {certificate: {secretName: tls}}",
		"with configuration": "{configuration: {requireExpiry: true}, configurationConfigMaps: [team]}",
	} {
		t.Run(name, func(t *testing.T) {
			result := securitycontext.Score(securitycontext.FromPod(podOf(t, render(t, values))))
			if percent, ok := policy.PointsOf(&result.Facts).Percent(); !ok || percent != 100 {
				t.Errorf("podscore's own pod scores %d, want 100", percent)
			}
			for _, name := range policy.Presets() {
				preset, err := policy.Preset(name)
				if err != nil {
					t.Fatal(err)
				}
				if !preset.Compliant(&result.Facts) {
					t.Errorf("podscore's own pod is not compliant under %s", name)
				}
			}
		})
	}
}

// podOf returns the pod of the Deployment or the StatefulSet, of which it must
// know every field.
func podOf(t *testing.T, objects []*unstructured.Unstructured) *corev1.Pod {
	t.Helper()
	for _, object := range objects {
		if kind := object.GetKind(); kind != "Deployment" && kind != "StatefulSet" {
			continue
		}
		template, _, err := unstructured.NestedMap(object.Object, "spec", "template")
		if err != nil {
			t.Fatal(err)
		}
		text, err := yaml.Marshal(template)
		if err != nil {
			t.Fatal(err)
		}
		var pod corev1.Pod
		if err := yaml.UnmarshalStrict(text, &pod); err != nil {
			t.Fatal(err)
		}
		return &pod
	}
	t.Fatal("neither a Deployment nor a StatefulSet")
	return nil
}
