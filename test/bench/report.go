package main

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/podscore/podscore/test/docs"
)

// writeSection writes a text into a section of a file, as docs.Section has them.
func writeSection(path, name, text string) error {
	file, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	updated, err := docs.Replace(string(file), name, text)
	if err != nil {
		return fmt.Errorf("%s has %w", path, err)
	}
	return os.WriteFile(path, []byte(updated), 0o644)
}

// report is what docs/benchmarks.md says of whole processes, in Markdown.
func (r *Results) report() string {
	var text strings.Builder
	fmt.Fprintf(&text, `%s on %s, with %s.

* Machine: %d cores (%s), %.0f GiB of memory, Linux %s. The control plane, the load and the program that is measured
  share it. Times vary on such a machine; ratios vary less.
* Versions: %s, %s, Kubernetes %s, controller-runtime %s.
* The baseline is a controller of the usual kind (test/bench/baseline): its cache keeps whole pods, and every pod goes
  through the queue. Its rules, its store and its metrics are podscore's own.

![Peak resident memory against the number of pods, of podscore and of the baseline](%s)

### What is aimed at

%s
`, r.howOften(), r.Date, r.commands(), r.Cores, r.Processor, float64(r.MemoryBytes)/(1<<30), r.Kernel,
		r.Podscore, strings.Replace(r.Go, "go", "Go ", 1), r.Kubernetes, r.ControllerRuntime,
		strings.TrimPrefix(memoryPlot, "docs/"), r.aims())
	for _, pods := range r.sizes() {
		fmt.Fprintf(&text, "### %s pods in %s namespaces\n\n%s\n", thousands(pods), thousands(pods/podsPerNamespace), r.table(pods))
	}
	if len(r.exemptions()) > 1 {
		fmt.Fprintf(&text, "### With exemptions\n\n%s\n", r.exemptionsTable())
	}
	text.WriteString(howMeasured)
	return text.String()
}

const howMeasured = `### How it is measured

* **Pods** take about 6 KB each in etcd: managed fields, two containers with environment, probes, mounts and resources,
  volumes, a status; four to a workload. Of the workloads, a quarter each has the full score, what the Pod Security
  Standard ` + "`restricted`" + ` asks for, a part of that, and no security context. They are written to etcd directly,
  and the API server starts again before anything is measured: what it remembers of the writing would have it collect
  garbage most of the time, on the cores that it shares with what is measured.
* **Peak resident memory** is the kernel's ` + "`VmHWM`" + `: *all in* at the end of the process's life, after everything else in
  the table; *until ready* when ` + "`/readyz`" + ` first answers 200.
* **Live heap per pod** is what a garbage collection marks after a fresh start, less what one marks with an empty cluster.
* **Scrapes** are read to the last byte, as text without compression, one after the other. Garbage is all that is
  allocated meanwhile, by the number of scrapes.
* **Updates of the status** change nothing else. The rate is what the load reached.
* **From creation to exposed** is from etcd's acknowledgement to the end of the first scrape that counts the pod, with a
  scrape every 150 ms: an upper bound. 200 pods a second come and 200 go.
* **Exemptions** are a baseline, one for each workload that fails something, in files of 1,000. Where names are *own*, the
  containers of every workload have names and images that no other has. The peak is the one after the scrapes.
* **After churn** as many pods have come and gone as in an hour with 20 a second, in rolling updates, in some minutes.
  Then, as after a fresh start in the same cluster, the process is only scraped, twice a second, for a minute or longer,
  until a garbage collection and the return of what it freed are over. Resident memory is the median over half a minute
  of that: it rises with the garbage of every scrape, and falls with every collection.
`

// commands lists what measures the same again.
func (r *Results) commands() string {
	return "`" + strings.Join(slices.Compact(slices.Clone(r.Commands)), "`, then `") + "`"
}

// howOften tells of how many runs the figures are the medians, for every program.
func (r *Results) howOften() string {
	var words []string
	for _, program := range []string{"podscore", "baseline"} {
		fewest, most := math.MaxInt, 0
		for _, pods := range r.sizes() {
			runs := 0
			for _, run := range r.Runs {
				if run.Program == program && run.Pods == pods && run.Exemptions == 0 && !run.OwnNames {
					runs++
				}
			}
			if runs > 0 {
				fewest, most = min(fewest, runs), max(most, runs)
			}
		}
		switch {
		case most == 0:
		case most == 1:
			words = append(words, "one run of "+program)
		case fewest == most:
			words = append(words, fmt.Sprintf("medians of %d runs of %s", most, program))
		default:
			words = append(words, fmt.Sprintf("medians of %d to %d runs of %s", fewest, most, program))
		}
	}
	if words == nil {
		return "Measured"
	}
	sentence := strings.Join(words, " and ")
	return strings.ToUpper(sentence[:1]) + sentence[1:]
}

// row is a line of the table of one number of pods.
type row struct {
	name   string
	figure figure
	format func(float64) string
}

var rows = []row{
	{"peak resident memory, all in", peak, mebibytes[float64]},
	{"peak resident memory until ready", ofStart(func(s *Start) float64 { return float64(s.PeakBytes) }), mebibytes[float64]},
	{"live heap per pod", heapPerPod, func(v float64) string { return thousands(int(math.Round(v))) + " B" }},
	{"time until ready", ofStart(func(s *Start) float64 { return s.Seconds }), unit("%.1f s", 1)},
	{"CPU time until ready", cpuUntilReady, unit("%.1f s", 1)},
	{"scrape, p50", ofScrape(func(s *Scrape) float64 { return s.P50Seconds }), milliseconds},
	{"scrape, p99", scrapeP99, milliseconds},
	{"scrape while pods come and go, p50", ofExposure(func(e *Exposure) float64 { return e.ScrapeP50Seconds }), milliseconds},
	{"scrape while pods come and go, p99", busyScrapeP99, milliseconds},
	{"size of the page", ofScrape(func(s *Scrape) float64 { return float64(s.Bytes) }), unit("%.1f MB", 1e-6)},
	{"series", ofScrape(func(s *Scrape) float64 { return float64(s.Series) }), func(v float64) string { return thousands(int(v)) }},
	{"garbage of a scrape", garbage, unit("%.1f MB", 1e-6)},
	{"updates of the status a second", ofUpdates(func(u *Updates) float64 { return u.Rate }), unit("%.0f", 1)},
	{"their share of a core", updateCPU, unit("%.1f %%", 1)},
	{"from creation to exposed, p50", ofExposure(func(e *Exposure) float64 { return e.P50Seconds }), unit("%.2f s", 1)},
	{"from creation to exposed, p99", exposedP99, unit("%.2f s", 1)},
	{"resident memory after churn", ofChurn(func(c *Churn) float64 { return float64(c.ResidentBytes) }), mebibytes[float64]},
	{"resident memory after a fresh start", ofChurn(func(c *Churn) float64 { return float64(c.FreshResidentBytes) }), mebibytes[float64]},
	{"live heap after churn", ofChurn(func(c *Churn) float64 { return float64(c.HeapBytes) }), mebibytes[float64]},
	{"live heap after a fresh start", ofChurn(func(c *Churn) float64 { return float64(c.FreshHeapBytes) }), mebibytes[float64]},
}

var milliseconds = unit("%.1f ms", 1000)

func unit(format string, factor float64) func(float64) string {
	return func(value float64) string { return fmt.Sprintf(format, factor*value) }
}

// table has all figures with one number of pods, podscore's beside the
// baseline's.
func (r *Results) table(pods int) string {
	var cells [][]string
	for _, row := range rows {
		podscore, baseline := r.median("podscore", pods, row.figure), r.median("baseline", pods, row.figure)
		cells = append(cells, []string{row.name, cell(podscore, row.format), cell(baseline, row.format), cell(baseline/podscore, unit("%.1f", 1))})
	}
	return docs.Table([]string{"figure", "podscore", "baseline", "baseline / podscore"}, cells)
}

func cell(value float64, format func(float64) string) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return "not measured"
	}
	return format(value)
}

// The figures that are asked for by name.
var (
	peak          figure = func(r *Run) float64 { return float64(r.PeakBytes) }
	cpuUntilReady        = ofStart(func(s *Start) float64 { return s.CPUSeconds })
	scrapePeak           = ofScrape(func(s *Scrape) float64 { return float64(s.PeakBytes) })
	scrapeP99            = ofScrape(func(s *Scrape) float64 { return s.P99Seconds })
	garbage              = ofScrape(func(s *Scrape) float64 { return s.GarbageBytes })
	busyScrapeP99        = ofExposure(func(e *Exposure) float64 { return e.ScrapeP99Seconds })
	updateCPU            = ofUpdates(func(u *Updates) float64 { return u.CPUPercent })
	exposedP99           = ofExposure(func(e *Exposure) float64 { return e.P99Seconds })
	churnResident        = ofChurn(func(c *Churn) float64 { return float64(c.ResidentBytes) / float64(c.FreshResidentBytes) })
	churnHeap            = ofChurn(func(c *Churn) float64 { return float64(c.HeapBytes) / float64(c.FreshHeapBytes) })
)

func heapPerPod(r *Run) float64 {
	return ofChurn(func(c *Churn) float64 {
		return (float64(c.FreshHeapBytes) - float64(r.IdleHeapBytes)) / float64(r.Pods)
	})(r)
}

func ofStart(of func(*Start) float64) figure {
	return ofPart(func(r *Run) *Start { return r.Start }, of)
}

func ofScrape(of func(*Scrape) float64) figure {
	return ofPart(func(r *Run) *Scrape { return r.Scrape }, of)
}

func ofUpdates(of func(*Updates) float64) figure {
	return ofPart(func(r *Run) *Updates { return r.Updates }, of)
}

func ofExposure(of func(*Exposure) float64) figure {
	return ofPart(func(r *Run) *Exposure { return r.Exposure }, of)
}

func ofChurn(of func(*Churn) float64) figure {
	return ofPart(func(r *Run) *Churn { return r.Churn }, of)
}

func ofPart[Part any](part func(*Run) *Part, of func(*Part) float64) figure {
	return func(r *Run) float64 {
		if p := part(r); p != nil {
			return of(p)
		}
		return math.NaN()
	}
}
