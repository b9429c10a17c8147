package pages

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/podscore/podscore/test/controlplane"
)

// TestVersions: README names the versions that the tests are run with.
func TestVersions(t *testing.T) {
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	page := read(t, root, "README.md")
	for _, c := range []struct{ file, version, row string }{
		{"localcluster/go.mod", `k8s\.io/kubernetes v(\d+\.\d+)\.`, "| Kubernetes .* | %s, "},
		{"tools.mk", `PROMETHEUS_VERSION += v0\.(3\d\d)\.`, "| Prometheus .* | %s |"},
		{"tools.mk", `ALERTMANAGER_VERSION += v(\d+\.\d+)\.`, "| Alertmanager, .* | %s |"},
		{"test/pages/stack_test.go", `prometheus-operator@v(\d+\.\d+)\.`, "| prometheus-operator, .* | its CRDs of %s; "},
		{"tools.mk", `HELM_VERSION += v(\d+\.\d+)\.`, "| Helm .* | Helm %s |"},
	} {
		found := regexp.MustCompile(c.version).FindStringSubmatch(read(t, root, c.file))
		if found == nil {
			t.Errorf("%s has nothing like %s", c.file, c.version)
			continue
		}
		is := found[1]
		if !strings.Contains(is, ".") { // of Prometheus' module, whose 0.316 is the release 3.16
			is = is[:1] + "." + is[1:]
		}
		row := fmt.Sprintf(strings.ReplaceAll(c.row, "|", `\|`), regexp.QuoteMeta(is))
		if !regexp.MustCompile(row).MatchString(page) {
			t.Errorf("README.md has no row like %s: that is what the tests are run with", row)
		}
	}
}
