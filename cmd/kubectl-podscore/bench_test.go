package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// manifest is a Deployment of 10 KB, with two containers that fail most checks.
func manifest(i int) string {
	var env strings.Builder
	for j := range 80 {
		fmt.Fprintf(&env, "        - name: SETTING_%d\n          value: \"a value of some length\"\n", j)
	}
	container := "      - name: %s\n        image: registry.example.com/shop/%s:1.29.3\n        resources:\n          limits: {cpu: 500m, memory: 128Mi}\n" +
		"        securityContext:\n          runAsUser: 1000\n        env:\n" + env.String()
	return fmt.Sprintf("---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: cart-%d\n  namespace: shop-%d\n  labels:\n    app: cart\nspec:\n  replicas: 3\n"+
		"  selector:\n    matchLabels:\n      app: cart\n  template:\n    metadata:\n      labels:\n        app: cart\n    spec:\n      containers:\n", i, i%100) +
		fmt.Sprintf(container, "app", "cart") + fmt.Sprintf(container, "proxy", "proxy")
}

// stream reads as so many workloads.
type stream struct {
	left int
	text []byte // of the current one
	rest []byte // of it
}

// Read implements io.Reader.
func (m *stream) Read(p []byte) (int, error) {
	if len(m.rest) == 0 {
		if m.left == 0 {
			return 0, io.EOF
		}
		m.left--
		m.rest = m.text
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

// BenchmarkScan scans 10,000 manifests, 100 MB of YAML.
func BenchmarkScan(b *testing.B) {
	text := []byte(manifest(1))
	for _, format := range []string{"summary", "", "json"} {
		b.Run("format="+format, func(b *testing.B) {
			b.SetBytes(int64(10_000 * len(text)))
			for b.Loop() {
				var stderr bytes.Buffer
				status := run([]string{"scan", "-f", "-", "-o", format}, genericiooptions.IOStreams{In: &stream{left: 10_000, text: text}, Out: io.Discard, ErrOut: &stderr})
				if status != 1 || !strings.Contains(stderr.String(), "10000 of 10000 not compliant") {
					b.Fatalf("status %d, %s", status, stderr.String())
				}
			}
		})
	}
}
