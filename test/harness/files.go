package harness

import (
	"os"
	"testing"

	"sigs.k8s.io/yaml"
)

// Read returns what a file says.
func Read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	return string(text)
}

// ReadYAML reads a file, in YAML or JSON; what into has no field for is left out.
func ReadYAML(t testing.TB, path string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(Read(t, path)), into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// ReadStrict is ReadYAML for a file of which into has every field.
func ReadStrict(t testing.TB, path string, into any) {
	t.Helper()
	if err := yaml.UnmarshalStrict([]byte(Read(t, path)), into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
