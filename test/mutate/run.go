package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// outcome is what became of a mutant.
type outcome int

const (
	killed outcome = iota
	survived
	// invalid is a mutant that does not compile.
	invalid
)

// runner asks the tests of a mutant's own package about it.
type runner struct {
	root    string // the checkout's
	scratch string
	timeout time.Duration
	// programs are the folders' tests with the mutants asleep in them.
	programs map[string]string
}

// all tries mutants on several workers, and tells each as it is through.
func (r runner) all(ctx context.Context, mutants []mutant, workers int, through func(mutant, outcome)) error {
	next, errs := make(chan mutant), make(chan error, workers)
	var group sync.WaitGroup
	var mu sync.Mutex
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for range workers {
		group.Go(func() {
			for m := range next {
				result, err := r.try(ctx, m)
				if err != nil {
					errs <- err
					cancel()
					return
				}
				mu.Lock()
				through(m, result)
				mu.Unlock()
			}
		})
	}
	for _, m := range mutants {
		select {
		case next <- m:
		case <-ctx.Done():
		}
	}
	close(next)
	group.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return ctx.Err()
	}
}

// try asks the tests about one mutant, the quick ones first.
func (r runner) try(ctx context.Context, m mutant) (outcome, error) {
	folder := filepath.Dir(m.file)
	if m.invalid {
		return invalid, nil
	}
	program, environment := r.programs[folder], fmt.Sprint(variable, "=", m.number)
	if !m.asleep() {
		source, err := os.ReadFile(filepath.Join(r.root, m.file))
		if err != nil {
			return 0, err
		}
		program, err = r.build(ctx, folder, map[string][]byte{m.file: m.apply(source)})
		if errors.As(err, new(compileError)) {
			return invalid, nil
		} else if err != nil {
			return 0, err
		}
		defer os.Remove(program)
	}
	if result, err := r.test(ctx, program, folder, environment, "-test.short"); err != nil || result == killed {
		return result, err
	}
	return r.test(ctx, program, folder, environment)
}

// together builds a program for every folder with all mutants that can be asleep.
func (r *runner) together(ctx context.Context, mutants []mutant) error {
	r.programs = map[string]string{}
	folders := map[string][]*mutant{}
	for i := range mutants {
		folder := filepath.Dir(mutants[i].file)
		folders[folder] = append(folders[folder], &mutants[i])
	}
	for folder, of := range folders {
		program, err := r.valid(ctx, folder, of)
		if err != nil {
			return err
		}
		if err := r.passes(ctx, program, folder); err != nil {
			return err
		}
		r.programs[folder] = program
	}
	return nil
}

// valid builds the program of one folder, and marks the mutants that do not compile.
func (r *runner) valid(ctx context.Context, folder string, mutants []*mutant) (program string, err error) {
	for {
		sources, err := r.sources(folder, mutants)
		if err != nil {
			return "", err
		}
		program, err = r.build(ctx, folder, sources)
		var wrong compileError
		if !errors.As(err, &wrong) {
			return program, err
		}
		if !markInvalid(mutants, string(wrong)) {
			return "", fmt.Errorf("%s does not compile with its mutants asleep in it, see switched.go: %w", folder, err)
		}
	}
}

// sources returns the files of a folder that have mutants, with these asleep in them.
func (r *runner) sources(folder string, mutants []*mutant) (map[string][]byte, error) {
	sources := map[string][]byte{filepath.Join(folder, "mutate_switches.go"): fmt.Appendf(nil, switches, mutants[0].pkg)}
	for _, m := range mutants {
		if sources[m.file] != nil {
			continue
		}
		source, err := os.ReadFile(filepath.Join(r.root, m.file))
		if err != nil {
			return nil, err
		}
		sources[m.file] = withAsleep(m.file, source, mutants)
	}
	return sources, nil
}

// passes returns an error if tests fail while all mutants are asleep: they would seem to
// find every one.
func (r runner) passes(ctx context.Context, program, folder string) error {
	switch result, err := r.test(ctx, program, folder, variable+"="); {
	case err != nil:
		return err
	case result == killed:
		return fmt.Errorf("the tests of %[1]s fail, or take too long, while no mutant is awake: see that go test ./%[1]s passes, and begin the names of tests that count allocations with %[2]s",
			folder, countsAllocations)
	}
	return nil
}

// countsAllocations is how the names of tests begin that mutants make fail while they are
// asleep, because the compiler puts more on the heap beside them.
const countsAllocations = "TestAllocates"

// build has go test see files with other sources, and builds its program; the
// checkout stays as it is. A compileError says that the sources do not compile.
func (r runner) build(ctx context.Context, folder string, sources map[string][]byte) (program string, err error) {
	dir, err := os.MkdirTemp(r.scratch, "program-")
	if err != nil {
		return "", err
	}
	replace, i := map[string]string{}, 0
	for file, source := range sources {
		other := filepath.Join(dir, fmt.Sprintf("other%d.go", i))
		if err := os.WriteFile(other, source, 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(r.root, file)] = other
		i++
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	list, program := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "tests")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		return "", err
	}
	command := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-gcflags=-e", "-ldflags=-s -w", "-overlay", list, "-o", program, "./"+folder)
	command.Dir = r.root
	output, err := command.CombinedOutput()
	var failed *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.As(err, &failed):
		return "", compileError(output)
	}
	return program, err
}

// compileError is what go test prints where something does not compile.
type compileError string

func (e compileError) Error() string { return string(e) }

// test runs a package's tests until one fails. What hangs is killed too.
func (r runner) test(ctx context.Context, program, folder, environment string, flags ...string) (outcome, error) {
	limited, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	tests := exec.CommandContext(limited, program, append(flags, "-test.failfast", "-test.skip=^"+countsAllocations)...)
	tests.Dir = filepath.Join(r.root, folder)
	tests.Env = append(os.Environ(), environment)
	err := tests.Run()
	var failed *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case err == nil:
		return survived, nil
	case errors.As(err, &failed):
		return killed, nil
	}
	return 0, err
}
