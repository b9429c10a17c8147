package notices

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the notices instead of comparing with them")

// TestTwinNotices: the files, in the sources, in the image and in the archives of the
// plugin, are those of the modules that go.mod has now.
func TestTwinNotices(t *testing.T) {
	t.Chdir("../..")
	for _, c := range []struct {
		file, program string
		platforms     []string
		of            []string
	}{
		{
			"THIRD_PARTY_NOTICES", "./cmd/podscore",
			[]string{"linux/amd64", "linux/arm64"},
			[]string{"github.com/prometheus/client_golang v", "k8s.io/client-go v", "golang.org/x/net v", "\nGo\n"},
		},
		{
			"cmd/kubectl-podscore/THIRD_PARTY_NOTICES", "./cmd/kubectl-podscore",
			[]string{"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64"},
			[]string{"github.com/spf13/cobra v", "k8s.io/cli-runtime v", "golang.org/x/term v", "\nGo\n"},
		},
	} {
		want, err := notices(c.program, c.platforms...)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(c.file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		is, err := os.ReadFile(c.file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(is, want) {
			t.Errorf("%s is not that of the modules in go.mod; run make update", c.file)
		}
		for _, of := range c.of {
			if !strings.Contains(string(is), of) {
				t.Errorf("%s says nothing of %s", c.file, strings.TrimSpace(of))
			}
		}
	}
}
