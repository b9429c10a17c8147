package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
)

// Every dashboard has the keys and kinds of values that Grafana's types have,
// and a misspelt one would be found.
func TestSchema(t *testing.T) {
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "test", "dashboards", "web", "node_modules", "ajv")); err != nil {
		harness.Skip(t, err.Error()+": `make dashboards-page` installs it")
	}
	files, err := filepath.Glob(filepath.Join(root, "charts", "podscore", "dashboards", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no dashboards: %v", err)
	}
	overview := harness.Read(t, filepath.Join(root, "charts", "podscore", "dashboards", "overview.json"))
	mistakes := []struct{ right, wrong, says string }{
		{`"schemaVersion"`, `"shemaVersion"`, "additional properties shemaVersion"},
		{`"includeAll"`, `"includeall"`, "additional properties includeall"},
		{`"colorMode"`, `"colourMode"`, "additional properties colourMode"},
		{`"fillOpacity"`, `"filOpacity"`, "additional properties filOpacity"},
		{`"legendFormat"`, `"legendformat"`, "additional properties legendformat"},
		{`"custom.width"`, `"custom.widht"`, "allowed values"},
		{`"decimals": 0`, `"decimals": "0"`, "must be number"},
		{`"type": "stat"`, `"type": "singlestat"`, "have no schema here"},
	}
	var spoilt []string
	for i, m := range mistakes {
		text := strings.ReplaceAll(overview, m.right, m.wrong)
		if text == overview {
			t.Errorf("overview.json has no %s any more: choose another mistake", m.right)
		}
		spoilt = append(spoilt, filepath.Join(t.TempDir(), fmt.Sprintf("mistake-%d.json", i)))
		if err := os.WriteFile(spoilt[i], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check := filepath.Join(root, "test", "dashboards", "web", "schema", "check.js")
	output, err := exec.CommandContext(t.Context(), "node", slices.Concat([]string{check}, files, spoilt)...).CombinedOutput()
	if err == nil {
		t.Error("the check ends well in spite of mistakes")
	}
	says := func(file, what string) bool {
		return slices.ContainsFunc(strings.Split(string(output), "\n"), func(line string) bool {
			return strings.HasPrefix(line, file+": ") && strings.Contains(line, what)
		})
	}
	for _, file := range files {
		if says(file, "") {
			t.Errorf("Grafana's types are not kept to by %s", file)
		}
	}
	for i, m := range mistakes {
		if !says(spoilt[i], m.says) {
			t.Errorf("with %s for %s nobody says %q", m.wrong, m.right, m.says)
		}
	}
	if t.Failed() {
		t.Logf("the check says:\n%s", output)
	}
}
