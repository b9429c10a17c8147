package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/podscore/podscore/configuration"
	"github.com/podscore/podscore/test/controlplane"
)

// TestExemptions: what podscore is measured with is what it accepts, and excuses what
// workloads fail.
func TestExemptions(t *testing.T) {
	b := &bench{cluster: &controlplane.ControlPlane{Dir: t.TempDir()}}
	folder, err := b.writeExemptions(2500)
	if err != nil {
		t.Fatal(err)
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) != 3 {
		t.Errorf("%d files are written, %v; want 3", len(files), err)
	}
	set, wrong := configuration.Read(time.Now(), configuration.Options{Exemptions: []string{filepath.Clean(folder)}})
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	exemptions := set.Exemptions()
	if len(exemptions) != 2500 {
		t.Fatalf("%d exemptions are read, want 2,500", len(exemptions))
	}
	for n, exemption := range exemptions[:10] {
		pod := identify((n/3*4+1+n%3)*podsPerWorkload, 0)
		if got := exemption.Namespaces[0].String(); got != pod.namespace {
			t.Errorf("exemption %d is of the namespace %s, and its workload in %s", n, got, pod.namespace)
		}
	}
}
