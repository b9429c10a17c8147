package chart

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/podscore/podscore/test/harness"
)

func TestLint(t *testing.T) {
	cases, err := filepath.Glob("testdata/*/values.yaml")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases in testdata: %v", err)
	}
	for _, values := range cases {
		if said, err := helm(t, "", "lint", "--strict", chart, "--values="+values); err != nil {
			t.Errorf("with %s: %v\n%s", values, err, said)
		}
	}
}

// blank lines before the next object are more with Helm 4 than with Helm 3.
var blank = regexp.MustCompile(`\n+---\n`)

// TestTwinGolden renders the chart with each testdata/<case>/values.yaml.
func TestTwinGolden(t *testing.T) {
	cases, err := filepath.Glob("testdata/*/values.yaml")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases in testdata: %v", err)
	}
	for _, path := range cases {
		dir := filepath.Dir(path)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			values := harness.Read(t, path)
			text, err := template(t, values)
			if err != nil {
				t.Fatal(err)
			}
			parse(t, text)
			golden(t, filepath.Join(dir, "golden.yaml"), abbreviate(t, blank.ReplaceAllString(text, "\n---\n")))
		})
	}
}

// abbreviate puts the names of the dashboards' files in their places, after it
// has found each whole: they would be most of the text.
func abbreviate(t *testing.T, text string) string {
	t.Helper()
	files, err := filepath.Glob(chart + "/dashboards/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content := harness.Read(t, file)
		indented := "    " + strings.ReplaceAll(strings.TrimSpace(content), "\n", "\n    ")
		text = strings.ReplaceAll(text, indented, "    (dashboards/"+filepath.Base(file)+")")
	}
	return text
}

// diff says which lines two texts do not share; nothing if they are equal.
func diff(is, want string) string {
	return cmp.Diff(strings.Split(is, "\n"), strings.Split(want, "\n"))
}
