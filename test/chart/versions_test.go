package chart

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/podscore/podscore/test/harness"
)

// TestKubeVersion: the chart admits the oldest version of Kubernetes that CI runs the
// tests with, and the texts name the same.
func TestKubeVersion(t *testing.T) {
	var ci struct {
		Jobs struct {
			Versions struct {
				Strategy struct{ Matrix struct{ Kubernetes []string } }
			}
		}
	}
	var metadata struct{ KubeVersion string }
	harness.ReadYAML(t, filepath.Join(root, ".github", "workflows", "ci.yml"), &ci)
	harness.ReadYAML(t, filepath.Join(chart, "Chart.yaml"), &metadata)
	tried := ci.Jobs.Versions.Strategy.Matrix.Kubernetes
	if len(tried) < 2 {
		t.Fatalf("CI tries %v, want the oldest and one in between", tried)
	}
	minor := regexp.MustCompile(`^v(1\.\d+)\.\d+$`)
	var oldest string
	for i, version := range tried {
		match := minor.FindStringSubmatch(version)
		if match == nil {
			t.Fatalf("CI tries %q, want a version such as v1.31.14", version)
		}
		if i == 0 {
			oldest = match[1]
		}
		mentions(t, filepath.Join(root, "README.md"), match[1])
	}
	if want := fmt.Sprintf(">=%s.0-0", oldest); metadata.KubeVersion != want {
		t.Errorf("the chart admits %s, and the oldest that CI tries makes that %s", metadata.KubeVersion, want)
	}
	mentions(t, filepath.Join(chart, "README.md.gotmpl"), oldest+" or later")
	mentions(t, filepath.Join(root, "README.md"), "Kubernetes "+oldest+" and later")
}

func mentions(t *testing.T, path, what string) {
	t.Helper()
	text := harness.Read(t, path)
	if !strings.Contains(strings.Join(strings.Fields(text), " "), what) {
		t.Errorf("%s does not say %q", path, what)
	}
}
