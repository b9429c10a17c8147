package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// perFile is how many documents a file has.
const perFile = 100

// writeManifests writes Deployments of about 11 KB into files, and returns their size in
// bytes. They are valid, and fail most checks.
func writeManifests(dir string, documents int) (size int, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	for first := 0; first < documents; first += perFile {
		var text strings.Builder
		for i := first; i < min(first+perFile, documents); i++ {
			text.WriteString(deployment(i))
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%06d.yaml", first)), []byte(text.String()), 0o644); err != nil {
			return 0, err
		}
		size += text.Len()
	}
	return size, nil
}

func deployment(i int) string {
	var containers strings.Builder
	for _, name := range []string{"app", "proxy"} {
		fmt.Fprintf(&containers, "      - name: %s\n        image: registry.example.com/shop/%s:1.29.3\n        resources:\n          limits: {cpu: 500m, memory: 128Mi}\n"+
			"        securityContext:\n          runAsUser: 1000\n        env:\n", name, name)
		for j := range 80 {
			fmt.Fprintf(&containers, "        - name: SETTING_%d\n          value: \"a value of some length\"\n", j)
		}
	}
	return fmt.Sprintf("---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: cart-%d\n  namespace: shop-%d\n  labels:\n    app: cart\nspec:\n  replicas: 3\n"+
		"  selector:\n    matchLabels:\n      app: cart\n  template:\n    metadata:\n      labels:\n        app: cart\n    spec:\n      containers:\n%s", i, i%100, containers.String())
}
