package main

import (
	"math"
	"path/filepath"
	"reflect"
	"testing"
)

func TestPercentile(t *testing.T) {
	hundred := make([]int, 100)
	for i := range hundred {
		hundred[i] = 100 - i // 100 to 1
	}
	for _, c := range []struct {
		values  []int
		percent int
		want    int
	}{
		{hundred, 50, 50},
		{hundred, 99, 99},
		{hundred, 100, 100},
		{append([]int{1000}, hundred...), 99, 100}, // one of 101 may exceed it
		{[]int{7}, 99, 7},
		{[]int{3, 1, 2}, 50, 2},
		{[]int{3, 1, 2}, 0, 1},
		{nil, 99, 0},
	} {
		if got := percentile(c.values, c.percent); got != c.want {
			t.Errorf("p%d of %v is %d, want %d", c.percent, c.values, got, c.want)
		}
	}
	if hundred[0] != 100 {
		t.Error("the values are in another order than before")
	}
}

func TestMedian(t *testing.T) {
	results := &Results{Runs: []Run{
		{Program: "podscore", Pods: 100, PeakBytes: 3, Start: &Start{Seconds: 1}},
		{Program: "podscore", Pods: 100, PeakBytes: 9},
		{Program: "podscore", Pods: 100, PeakBytes: 4, Start: &Start{Seconds: 2}},
		{Program: "podscore", Pods: 200, PeakBytes: 100},
		{Program: "baseline", Pods: 100, PeakBytes: 1000},
	}}
	if got := results.median("podscore", 100, peak); got != 4 {
		t.Errorf("the median of three runs is %g, want 4", got)
	}
	if got := results.median("podscore", 100, ofStart(func(s *Start) float64 { return s.Seconds })); got != 1.5 {
		t.Errorf("the median of the two runs that measured it is %g, want 1.5", got)
	}
	if got := results.median("baseline", 200, peak); !math.IsNaN(got) {
		t.Errorf("the median of no run is %g, want none", got)
	}
	if got := results.sizes(); !reflect.DeepEqual(got, []int{100, 200}) {
		t.Errorf("sizes are %v", got)
	}
}

func TestNumbersAsPeopleReadThem(t *testing.T) {
	for number, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 150000: "150,000", 1234567: "1,234,567"} {
		if got := thousands(number); got != want {
			t.Errorf("%d is written %s, want %s", number, got, want)
		}
	}
	for bytes, want := range map[int]string{1 << 20: "1.0 MiB", 700 << 10: "0.7 MiB", 110 << 20: "110 MiB", 4 << 30: "4,096 MiB"} {
		if got := mebibytes(bytes); got != want {
			t.Errorf("%d bytes are written %s, want %s", bytes, got, want)
		}
	}
}

// TestKept: what is kept reads back the same.
func TestKept(t *testing.T) {
	before, err := readResults([]string{"testdata/results.json"})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "not", "there", "yet.json")
	if err := before.keep(path); err != nil {
		t.Fatal(err)
	}
	after, err := readResults([]string{path})
	if err != nil || !reflect.DeepEqual(before, after) {
		t.Errorf("kept and read again: %+v, %v\nwant %+v", after, err, before)
	}
}

// TestReadSeveralResults joins what several commands measured, and refuses what
// was measured on another machine.
func TestReadSeveralResults(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, results Results) string {
		path := filepath.Join(dir, name)
		if err := results.keep(path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	run := func(program string) Run { return Run{Program: program, Pods: large} }
	ours := write("ours.json", Results{Kernel: "6", Podscore: "v1", Commands: []string{"a"}, Runs: []Run{run("podscore"), run("podscore")}})
	baseline := write("baseline.json", Results{Kernel: "6", Commands: []string{"b"}, Runs: []Run{run("baseline")}})
	later := write("later.json", Results{Kernel: "6", Podscore: "v2", Commands: []string{"b"}, Runs: []Run{run("podscore")}})
	elsewhere := write("elsewhere.json", Results{Kernel: "7", Podscore: "v1", Commands: []string{"c"}, Runs: []Run{run("podscore")}})

	all, err := readResults([]string{ours, baseline, later})
	if err != nil {
		t.Fatal(err)
	}
	got := all.howOften() + " of " + all.Podscore + ", with " + all.commands()
	if want := "Medians of 3 runs of podscore and one run of baseline of v1, then v2, with `a`, then `b`"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := readResults([]string{ours, elsewhere}); err == nil {
		t.Error("figures of two machines are taken for those of one")
	}
}
