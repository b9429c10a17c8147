package pages

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
)

// words has numbers as the documentation writes them.
var words = []string{
	"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
	"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
}

// TestAlerts: README says how many alerts there are in the chart's rules.
func TestAlerts(t *testing.T) {
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "charts/podscore/rules/*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no rules in charts/podscore/rules: %v", err)
	}
	alerts := 0
	for _, file := range files {
		alerts += len(regexp.MustCompile(`(?m)^\s*- alert: `).FindAllString(harness.Read(t, file), -1))
	}
	if alerts == 0 || alerts >= len(words) {
		t.Fatalf("the rules have %d alerts: does this test still find them?", alerts)
	}
	said := regexp.MustCompile(`(\S+) alerts with a runbook each`).FindStringSubmatch(read(t, root, "README.md"))
	if said == nil || !strings.EqualFold(said[1], words[alerts]) {
		t.Errorf("README.md says %q, and the rules have %s alerts", said, words[alerts])
	}
}
