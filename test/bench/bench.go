package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/process"
)

// bench holds what runs, and what was found.
type bench struct {
	*options
	began   time.Time
	results *Results

	cluster    *controlplane.ControlPlane
	etcd       *etcd
	population *population
}

// measureAll measures all programs with all numbers of pods.
func measureAll(ctx context.Context, options *options) (*Results, error) {
	b := &bench{options: options, began: time.Now(), results: &Results{Commands: []string{options.command}}}
	if err := b.results.describe(ctx, options.programs); err != nil {
		return nil, err
	}
	for _, pods := range options.sizes {
		if err := b.measureSize(ctx, pods); err != nil {
			return nil, fmt.Errorf("with %s pods: %w\n(what was measured before is in %s; -from reports on it)", thousands(pods), err, b.json)
		}
	}
	b.tell("Everything is measured")
	return b.results, nil
}

// measureSize measures with one number of pods: on a control plane of its own,
// and in it one program after the other. What was measured is kept at once.
func (b *bench) measureSize(ctx context.Context, pods int) (err error) {
	b.tell("Starting a control plane for %s pods", thousands(pods))
	if err := b.startCluster(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.stopCluster()) }()
	idle, err := b.idleHeaps(ctx)
	if err != nil {
		return err
	}
	if err := b.fillCluster(ctx, pods); err != nil {
		return err
	}
	for run := range b.runs {
		for _, program := range b.programs {
			b.tell("%s with %s pods, run %d of %d", program.name, thousands(pods), run+1, b.runs)
			measured := Run{Program: program.name, Pods: pods, IdleHeapBytes: idle[program.name]}
			if err := b.measureProgram(ctx, program, &measured); err != nil {
				return fmt.Errorf("%s: %w", program.name, err)
			}
			if err := b.keep(&measured); err != nil {
				return err
			}
			if program.name != "podscore" {
				continue
			}
			if err := b.measureExemptions(ctx, program, pods); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep adds what was measured to the results, and writes them.
func (b *bench) keep(measured *Run) error {
	measured.Namespaces, measured.OwnNames = len(b.population.namespaces()), b.ownNames
	b.results.Runs = append(b.results.Runs, *measured)
	return b.results.keep(b.json)
}

// idleHeaps measures what every program keeps in memory of a cluster without
// pods, so that it is not taken for the pods' part.
func (b *bench) idleHeaps(ctx context.Context) (map[string]uint64, error) {
	heaps := map[string]uint64{}
	for _, program := range b.programs {
		b.tell("%s without pods", program.name)
		err := b.withSubject(ctx, program, func(s *subject) error {
			settled, err := s.settle(idleFor)
			heaps[program.name] = settled.heapBytes
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", program.name, err)
		}
	}
	return heaps, nil
}

// idleFor is long enough for what holds no pods to settle.
const idleFor = 2 * time.Second

// rest is what the API server is given to clean up behind the load before.
const rest = 5 * time.Second

// measureProgram takes a program through all parts of the measurement.
func (b *bench) measureProgram(ctx context.Context, program program, run *Run) error {
	if err := pause(ctx, rest); err != nil {
		return err
	}
	err := b.withSubject(ctx, program, func(s *subject) (err error) {
		run.Start = &s.start
		if err := s.awaitAllPods(); err != nil {
			return err
		}
		if err := s.measureParts(run); err != nil {
			return err
		}
		run.PeakBytes, err = s.process.Memory(process.PeakResident)
		return err
	})
	if err != nil || run.Churn == nil {
		return err
	}
	b.tell("%s started afresh on what the churn left", program.name)
	return b.withSubject(ctx, program, func(s *subject) error {
		if err := s.awaitAllPods(); err != nil {
			return err
		}
		settled, err := s.settle(b.settleFor)
		run.Churn.FreshResidentBytes, run.Churn.FreshHeapBytes = settled.residentBytes, settled.heapBytes
		return err
	})
}

// measureParts makes those parts of the measurement that are asked for.
func (s *subject) measureParts(run *Run) error {
	for _, part := range []struct {
		name    string
		measure func() error
	}{
		{partScrape, func() (err error) { run.Scrape, err = s.scrapes(); return err }},
		{partExposure, func() (err error) { run.Exposure, err = s.exposure(); return err }},
		{partUpdates, func() (err error) { run.Updates, err = s.updates(); return err }},
		{partChurn, func() (err error) { run.Churn, err = s.churn(); return err }},
	} {
		if !s.measures(part.name) {
			continue
		}
		before, errBefore := s.watchesCut(s.ctx)
		if err := part.measure(); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
		after, errAfter := s.watchesCut(s.ctx)
		if err := errors.Join(errBefore, errAfter); err != nil {
			return err
		}
		if after > before {
			s.tell("the machine is overloaded: the API server cut %d watches meanwhile", after-before)
		}
	}
	return nil
}

// tell says what happens, and when.
func (b *bench) tell(format string, values ...any) {
	fmt.Fprintf(os.Stderr, "%6.1f s  %s\n", time.Since(b.began).Seconds(), fmt.Sprintf(format, values...))
}
