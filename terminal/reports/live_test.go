package reports

import (
	"os"
	"strings"
	"testing"
)

// TestTwinLiveFormats: of what is read from a cluster every format writes what stands in
// testdata, or is refused.
func TestTwinLiveFormats(t *testing.T) {
	pods, err := os.ReadFile("testdata/live.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kinds {
		name, file := k.name, "testdata/live-"+k.name
		switch {
		case k.live == refused:
			if _, err := New(name, Options{Live: true}); err == nil || !strings.Contains(err.Error(), "of files only") {
				t.Errorf("%s is not refused: %v", name, err)
			}
			continue
		case name == "":
			file = "testdata/live-workloads"
		case name == "jsonpath":
			name = `jsonpath={range .items[*]}{.name}{"\t"}{.score}{"\n"}{end}`
		}
		got := report(t, name, Options{Live: true}, string(pods)) + "\nand with --all\n\n" + report(t, name, Options{Live: true, All: true}, string(pods))
		if *update {
			if err := os.WriteFile(file+".txt", []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(file + ".txt"); err != nil || string(want) != got {
			t.Errorf("%s writes\n%s\nand not what %s.txt has; run make update (%v)", name, got, file, err)
		}
	}
}
