package chart

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// TestConfigurationFiles: which ConfigMaps are mounted where, each as a whole and
// read-only, and that podscore reads what is there and nothing else.
func TestConfigurationFiles(t *testing.T) {
	const own = "/etc/podscore/configuration = podscore-configuration"
	const teams = "/etc/podscore/exemptions/a = a, optional; /etc/podscore/exemptions/team.b = team.b, optional"
	for _, c := range []struct{ values, want string }{
		{"", ""},
		{"{configuration: {}, configurationConfigMaps: []}", ""},
		{"{configuration: null, configurationConfigMaps: null}", ""},
		{"configuration: {requireExpiry: true}", own},
		{"configurationConfigMaps: [a, team.b]", teams},
		{"{configuration: {requireExpiry: true}, configurationConfigMaps: [a, team.b]}", own + "; " + teams},
		{"{shards: 2, configuration: {requireExpiry: true}, configurationConfigMaps: [a, team.b]}", own + "; " + teams},
		{"{namespaces: [shop], configuration: {requireExpiry: true}}", own},
		{"{fullnameOverride: score, configuration: {requireExpiry: true}}", "/etc/podscore/configuration = score-configuration"},
		{"{openshift: true, metrics: {certificate: {secretName: tls}}, configuration: {requireExpiry: true}}", own},
		{"{configuration: {requireExpiry: true}, extraVolumes: [{name: v, emptyDir: {}}], extraVolumeMounts: [{name: v, mountPath: /v}]}", own},
	} {
		t.Run(c.values, func(t *testing.T) {
			pod := &podOf(t, render(t, c.values)).Spec
			if is := files(t, pod); is != c.want {
				t.Errorf("mounted are %q, want %q", is, c.want)
			}
			var want []string
			for _, file := range strings.Split(c.want, "; ") {
				path, _, found := strings.Cut(file, " = ")
				switch {
				case !found:
				case strings.HasPrefix(path, "/etc/podscore/exemptions/"): // a team's: it may not rule
					want = append(want, "--exemptions="+path)
				default:
					want = append(want, "--config="+path)
				}
			}
			if is := reads(pod); !slices.Equal(is, want) {
				t.Errorf("podscore reads %q, want what is mounted: %q", is, want)
			}
		})
	}
}

// files says which ConfigMaps a pod has, and where.
func files(t *testing.T, pod *corev1.PodSpec) string {
	t.Helper()
	var found []string
	for _, volume := range pod.Volumes {
		source := volume.ConfigMap
		if source == nil {
			continue
		}
		at := slices.IndexFunc(pod.Containers[0].VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == volume.Name })
		if at < 0 {
			t.Fatalf("the volume %s is not mounted", volume.Name)
		}
		mount := pod.Containers[0].VolumeMounts[at]
		if mount.SubPath != "" || !mount.ReadOnly || len(source.Items) > 0 {
			t.Errorf("%s is mounted as %+v of %+v: no change would come to the pod, or podscore could write", volume.Name, mount, source)
		}
		file := mount.MountPath + " = " + source.Name
		if source.Optional != nil && *source.Optional {
			file += ", optional"
		}
		found = append(found, file)
	}
	return strings.Join(found, "; ")
}

// reads returns the flags that name files to read.
func reads(pod *corev1.PodSpec) (flags []string) {
	for _, arg := range pod.Containers[0].Args {
		if strings.HasPrefix(arg, "--config=") || strings.HasPrefix(arg, "--exemptions=") {
			flags = append(flags, arg)
		}
	}
	return flags
}

// TestConfigurationIsAsGiven: the file says what the value says, and what kind of
// document it is. A number is written as podscore reads it, and a text that looks like
// something else stays a text.
func TestConfigurationIsAsGiven(t *testing.T) {
	for _, given := range append(slices.Clone(hostile), "{{ .Release.Name }}", "two\nlines", "ends with a line\n") {
		if strings.ContainsRune(given, '\u2028') { // the schema refuses it
			continue
		}
		reason, err := yaml.Marshal(map[string]any{"reason": given, "name": "a", "everywhere": true, "checks": []string{"all"}, "expires": "2027-03-31"})
		if err != nil {
			t.Fatal(err)
		}
		value := "requireExpiry: false\nlimits: {exemptionSeries: 0, workloadSeries: 12345678}\nexemptions:\n- " + indent(string(reason))
		text := configurationOf(t, render(t, "configuration:\n  "+indent(value)))
		want := decode(t, []byte("apiVersion: podscore.io/v1alpha1\nkind: Configuration\n"+value))
		if difference := cmp.Diff(decode(t, []byte(text)), want); difference != "" {
			t.Errorf("of the reason %q comes another configuration (-file +value):\n%s", given, difference)
		}
		for _, line := range []string{"workloadSeries: 12345678\n", `expires: "2027-03-31"` + "\n"} {
			if !strings.Contains(text, line) {
				t.Errorf("the file has no line %q:\n%s", line, text)
			}
		}
	}
}

// TestConfigurationMayNameItsKind, so that a document from another page can be pasted.
func TestConfigurationMayNameItsKind(t *testing.T) {
	without := configurationOf(t, render(t, "configuration: {preset: all}"))
	with := configurationOf(t, render(t, "configuration: {apiVersion: podscore.io/v1alpha1, kind: Configuration, preset: all}"))
	if without != with {
		t.Errorf("with apiVersion and kind the file is\n%s\nand without\n%s", with, without)
	}
}

// configurationOf returns the only file of the release's own ConfigMap.
func configurationOf(t *testing.T, objects []*unstructured.Unstructured) string {
	t.Helper()
	for _, object := range objects {
		if object.GetKind() == "ConfigMap" && object.GetName() == "podscore-configuration" && object.GetNamespace() == "podscore" {
			data, _, err := unstructured.NestedStringMap(object.Object, "data")
			if text, is := data["configuration.yaml"]; err == nil && is && len(data) == 1 {
				return text
			}
			t.Fatalf("the ConfigMap has %v (%v), want the file configuration.yaml alone", data, err)
		}
	}
	t.Fatal("no ConfigMap podscore-configuration in the namespace podscore")
	return ""
}

// indent has a text's lines after the first begin two columns further to the right.
func indent(text string) string { return strings.ReplaceAll(text, "\n", "\n  ") }

// TestChangedConfigurationRestartsNoPod: it is in the ConfigMap alone.
func TestChangedConfigurationRestartsNoPod(t *testing.T) {
	before := byName(render(t, "configuration: {preset: all}"))
	after := byName(render(t, "configuration: {preset: restricted, exemptions: [{name: a, reason: b, everywhere: true, checks: [all]}]}"))
	delete(before, "ConfigMap/podscore-configuration")
	delete(after, "ConfigMap/podscore-configuration")
	if difference := cmp.Diff(before, after); difference != "" {
		t.Errorf("another configuration changes more than the ConfigMap:\n%s", difference)
	}
}

// TestConfigurationFitsIntoAConfigMap, or is refused with the way out.
func TestConfigurationFitsIntoAConfigMap(t *testing.T) {
	const limit = 1 << 20
	of := func(exemptions, reason int) string { // the last has a reason of so many bytes
		var list []string
		for n := range exemptions {
			bytes := 1900
			if n == exemptions-1 {
				bytes = reason
			}
			list = append(list, fmt.Sprintf("{name: n%05d, everywhere: true, checks: [all], reason: %s}", n, strings.Repeat("r", bytes)))
		}
		return "configuration: {exemptions: [" + strings.Join(list, ", ") + "]}"
	}
	size := func(exemptions, reason int) int {
		return len(strings.TrimSuffix(configurationOf(t, render(t, of(exemptions, reason))), "\n")) + len("\n") // which parse may cut off
	}
	each := size(3, 1) - size(2, 1)
	exemptions := 1 + (limit-size(1, 1))/each
	most := limit - size(exemptions, 1) + 1
	if is := size(exemptions, most); is != limit {
		t.Fatalf("the case has %d bytes, want %d", is, limit)
	}
	_, err := template(t, of(exemptions, most+1))
	want := "configuration has 1048577 bytes as a file, and a ConfigMap holds 1048576 (1 MiB): move exemptions into ConfigMaps of their own, and name these in configurationConfigMaps"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("Helm says %.300v, want %q", err, want)
	}
}
