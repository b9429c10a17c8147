package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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

// try has go test see the file with the fault in it; the checkout stays as it
// is. The quick tests are asked first.
func (r runner) try(ctx context.Context, m mutant) (outcome, error) {
	dir, err := os.MkdirTemp(r.scratch, "mutant-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(r.root, m.file)
	source, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	faulty, overlay, program := filepath.Join(dir, "faulty.go"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "tests")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {file: faulty}})
	if err != nil {
		return 0, err
	}
	if err := errors.Join(os.WriteFile(faulty, m.apply(source), 0o600), os.WriteFile(overlay, replace, 0o600)); err != nil {
		return 0, err
	}
	build := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-overlay", overlay, "-o", program, "./"+filepath.Dir(m.file))
	build.Dir = r.root
	if output, err := build.CombinedOutput(); err != nil {
		if strings.Contains(string(output), filepath.Base(m.file)) || strings.Contains(string(output), "faulty.go") {
			return invalid, ctx.Err()
		}
		return 0, errors.Join(err, errors.New(string(output)))
	}
	folder := filepath.Join(r.root, filepath.Dir(m.file))
	if result, err := r.test(ctx, program, folder, "-test.short"); err != nil || result == killed {
		return result, err
	}
	return r.test(ctx, program, folder)
}

// test runs a package's tests until one fails. What hangs is killed too.
func (r runner) test(ctx context.Context, program, folder string, flags ...string) (outcome, error) {
	limited, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	tests := exec.CommandContext(limited, program, append(flags, "-test.failfast")...)
	tests.Dir = folder
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
