// Package chart renders the Helm chart, holds it against config/, and installs
// it on a real API server.
package chart

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/podscore/podscore/test/harness"
)

var update = flag.Bool("update", false, "write what is compared")

const (
	root  = "../.."
	chart = root + "/charts/podscore"
)

// program returns the path of a tool: the one that an environment variable
// names, or else the one that make builds. Without either it skips the test, or
// fails it where PODSCORE_REQUIRE_ALL is true.
func program(t *testing.T, variable, name string) string {
	t.Helper()
	if path := os.Getenv(variable); path != "" {
		return path
	}
	found, err := filepath.Glob(filepath.Join(root, ".bin", name+"-v*"))
	if err != nil || len(found) == 0 {
		harness.Skip(t, fmt.Sprintf("no %s in .bin: `make test` builds it, or let %s name one", name, variable))
	}
	path, err := filepath.Abs(found[len(found)-1])
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// helm runs Helm, which keeps its files in a folder of the test's, with values
// for --values=-. The error is what it said.
func helm(t *testing.T, values string, args ...string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	if slices.Contains([]string{"install", "lint", "template", "upgrade"}, args[0]) { // what names no registry is refused
		args = slices.Insert(slices.Clone(args), 1, "--values=testdata/registry.yaml")
	}
	command := exec.CommandContext(t.Context(), program(t, "HELM", "helm"), args...)
	command.Env = append(os.Environ(), "KUBECACHEDIR="+dir, "HELM_CACHE_HOME="+dir, "HELM_CONFIG_HOME="+dir, "HELM_DATA_HOME="+dir)
	command.Stdin = strings.NewReader(values)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		return "", errors.New(strings.TrimSpace(stderr.String()) + " (" + err.Error() + ")")
	}
	return stdout.String(), nil
}

// template renders the chart as the release podscore in the namespace podscore,
// with values that are YAML.
func template(t *testing.T, values string, args ...string) (string, error) {
	t.Helper()
	return helm(t, values, append([]string{"template", "podscore", chart, "--namespace=podscore", "--values=-"}, args...)...)
}

// render is template for values that are right; it returns the objects.
func render(t *testing.T, values string) []*unstructured.Unstructured {
	t.Helper()
	text, err := template(t, values)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, text)
}

// parse reads the objects of a text in YAML.
func parse(t *testing.T, text string) []*unstructured.Unstructured {
	t.Helper()
	var objects []*unstructured.Unstructured
	for part := range strings.SplitSeq("\n"+text, "\n---\n") {
		object := &unstructured.Unstructured{}
		if err := yaml.UnmarshalStrict([]byte(part), &object.Object); err != nil {
			t.Fatalf("%v in\n%s", err, part)
		}
		if object.Object != nil {
			objects = append(objects, object)
		}
	}
	return objects
}

// find returns the only object of a kind, or of several the one whose name is the
// release's alone.
func find(t *testing.T, objects []*unstructured.Unstructured, kind string) *unstructured.Unstructured {
	t.Helper()
	var found []*unstructured.Unstructured
	for _, object := range objects {
		if object.GetKind() == kind {
			found = append(found, object)
		}
	}
	if len(found) > 1 {
		found = slices.DeleteFunc(found, func(object *unstructured.Unstructured) bool { return object.GetName() != "podscore" })
	}
	if len(found) != 1 {
		t.Fatalf("%d objects of the kind %s, want 1", len(found), kind)
	}
	return found[0]
}

// golden requires that a file says what is wanted, or with -update writes it.
func golden(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	is := harness.Read(t, path)
	if difference := diff(is, want); difference != "" {
		t.Errorf("%s is not what the chart says; run make update, and look at what changes (-file +chart):\n%s", path, difference)
	}
}
