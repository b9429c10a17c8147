// Dashboards writes podscore's Grafana dashboards, for the Helm chart and for
// kustomize. One file holds one dashboard, as a list of rows and panels:
// overview.go, namespace.go, trends.go, podscore.go.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// folders are where every file goes. kustomize reads only what lies below its
// own folder, so that it has a copy.
var folders = []string{"../charts/podscore/dashboards", "../config/grafana"}

// all maps the files' names to what is in them.
var all = map[string]board{
	"overview.json":  overview,
	"namespace.json": namespaceBoard,
	"trends.json":    trends,
	"podscore.json":  itself,
}

func main() {
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, "dashboards:", err)
		os.Exit(1)
	}
}

func write() error {
	for name, b := range all {
		content, err := render(b)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, folder := range folders {
			if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
				return fmt.Errorf("run this in the folder dashboards/: %w", err)
			}
		}
	}
	return nil
}

// render leaves "<" and ">" as they are: people read these files too.
func render(b board) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(b.dashboard())
	return out.Bytes(), err
}
