// Package monitoring runs Prometheus beside a control plane, with the scrape
// configuration and the rules that ship.
package monitoring

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/process"
)

// Options say what Prometheus is to do.
type Options struct {
	// Binary is Prometheus, and Flags are further ones.
	Binary string
	Flags  []string
	// Kubeconfig reaches the API server that tells which pods there are.
	Kubeconfig string
	// Network stands in for that of the pods.
	Network *Network
	// TokenFile has the token of a ServiceAccount that may read the metrics; empty
	// where podscore serves them in plain HTTP to whoever asks.
	TokenFile string
	// Interval is the time between scrapes, and between evaluations of the rules.
	Interval time.Duration
	// Rules is a file with rules.
	Rules string
	// Alertmanager is the URL of an Alertmanager; empty for none.
	Alertmanager string
}

// Start starts Prometheus with the scrape configuration that ships, and waits
// until it is ready. It keeps its files in dir, where its data may be already.
func Start(ctx context.Context, dir string, options Options) (*process.Prometheus, error) {
	root, err := controlplane.Root()
	if err != nil {
		return nil, err
	}
	shipped, err := os.ReadFile(filepath.Join(root, "config", "prometheus", "scrape.yaml"))
	if err != nil {
		return nil, err
	}
	text, err := configure(shipped, options)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "prometheus.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return nil, err
	}
	return process.StartPrometheus(ctx, options.Binary, file, filepath.Join(dir, "data"), filepath.Join(dir, "prometheus.log"), options.Flags...)
}

// configure adds to the scrape configuration what a Prometheus needs that runs
// outside of the cluster: a kubeconfig, a token, and a way to the pods.
func configure(shipped []byte, options Options) ([]byte, error) {
	var scrape struct {
		Configs []map[string]any `json:"scrape_configs"`
	}
	if err := yaml.Unmarshal(shipped, &scrape); err != nil {
		return nil, fmt.Errorf("the scrape configuration that ships: %w", err)
	}
	for _, job := range scrape.Configs {
		job["proxy_url"] = options.Network.URL
		if options.TokenFile != "" {
			job["authorization"] = map[string]any{"credentials_file": options.TokenFile}
		} else {
			job["scheme"] = "http"
			delete(job, "authorization")
			delete(job, "tls_config")
		}
		discoveries, _ := job["kubernetes_sd_configs"].([]any)
		for _, discovery := range discoveries {
			discovery.(map[string]any)["kubeconfig_file"] = options.Kubeconfig
		}
	}
	config := map[string]any{
		"global":         map[string]any{"scrape_interval": options.Interval.String(), "evaluation_interval": options.Interval.String()},
		"scrape_configs": scrape.Configs,
	}
	if options.Rules != "" {
		config["rule_files"] = []string{options.Rules}
	}
	if options.Alertmanager != "" {
		targets := []string{strings.TrimPrefix(options.Alertmanager, "http://")}
		config["alerting"] = map[string]any{"alertmanagers": []any{map[string]any{"static_configs": []any{map[string]any{"targets": targets}}}}}
	}
	return yaml.Marshal(config)
}
