package main

import (
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/report.md instead of comparing with it")

// TestTwinReport compares the report on a fixed file of measurements as a whole.
func TestTwinReport(t *testing.T) {
	results, err := readResults([]string{"testdata/results.json"})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("testdata/report.md", []byte(results.report()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/report.md")
	if err != nil {
		t.Fatal(err)
	}
	if got := results.report(); got != string(want) {
		t.Errorf("the report is not testdata/report.md, make update writes it:\n%s", got)
	}
}

// TestAims: a figure that misses its aim is not called met, and neither is one
// that was not measured.
func TestAims(t *testing.T) {
	results := &Results{Runs: []Run{
		{Program: "podscore", Pods: large, PeakBytes: 111 << 20, Exposure: &Exposure{P99Seconds: 0.5}},
		{Program: "podscore", Pods: veryLarge, PeakBytes: 256 << 20, Exposure: &Exposure{P99Seconds: 1}},
		{Program: "baseline", Pods: large, PeakBytes: 1500 << 20},
	}}
	table := results.aims()
	for _, want := range []string{
		"| peak resident memory at 50,000 pods, all in | 110 MiB | 111 MiB | **no** |",
		"| the same, as a part of the baseline's | 1/10 | 1/13.5 | yes |",
		"| peak resident memory at 150,000 pods, all in | 256 MiB | 256 MiB | yes |",
		"| scrape at 150,000 pods, p99 | 100 ms | not measured | not measured |",
		"| from creation to exposed at 200 pods a second, p99 | 1 s | 1.00 s | yes |",
	} {
		if !strings.Contains(table, want+"\n") {
			t.Errorf("the table lacks\n%s\nand is\n%s", want, table)
		}
	}
}

func TestWriteSection(t *testing.T) {
	path := filepath.Join(t.TempDir(), "page.md")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("before\n<!-- generated: processes -->\nold\n<!-- end -->\nafter\n<!-- end -->\n")
	if err := writeSection(path, "processes", "new\n"); err != nil {
		t.Fatal(err)
	}
	const want = "before\n<!-- generated: processes -->\n\nnew\n\n<!-- end -->\nafter\n<!-- end -->\n"
	if got, _ := os.ReadFile(path); string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	write("nothing here\n")
	if err := writeSection(path, "processes", "new"); err == nil || !strings.Contains(err.Error(), `has no section between "<!-- generated: processes -->"`) {
		t.Errorf("got %v", err)
	}
}

func TestPlot(t *testing.T) {
	results, err := readResults([]string{"testdata/results.json"})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "memory.png")
	if err := plotMemory(results, path); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if image, err := png.Decode(file); err != nil || image.Bounds().Dx() < 1000 {
		t.Errorf("no plot of a size to be read: %v", err)
	}
}
