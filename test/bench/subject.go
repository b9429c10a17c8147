package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/podscore/podscore/test/process"
)

// subject is a program that runs and is measured.
type subject struct {
	*bench
	ctx     context.Context // done when the program ends, and then says so
	program program
	process *process.Podscore
	start   Start
}

// withSubject starts a program, waits until it is ready, calls measure, and
// ends it.
func (b *bench) withSubject(ctx context.Context, program program, measure func(*subject) error) (err error) {
	began := time.Now()
	log := filepath.Join(b.cluster.Dir, program.name+".log")
	running, err := process.StartPodscore(ctx, program.binary, b.cluster.Kubeconfig, log, program.flags...)
	if err != nil {
		return err
	}
	s := &subject{bench: b, program: program, process: running}
	defer func() { err = errors.Join(err, s.process.Stop()) }()
	var done context.CancelFunc
	s.ctx, done = endsWith(ctx, running.Process)
	defer done()
	if err = s.awaitReady(began); err == nil {
		err = measure(s)
	}
	return s.explain(err)
}

// awaitReady waits until the program is ready, and notes what that took.
func (s *subject) awaitReady(began time.Time) (err error) {
	if err := s.process.Ready(s.ctx); err != nil {
		return err
	}
	s.start.Seconds = time.Since(began).Seconds()
	cpu, err := s.process.CPU()
	if err != nil {
		return err
	}
	s.start.CPUSeconds = cpu.Seconds()
	s.start.PeakBytes, err = s.process.Memory(process.PeakResident)
	s.tell("ready after %.1f s and %.1f s of CPU, peak %s", s.start.Seconds, s.start.CPUSeconds, mebibytes(s.start.PeakBytes))
	return err
}

// endsWith returns a context that is done when the process ends.
func endsWith(ctx context.Context, running *process.Process) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-ctx.Done():
		case <-running.Ended():
			words, _ := os.ReadFile(running.Log)
			cancel(fmt.Errorf("it ended with status %d; its last words were:\n%s", running.ExitStatus(), words[max(0, len(words)-2000):]))
		}
	}()
	return ctx, func() { cancel(context.Canceled) }
}

// explain returns the reason for an error where that is the program's end: what
// fails first may be a request that nobody answers any more.
func (s *subject) explain(err error) error {
	if err == nil {
		return nil
	}
	select {
	case <-s.ctx.Done():
		if cause := context.Cause(s.ctx); !errors.Is(cause, context.Canceled) {
			return cause
		}
	case <-time.After(time.Second):
	}
	return err
}

func (s *subject) tell(format string, values ...any) { s.bench.tell("  "+format, values...) }

func (s *subject) scrape() (*page, error) { return scrape(s.ctx, s.process.MetricsURL) }
