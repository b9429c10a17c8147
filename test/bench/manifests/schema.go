package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

const ofDeployment = "io.k8s.api.apps.v1.Deployment"

// reference is what leads from one definition to another.
var reference = regexp.MustCompile(`"\$ref": ?"#/definitions/([^"]+)"`)

// writeSchema writes the schema of Deployments where kubeconform looks for it: of what the
// API server says of itself the definitions that Deployments need, and no more.
func writeSchema(dir, openAPI string) error {
	text, err := os.ReadFile(openAPI)
	if err != nil {
		return err
	}
	var api struct {
		Definitions map[string]json.RawMessage `json:"definitions"`
	}
	if err := json.Unmarshal(text, &api); err != nil {
		return fmt.Errorf("%s: %w", openAPI, err)
	}
	needed := map[string]json.RawMessage{}
	for left := []string{ofDeployment}; len(left) > 0; left = left[1:] {
		if needed[left[0]] != nil {
			continue
		}
		needed[left[0]] = api.Definitions[left[0]]
		for _, found := range reference.FindAllSubmatch(needed[left[0]], -1) {
			left = append(left, string(found[1]))
		}
	}
	schema, err := json.Marshal(map[string]any{"$ref": "#/definitions/" + ofDeployment, "definitions": needed})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "deployment-apps-v1.json"), schema, 0o644)
}
