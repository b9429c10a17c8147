package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Results is all that was measured, and on what. It is kept as JSON, so that
// the report can be made again.
type Results struct {
	// Date is the day of the measurement.
	Date string
	// Processor, Cores, MemoryBytes and Kernel describe the machine.
	Processor   string
	Cores       int
	MemoryBytes uint64
	Kernel      string
	// Go, Kubernetes, ControllerRuntime and Podscore are versions.
	Go, Kubernetes, ControllerRuntime, Podscore string
	// Commands measure the same again.
	Commands []string
	// Runs has one element for each time that a program was measured.
	Runs []Run
}

// Run is what was measured of one program at one time. Parts that were left
// out are nil.
type Run struct {
	// Program is podscore or baseline.
	Program string
	// Pods and Namespaces are how many there were.
	Pods, Namespaces int
	// Exemptions is how many podscore had.
	Exemptions int `json:",omitempty"`
	// OwnNames says that every workload's containers had names and images of their own.
	OwnNames bool `json:",omitempty"`
	// IdleHeapBytes is the live heap with a cluster that has no pods.
	IdleHeapBytes uint64
	// PeakBytes is the peak resident memory of the whole life.
	PeakBytes uint64

	Start    *Start    `json:",omitempty"`
	Scrape   *Scrape   `json:",omitempty"`
	Updates  *Updates  `json:",omitempty"`
	Exposure *Exposure `json:",omitempty"`
	Churn    *Churn    `json:",omitempty"`
}

// Start is what it took until /readyz answered 200.
type Start struct {
	Seconds, CPUSeconds float64
	PeakBytes           uint64
}

// Scrape is what uncompressed scrapes cost while nothing else happened.
type Scrape struct {
	P50Seconds, P99Seconds float64
	Bytes, Series          int
	GarbageBytes           float64
	// PeakBytes is the peak resident memory after these scrapes.
	PeakBytes uint64
}

// Updates is what updates of the status cost.
type Updates struct {
	// Rate is how many a second there were.
	Rate, CPUPercent float64
}

// Exposure is how long pods took from creation to exposed while others came
// and went, and what scrapes cost meanwhile.
type Exposure struct {
	Pods                               int
	Rate                               float64
	P50Seconds, P99Seconds             float64
	Scrapes                            int
	ScrapeP50Seconds, ScrapeP99Seconds float64
}

// Churn is what was in memory after pods had come and gone, and what was after
// a fresh start on the same state.
type Churn struct {
	Pods                              int
	Seconds                           float64
	ResidentBytes, FreshResidentBytes uint64
	HeapBytes, FreshHeapBytes         uint64
}

// readResults reads what was measured by one command, or by several on the same
// machine, which may have measured several versions of podscore; the report then
// names them all.
func readResults(paths []string) (*Results, error) {
	var all *Results
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var results Results
		if err := json.Unmarshal(text, &results); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		switch {
		case all == nil:
			all = &results
		case results.Kernel != all.Kernel || results.Processor != all.Processor:
			return nil, fmt.Errorf("%s was measured on another machine than %s: measure both again", path, paths[0])
		default:
			if !strings.Contains(all.Podscore, results.Podscore) {
				all.Podscore += ", then " + results.Podscore
			}
			all.Commands = append(all.Commands, results.Commands...)
			all.Runs = append(all.Runs, results.Runs...)
		}
	}
	return all, nil
}

// keep writes the results to a file.
func (r *Results) keep(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// sizes lists the numbers of pods in ascending order.
func (r *Results) sizes() []int {
	var sizes []int
	for _, run := range r.Runs {
		sizes = append(sizes, run.Pods)
	}
	slices.Sort(sizes)
	return slices.Compact(sizes)
}

// exemptions lists the numbers of exemptions in ascending order, 0 first.
func (r *Results) exemptions() []int {
	var numbers []int
	for _, run := range r.Runs {
		numbers = append(numbers, run.Exemptions)
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// figure takes one number out of a run; NaN where it was not measured.
type figure func(*Run) float64

// median returns the median of a figure over all runs of a program with so
// many pods, without exemptions; NaN where there is none.
func (r *Results) median(program string, pods int, figure figure) float64 {
	return r.medianOf(Run{Program: program, Pods: pods}, figure)
}

// medianOf returns the median of a figure over all runs under the conditions of one.
func (r *Results) medianOf(like Run, figure figure) float64 {
	var values []float64
	for i := range r.Runs {
		run := &r.Runs[i]
		if run.Program == like.Program && run.Pods == like.Pods && run.Exemptions == like.Exemptions && run.OwnNames == like.OwnNames {
			if value := figure(run); !math.IsNaN(value) {
				values = append(values, value)
			}
		}
	}
	return median(values)
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	slices.Sort(values)
	middle := len(values) / 2
	if len(values)%2 == 1 {
		return values[middle]
	}
	return (values[middle-1] + values[middle]) / 2
}

// percentile returns the smallest value that so many percent of the values do
// not exceed.
func percentile[T cmp.Ordered](values []T, percent int) T {
	if len(values) == 0 {
		var none T
		return none
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, (len(sorted)*percent+99)/100-1)]
}

// thousands writes a number as people read it: 150,000.
func thousands(number int) string {
	text := fmt.Sprint(number)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func mebibytes[T int | uint64 | float64](bytes T) string {
	mebibytes := float64(bytes) / (1 << 20)
	if mebibytes < 10 {
		return fmt.Sprintf("%.1f MiB", mebibytes)
	}
	return thousands(int(math.Round(mebibytes))) + " MiB"
}
