// Command mutate puts small faults into the rules, one at a time, and has the
// tests of the same package find them. A fault that no test finds is an error,
// unless survivors.yaml says why none can.
//
//	go run ./test/mutate securitycontext posture/fold.go
//
// Arguments are folders or files, from the checkout's root.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	workers := flag.Int("workers", 2, "how many mutants to try at once")
	timeout := flag.Duration("timeout", time.Minute, "how long the tests of one mutant may take")
	list := flag.String("list", "test/mutate/survivors.yaml", "the mutants that no test can find, and why")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, ".", *list, flag.Args(), *workers, *timeout); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// run tries every mutant of the targets, and returns an error where the list
// and what was seen differ.
func run(ctx context.Context, root, list string, targets []string, workers int, timeout time.Duration) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	files, err := filesOf(root, targets)
	if err != nil {
		return err
	}
	known, err := readSurvivors(filepath.Join(root, list), files)
	if err != nil {
		return err
	}
	var mutants []mutant
	for _, file := range files {
		source, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			return err
		}
		of, err := mutantsOf(file, source)
		if err != nil {
			return err
		}
		mutants = append(mutants, of...)
	}
	// Those that are quick to try come first.
	slices.SortStableFunc(mutants, func(a, b mutant) int { return cmp.Compare(a.programs(), b.programs()) })
	for i := range mutants {
		mutants[i].number = i + 1
	}
	scratch, err := os.MkdirTemp("", "mutate-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	report := &report{total: len(mutants), known: known, out: os.Stdout}
	runner := runner{root: root, scratch: scratch, timeout: timeout}
	if err := runner.together(ctx, mutants); err != nil {
		return err
	}
	if err := runner.all(ctx, mutants, workers, report.through); err != nil {
		return err
	}
	return report.end()
}

// filesOf returns the Go files of the targets that are no tests.
func filesOf(root string, targets []string) ([]string, error) {
	var files []string
	for _, target := range targets {
		found := []string{filepath.Join(root, target)}
		if filepath.Ext(target) != ".go" {
			var err error
			if found, err = filepath.Glob(filepath.Join(root, target, "*.go")); err != nil {
				return nil, err
			}
		}
		for _, path := range found {
			file, err := filepath.Rel(root, path)
			if err != nil {
				return nil, err
			}
			if !strings.HasSuffix(file, "_test.go") && !slices.Contains(files, file) {
				files = append(files, file)
			}
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no Go files in %q: name folders or files, such as securitycontext", targets)
	}
	return files, nil
}
