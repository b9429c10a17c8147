package main

import (
	"fmt"
	"math"

	"github.com/podscore/podscore/test/docs"
)

// The numbers of pods for which something is aimed at.
const (
	large     = 50_000
	veryLarge = 150_000
)

// aim is a figure that is to be reached.
type aim struct {
	name, aim string
	limit     float64
	// measure returns what is held against the limit.
	measure func(*Results) float64
	format  func(float64) string
}

var (
	inverse = func(v float64) string { return fmt.Sprintf("1/%.1f", 1/v) }
	times   = unit("%.2f times", 1)
)

// aims lists what is to be reached. Where no number of pods is named, the
// worst of all counts.
var aims = []aim{
	{"peak resident memory at 50,000 pods, all in", "110 MiB", 110 << 20, with(large, peak), mebibytes[float64]},
	{"the same, as a part of the baseline's", "1/10", 0.1, func(r *Results) float64 { return r.ofBaseline(large, peak) }, inverse},
	{"peak resident memory at 150,000 pods, all in", "256 MiB", 256 << 20, with(veryLarge, peak), mebibytes[float64]},
	{"CPU time until ready, as a part of the baseline's", "1/2", 0.5, worst(func(r *Results, pods int) float64 { return r.ofBaseline(pods, cpuUntilReady) }), inverse},
	{"CPU time until ready per pod, at 150,000 pods against 50,000 (linear: 1)", "1.2 times", 1.2, func(r *Results) float64 {
		return r.median("podscore", veryLarge, cpuUntilReady) / veryLarge / (r.median("podscore", large, cpuUntilReady) / large)
	}, times},
	{"scrape at 150,000 pods, p99", "100 ms", 0.1, with(veryLarge, scrapeP99), milliseconds},
	{"garbage of a scrape at 150,000 pods", "5 MB", 5e6, with(veryLarge, garbage), unit("%.1f MB", 1e-6)},
	{"scrape at 150,000 pods while 200 pods a second come and go, p99", "100 ms", 0.1, with(veryLarge, busyScrapeP99), milliseconds},
	{"1,000 updates of the status a second", "10 % of a core", 10, worst(podscores(updateCPU)), unit("%.1f %%", 1)},
	{"from creation to exposed at 200 pods a second, p99", "1 s", 1, worst(podscores(exposedP99)), unit("%.2f s", 1)},
	{"resident memory after churn, against a fresh start's", "1.1 times", 1.1, worst(podscores(churnResident)), times},
	{"live heap after churn, against a fresh start's", "1.1 times", 1.1, worst(podscores(churnHeap)), times},
}

// aims is the table of what was aimed at beside what was measured.
func (r *Results) aims() string {
	var cells [][]string
	for _, aim := range aims {
		measured, met := aim.measure(r), "yes"
		switch {
		case math.IsNaN(measured):
			met = "not measured"
		case measured > aim.limit:
			met = "**no**"
		}
		cells = append(cells, []string{aim.name, aim.aim, cell(measured, aim.format), met})
	}
	return docs.Table([]string{"figure", "at most", "measured", "met"}, cells)
}

func with(pods int, figure figure) func(*Results) float64 {
	return func(r *Results) float64 { return r.median("podscore", pods, figure) }
}

func podscores(figure figure) func(*Results, int) float64 {
	return func(r *Results, pods int) float64 { return r.median("podscore", pods, figure) }
}

// worst takes the largest over all numbers of pods.
func worst(of func(r *Results, pods int) float64) func(*Results) float64 {
	return func(r *Results) float64 {
		worst := math.NaN()
		for _, pods := range r.sizes() {
			if value := of(r, pods); !math.IsNaN(value) && !(value <= worst) {
				worst = value
			}
		}
		return worst
	}
}

// ofBaseline is podscore's figure as a part of the baseline's.
func (r *Results) ofBaseline(pods int, figure figure) float64 {
	return r.median("podscore", pods, figure) / r.median("baseline", pods, figure)
}
