// Command bench measures podscore as a whole process, beside a baseline of the
// usual kind, on a real control plane that is filled with pods. It prints what
// it found, or writes it into docs/benchmarks.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/process"
)

func main() {
	process.Main("bench", func(ctx context.Context) error {
		err := run(ctx, os.Args[1:])
		if err != nil && ctx.Err() != nil {
			err = fmt.Errorf("interrupted: %w", err)
		}
		return err
	})
}

func run(ctx context.Context, args []string) error {
	options, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	var results *Results
	if options.from != "" {
		results, err = readResults(strings.Split(options.from, ","))
	} else {
		results, err = measureAll(ctx, options)
	}
	if err != nil {
		return err
	}
	if !options.write {
		fmt.Print(results.report())
		return nil
	}
	root, err := controlplane.Root()
	if err != nil {
		return err
	}
	if err := plotMemory(results, filepath.Join(root, memoryPlot)); err != nil {
		return err
	}
	return writeSection(filepath.Join(root, "docs", "benchmarks.md"), "processes", results.report())
}

// The parts of a measurement that can be left out, in the order in which they
// are made. What it takes to get ready is always measured.
const (
	partScrape   = "scrape"
	partExposure = "exposure"
	partUpdates  = "updates"
	partChurn    = "churn"
)

var parts = []string{partScrape, partExposure, partUpdates, partChurn}

// options is the command line, and how long the parts take.
type options struct {
	sizes      []int
	runs       int
	programs   []program
	parts      []string
	exemptions []int // how many podscore is measured with besides none
	ownNames   bool  // whether every workload has names and images of its own
	json, from string
	write      bool
	command    string

	quietScrapes int
	updatesFor   time.Duration
	exposureFor  time.Duration
	churned      int
	settleFor    time.Duration
}

// program is what is measured: podscore, or what has the same flags.
type program struct {
	name, binary string
	flags        []string
}

func parse(args []string) (*options, error) {
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	o := &options{quietScrapes: 150, updatesFor: 40 * time.Second, exposureFor: 40 * time.Second, churned: podsAnHour, settleFor: 30 * time.Second}
	sizes := set.String("pods", "5000,50000,150000", "`numbers` of pods to measure with, separated by commas; multiples of 100")
	set.IntVar(&o.runs, "runs", 3, "how `many` times everything is measured; the report has the medians")
	only := set.String("only", strings.Join(parts, ","), "`parts` to measure, separated by commas")
	programs := set.String("programs", "podscore,baseline", "`programs` to measure, separated by commas")
	exemptions := set.String("exemptions", "10,1000,10000", "`numbers` of exemptions to measure podscore with as well, separated by commas: until it is ready, and its scrapes")
	set.BoolVar(&o.ownNames, "own-names", false, "give the containers of every workload names and images of its own")
	quick := set.Bool("quick", false, "measure 5,000 pods once and each part briefly; for development")
	podscore := set.String("podscore", ".bin/podscore", "podscore's `binary`")
	baseline := set.String("baseline", ".bin/baseline", "the baseline's `binary`")
	set.StringVar(&o.json, "json", ".bin/bench.json", "`file` to keep the measurements in, as they come")
	set.StringVar(&o.from, "from", "", "measure nothing and report on these `files` of measurements, separated by commas")
	set.BoolVar(&o.write, "write", false, "write the report into docs/benchmarks.md and the plot beside it, instead of printing the report")
	if err := set.Parse(args); err != nil {
		return nil, err
	}
	if *quick {
		o.runs, o.churned = 1, 6000
		o.updatesFor, o.exposureFor, o.settleFor = 10*time.Second, 10*time.Second, 5*time.Second
		if !isSet(set, "pods") {
			*sizes = "5000"
		}
	}
	o.command = commandLine(set)
	err := o.choose(*sizes, *programs, *only, map[string]string{"podscore": *podscore, "baseline": *baseline})
	return o, errors.Join(err, o.chooseExemptions(*exemptions))
}

// choose takes in the flags that are lists.
func (o *options) choose(sizes, programs, only string, binaries map[string]string) error {
	for size := range strings.SplitSeq(sizes, ",") {
		pods, err := strconv.Atoi(size)
		if err != nil || pods <= 0 || pods%podsPerNamespace != 0 {
			return fmt.Errorf("-pods: %q is no multiple of %d", size, podsPerNamespace)
		}
		o.sizes = append(o.sizes, pods)
	}
	if o.runs < 1 {
		return fmt.Errorf("-runs: %d is less than 1", o.runs)
	}
	for name := range strings.SplitSeq(programs, ",") {
		binary, known := binaries[name]
		if !known {
			return fmt.Errorf("-programs: unknown program %q: use podscore, baseline", name)
		}
		o.programs = append(o.programs, program{name: name, binary: binary})
	}
	o.parts = strings.Split(only, ",")
	for _, part := range o.parts {
		if !slices.Contains(parts, part) {
			return fmt.Errorf("-only: unknown part %q: use some of %s", part, strings.Join(parts, ", "))
		}
	}
	return nil
}

// chooseExemptions takes in the flag of this name; "" is none.
func (o *options) chooseExemptions(numbers string) error {
	for number := range strings.FieldsFuncSeq(numbers, func(r rune) bool { return r == ',' }) {
		exemptions, err := strconv.Atoi(number)
		if err != nil || exemptions < 1 {
			return fmt.Errorf("-exemptions: %q is no number above 0", number)
		}
		o.exemptions = append(o.exemptions, exemptions)
	}
	return nil
}

func (o *options) measures(part string) bool { return slices.Contains(o.parts, part) }

func isSet(set *flag.FlagSet, name string) (found bool) {
	set.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

// commandLine is how to measure the same again, with the flags that say what
// is measured, and without those that say where files are.
func commandLine(set *flag.FlagSet) string {
	var flags []string
	set.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "quick", "own-names":
			flags = append(flags, "-"+f.Name)
		case "pods", "runs", "only", "programs", "exemptions":
			flags = append(flags, "-"+f.Name+"="+f.Value.String())
		}
	})
	if len(flags) == 0 {
		return "make bench"
	}
	return fmt.Sprintf("make bench BENCH='%s'", strings.Join(flags, " "))
}
