package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWriteManifests: as many documents as were asked for, in files of a hundred.
func TestWriteManifests(t *testing.T) {
	dir := t.TempDir()
	size, err := writeManifests(dir, 250)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(files) != 3 {
		t.Fatalf("%d files, want 3: %v", len(files), err)
	}
	read, documents := 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		read += len(text)
		documents += strings.Count(string(text), "\nkind: Deployment\n")
	}
	if documents != 250 || read != size || size/250 < 10_000 {
		t.Errorf("%d documents in %d bytes, and it says %d", documents, read, size)
	}
}

// TestWriteSchema: it has what Deployments need of what the API server says.
func TestWriteSchema(t *testing.T) {
	dir := t.TempDir()
	api := filepath.Join(dir, "swagger.json")
	if err := os.WriteFile(api, []byte(`{"definitions": {
		"io.k8s.api.apps.v1.Deployment": {"properties": {"spec": {"$ref": "#/definitions/Spec"}}}, "Spec": {"properties": {"again": {"$ref": "#/definitions/Spec"}}}, "Other": {}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := writeSchema(dir, api); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "deployment-apps-v1.json"))
	var schema struct {
		Ref         string         `json:"$ref"`
		Definitions map[string]any `json:"definitions"`
	}
	if err != nil || json.Unmarshal(text, &schema) != nil || schema.Ref != "#/definitions/io.k8s.api.apps.v1.Deployment" || len(schema.Definitions) != 2 {
		t.Errorf("%v: %s", err, text)
	}
}

// TestRun: a run that does not end as it should, or did not read everything, is no figure.
func TestRun(t *testing.T) {
	for script, want := range map[string]string{
		"echo 3 of 3; exit 1": "", "echo 3 of 3": "ends with 0, want 1", "echo 2 of 3; exit 1": `does not say "3 of 3"`,
	} {
		s := &subject{name: "a", program: "sh", args: []string{"-c", script}, status: 1, says: "3 of 3"}
		err := s.run()
		if want == "" && (err != nil || len(s.cpu) != 1 || s.memory[0] == 0) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", script, err, want)
		}
	}
}
