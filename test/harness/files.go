package harness

import (
	"os"
	"testing"

	"sigs.k8s.io/yaml"
)

// Read returns the content of a file.
func Read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	return string(text)
}

// ReadYAML reads a file in YAML or JSON. Fields that into does not have are ignored.
func ReadYAML(t testing.TB, path string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(Read(t, path)), into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// ReadStrict does what ReadYAML does, but fails if into lacks a field of the file.
func ReadStrict(t testing.TB, path string, into any) {
	t.Helper()
	if err := yaml.UnmarshalStrict([]byte(Read(t, path)), into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
