package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the dashboards instead of comparing with them")

// TestTwinJSON holds the files that ship to the code that makes them.
func TestTwinJSON(t *testing.T) {
	if *update {
		if err := write(); err != nil {
			t.Fatal(err)
		}
	}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if _, made := all[filepath.Base(file)]; !made {
				t.Errorf("nothing makes %s: remove it, or add its dashboard to main.go", file)
			}
		}
		for name, b := range all {
			want, err := render(b)
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s is not what the code makes; run make update", filepath.Join(folder, name))
			}
		}
	}
}
