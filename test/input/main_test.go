// Package input gives podscore, as a process of its own, what it should never
// get: answers that are garbage, objects as large and as many as anybody can
// make them, and secrets that it must not tell.
package input

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"k8s.io/client-go/rest"

	"github.com/podscore/podscore/test/controlplane"
)

var (
	dir      string // of all that the tests make
	binary   string // podscore
	withDump string // podscore, and on SIGUSR2 it dumps its heap
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
	flag.Parse()
	if err := flag.Set("test.parallel", "32"); err != nil { // they wait for podscore's next attempt, most of the time
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var err error
	if dir, err = controlplane.TempDir(); err == nil {
		defer os.RemoveAll(dir)
		err = build()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// build builds podscore as it is, and once more with testdata/heapdump.go laid over it.
func build() error {
	root, err := controlplane.Root()
	if err != nil {
		return err
	}
	binary, withDump = filepath.Join(dir, "podscore"), filepath.Join(dir, "podscore-with-dump")
	overlay := filepath.Join(dir, "overlay.json")
	text := fmt.Sprintf(`{"Replace": {%q: %q}}`, filepath.Join(root, "cmd/podscore/heapdump.go"), filepath.Join(root, "test/input/testdata/heapdump.go"))
	if err := os.WriteFile(overlay, []byte(text), 0o600); err != nil {
		return err
	}
	for _, args := range [][]string{{"build", "-o", binary}, {"build", "-o", withDump, "-overlay", overlay}} {
		if err := controlplane.Run(context.Background(), "go", append(args, "./cmd/podscore")...); err != nil {
			return err
		}
	}
	return nil
}
