package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// TestNotices: the file is that of the modules that go.mod has now.
func TestNotices(t *testing.T) {
	t.Chdir("../..")
	want, err := notices("./cmd/podscore", "amd64", "arm64")
	if err != nil {
		t.Fatal(err)
	}
	is, err := os.ReadFile(Name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(is, want) {
		t.Errorf("%s is not that of the modules in go.mod; run make update", Name)
	}
	for _, of := range []string{"github.com/prometheus/client_golang v", "k8s.io/client-go v", "golang.org/x/net v", "\nGo\n"} {
		if !strings.Contains(string(is), of) {
			t.Errorf("%s says nothing of %s", Name, strings.TrimSpace(of))
		}
	}
}
