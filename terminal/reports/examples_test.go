package reports

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/terminal/advice"
	"github.com/podscore/podscore/test/docs"
)

// TestTwinExamples: docs/checks.md has of every check a pod that fails, what is said of it,
// and the pod that passes. They are the fixtures of securitycontext, which are written
// before these docs.
func TestTwinExamples(t *testing.T) {
	var text strings.Builder
	for _, check := range checks {
		pass, fail := fixture(t, check.ID, "pass"), fixture(t, check.ID, "fail")
		if said := report(t, "", Options{}, pass); said != "" {
			t.Errorf("of the pod that passes %s it says\n%s", check.ID, said)
		}
		fmt.Fprintf(&text, "### `%s`\n\n%s %s\n\n<details><summary>A pod that fails, what is said of it, and the pod that passes</summary>\n\n",
			check.ID, advice.For(check.ID).Why, remedy(check.ID))
		block(&text, "yaml", "it fails, as it is meant to", fail)
		block(&text, "text", "what is said of the pod above", about(t, check, fail))
		block(&text, "yaml", "a test holds it to every check", pass)
		fmt.Fprint(&text, "</details>\n\n")
	}
	docs.Section(t, "docs/checks.md", "examples", text.String())
}

// remedy says what to write.
func remedy(id string) string {
	says := advice.For(id)
	if strings.Contains(says.Write, "\n") {
		return "What to write, in the security context of the " + string(says.Level) + ", is in the pod that passes."
	}
	return fmt.Sprintf("Write `%s` in the security context of the %s.", says.Write, says.Level)
}

// fixture returns a pod of securitycontext, without fields that are empty.
func fixture(t *testing.T, id, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../securitycontext/testdata", id, name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("    resources: {}\n", "", "status: {}\n", "").Replace(string(text))
}

// about returns what is said of a check in the report on a pod.
func about(t *testing.T, check securitycontext.Check, pod string) string {
	t.Helper()
	var said string
	isAbout := false
	for line := range strings.Lines(report(t, "", Options{}, pod)) {
		if strings.Contains(line, ": Pod ") {
			isAbout = strings.Contains(line, "["+check.ID+"]") || strings.Contains(line, "["+check.ID+",")
		}
		if isAbout {
			said += line
		}
	}
	if said == "" {
		t.Errorf("nothing is said of the pod that fails %s", check.ID)
	}
	return strings.ReplaceAll(said, "shop/cart.yaml", "pod.yaml")
}

func block(text *strings.Builder, language, notRun, content string) {
	fmt.Fprintf(text, "<!-- not run: %s -->\n\n```%s\n%s```\n\n", notRun, language, content)
}
