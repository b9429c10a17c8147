package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/podscore/podscore/test/process"
)

// awaitAllPods waits until the program tells of as many pods as there are.
func (s *subject) awaitAllPods() error {
	for deadline := time.Now().Add(2 * time.Minute); ; {
		page, err := s.scrape()
		if err != nil {
			return err
		}
		pods, err := page.pods()
		switch {
		case err != nil:
			return err
		case pods == s.population.size():
			return nil
		case time.Now().After(deadline):
			return fmt.Errorf("/metrics tells of %s pods, and there are %s", thousands(pods), thousands(s.population.size()))
		}
		if err := pause(s.ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}

// scrapes measures scrapes while nothing else happens.
func (s *subject) scrapes() (*Scrape, error) {
	first, err := s.scrape()
	if err != nil {
		return nil, err
	}
	last := first
	var took []time.Duration
	for range s.quietScrapes {
		if last, err = s.scrape(); err != nil {
			return nil, err
		}
		took = append(took, last.took)
	}
	garbage, err := allocatedBetween(first, last)
	if err != nil {
		return nil, err
	}
	peak, err := s.process.Memory(process.PeakResident)
	result := &Scrape{
		P50Seconds: percentile(took, 50).Seconds(), P99Seconds: percentile(took, 99).Seconds(),
		Bytes: len(last.text), Series: last.series(),
		GarbageBytes: garbage / float64(len(took)), PeakBytes: peak,
	}
	s.tell("scrape: p50 %.1f ms, p99 %.1f ms, %s of text, %s series, %s of garbage; peak so far %s",
		1000*result.P50Seconds, 1000*result.P99Seconds, mebibytes(result.Bytes), thousands(result.Series), mebibytes(result.GarbageBytes), mebibytes(peak))
	return result, err
}

// allocatedBetween is how much was allocated from one scrape to another, the
// second one included. A little of it has other reasons, such as heartbeats.
func allocatedBetween(first, last *page) (float64, error) {
	const allocated = "go_memstats_alloc_bytes_total"
	before, err := first.value(allocated)
	if err != nil {
		return 0, err
	}
	after, err := last.value(allocated)
	return after - before, err
}

// updates measures the processor time that updates of the status take, also
// the part that is taken after the last of them was written.
func (s *subject) updates() (*Updates, error) {
	before, err := s.process.CPU()
	if err != nil {
		return nil, err
	}
	began, updates := time.Now(), int(s.updatesFor.Seconds()*updateRate)
	if err := pace(s.ctx, connections, updates, updateRate, s.updateStatus); err != nil {
		return nil, err
	}
	lasted := time.Since(began).Seconds()
	after, err := s.idleCPU()
	result := &Updates{Rate: float64(updates) / lasted, CPUPercent: 100 * (after - before).Seconds() / lasted}
	s.tell("%.0f updates of the status a second: %.1f %% of a core", result.Rate, result.CPUPercent)
	return result, err
}

// idleCPU waits until the program takes no processor time to speak of, and
// returns what it has taken so far.
func (s *subject) idleCPU() (cpu time.Duration, err error) {
	for range 30 {
		before := cpu
		if cpu, err = s.process.CPU(); err != nil || cpu-before <= 10*time.Millisecond {
			return cpu, err
		}
		if err := pause(s.ctx, time.Second); err != nil {
			return 0, err
		}
	}
	return 0, fmt.Errorf("the program is not idle 30 s after the load")
}

// scrapeInterval is how often the page is scraped while pods come and go.
const scrapeInterval = 150 * time.Millisecond

// exposure measures how long pods take from creation to exposed, and how long
// scrapes take meanwhile.
func (s *subject) exposure() (*Exposure, error) {
	first, err := s.scrape()
	if err != nil {
		return nil, err
	}
	observed, err := first.observed()
	if err != nil {
		return nil, err
	}
	pods, tracked, loaded := int(s.exposureFor.Seconds()*exposureRate), newExposure(observed), make(chan struct{})
	result := &Exposure{Pods: pods}
	var took []time.Duration
	group, ctx := errgroup.WithContext(s.ctx)
	group.Go(func() error {
		defer close(loaded)
		began := time.Now()
		err := s.replacePods(ctx, 1, pods, exposureRate, func(namespace string) { tracked.create(time.Now(), namespace) })
		result.Rate = float64(pods) / time.Since(began).Seconds()
		return err
	})
	group.Go(func() (err error) {
		took, err = s.scrapeUntilExposed(ctx, tracked, loaded)
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	delays := tracked.delays()
	result.P50Seconds, result.P99Seconds = percentile(delays, 50).Seconds(), percentile(delays, 99).Seconds()
	result.Scrapes, result.ScrapeP50Seconds, result.ScrapeP99Seconds = len(took), percentile(took, 50).Seconds(), percentile(took, 99).Seconds()
	s.tell("%.0f pods a second come and go: from creation to exposed p50 %.0f ms, p99 %.0f ms; %d scrapes meanwhile p50 %.1f ms, p99 %.1f ms",
		result.Rate, 1000*result.P50Seconds, 1000*result.P99Seconds, result.Scrapes, 1000*result.ScrapeP50Seconds, 1000*result.ScrapeP99Seconds)
	return result, s.awaitAllPods()
}

// scrapeUntilExposed scrapes until the load has ended and all its pods are
// exposed. It returns how long the scrapes took while the load lasted.
func (s *subject) scrapeUntilExposed(ctx context.Context, tracked *exposure, loaded <-chan struct{}) (took []time.Duration, err error) {
	ticker := time.NewTicker(scrapeInterval)
	defer ticker.Stop()
	var deadline <-chan time.Time
	for {
		page, err := s.scrape()
		if err != nil {
			return nil, err
		}
		observed, err := page.observed()
		if err != nil {
			return nil, err
		}
		tracked.scraped(page.ended, observed)
		if loaded != nil {
			took = append(took, page.took)
		} else if tracked.missing() == 0 {
			return took, nil
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-loaded:
			loaded, deadline = nil, time.After(time.Minute)
		case <-deadline:
			return nil, fmt.Errorf("%d pods are not exposed a minute after the last was created", tracked.missing())
		case <-ticker.C:
		}
	}
}

// churn measures the memory that is left after an hour's worth of churn.
func (s *subject) churn() (*Churn, error) {
	began := time.Now()
	if err := s.replacePods(s.ctx, connections, s.churned, churnRate, func(string) {}); err != nil {
		return nil, err
	}
	result := &Churn{Pods: s.churned, Seconds: time.Since(began).Seconds()}
	s.tell("%s pods have come and gone in %.0f s", thousands(result.Pods), result.Seconds)
	if err := s.awaitAllPods(); err != nil {
		return nil, err
	}
	settled, err := s.settle(s.settleFor)
	result.ResidentBytes, result.HeapBytes = settled.residentBytes, settled.heapBytes
	return result, err
}

// settled is what is in memory when nothing has happened for a while.
type settled struct{ residentBytes, heapBytes uint64 }

// settle waits until the memory tells what is kept, and scrapes twice a second
// meanwhile: until a garbage collection has ended that must have begun after the
// call, because it ended so long after it; and for as long again, in which the Go
// runtime returns to the system what it does not need. The Go runtime collects
// every two minutes at the latest.
//
// The resident memory is the median over that last time: it rises with the garbage
// of every scrape, and falls with every collection.
//
// The live heap is what the last collection marked, by the Go runtime's own
// account. (From the goal of the next collection it could be computed only
// where there is no memory limit.)
func (s *subject) settle(long time.Duration) (settled, error) {
	_, err := s.scrapeUntil(func(began time.Time, now *page) (bool, error) {
		collected, err := now.value("go_memstats_last_gc_time_seconds")
		return collected > float64(began.Add(long).Unix()), err
	})
	if err != nil {
		return settled{}, err
	}
	var samples []uint64
	last, err := s.scrapeUntil(func(began time.Time, _ *page) (bool, error) {
		now, err := s.process.Memory(process.Resident)
		samples = append(samples, now)
		return time.Since(began) > long, err
	})
	if err != nil {
		return settled{}, err
	}
	heap, err := last.value("go_gc_heap_live_bytes")
	if err != nil {
		return settled{}, err
	}
	memory := percentile(samples, 50)
	s.tell("settled: resident %s, live heap %s", mebibytes(memory), mebibytes(heap))
	return settled{residentBytes: memory, heapBytes: uint64(heap)}, err
}

// scrapeUntil scrapes twice a second until a page is as it should be, and
// returns it.
func (s *subject) scrapeUntil(done func(began time.Time, now *page) (bool, error)) (*page, error) {
	for began := time.Now(); time.Since(began) < 5*time.Minute; {
		page, err := s.scrape()
		if err != nil {
			return nil, err
		}
		if done, err := done(began, page); done || err != nil {
			return page, err
		}
		if err := pause(s.ctx, 500*time.Millisecond); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("the memory has not settled within 5 minutes")
}
