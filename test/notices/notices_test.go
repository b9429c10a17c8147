package notices

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the notices instead of comparing with them")

// TestTwinNotices: the file, in the sources and in the image, is that of the modules
// that go.mod has now.
func TestTwinNotices(t *testing.T) {
	const name = "THIRD_PARTY_NOTICES"
	t.Chdir("../..")
	want, err := notices("./cmd/podscore", "amd64", "arm64")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(name, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	is, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(is, want) {
		t.Errorf("%s is not that of the modules in go.mod; run make update", name)
	}
	for _, of := range []string{"github.com/prometheus/client_golang v", "k8s.io/client-go v", "golang.org/x/net v", "\nGo\n"} {
		if !strings.Contains(string(is), of) {
			t.Errorf("%s says nothing of %s", name, strings.TrimSpace(of))
		}
	}
}
