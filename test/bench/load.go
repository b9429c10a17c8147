package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// The load, in pods a second.
const (
	updateRate   = 1000
	exposureRate = 200
	podsAnHour   = 20 * 60 * 60 // 20 a second
	churnRate    = 500          // which makes an hour 144 seconds
)

// connections is how many requests to etcd are under way at once.
const connections = 4

// pace calls do with 0, 1, 2, ... at a steady rate a second, as often as told.
// It catches up where it fell behind. With one worker the calls are made one
// after the other.
func pace(ctx context.Context, workers, times int, rate float64, do func(ctx context.Context, i int) error) error {
	began := time.Now()
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for range workers {
		group.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= times {
					return nil
				}
				due := began.Add(time.Duration(float64(i) / rate * float64(time.Second)))
				if err := pause(ctx, time.Until(due)); err != nil {
					return err
				}
				if err := do(ctx, i); err != nil {
					return err
				}
			}
		})
	}
	return group.Wait()
}

// pause returns early, and with an error, when the context is done.
func pause(ctx context.Context, duration time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(duration):
		return nil
	}
}

// The load writes every change in a transaction of its own, as the API server
// does. Several at once would spare etcd most of its work, but would reach the
// watches at once too, which spares the measured program a good part of its own.
// And changes of one revision could get lost: a watch that is cut between
// them, as the API server does with slow ones, goes on after them.

// updateStatus writes an update of nothing but the status, each time of another
// pod.
func (b *bench) updateStatus(ctx context.Context, i int) error {
	slot := b.population.slotAt(i % b.population.size())
	pod := restarted(b.population.pod(slot), slot, b.population.generation(slot), 1+i/b.population.size(), time.Now())
	update, err := putPod(pod)
	if err != nil {
		return err
	}
	return b.etcd.commit(ctx, update)
}

// replacePods creates pods, and deletes as many, at a steady rate. It calls
// created for every one as soon as its write is acknowledged. With one worker
// the pods of a namespace are created one after the other.
func (b *bench) replacePods(ctx context.Context, workers, pods int, rate float64, created func(namespace string)) error {
	var mu sync.Mutex
	return pace(ctx, workers, pods, rate, func(ctx context.Context, _ int) error {
		mu.Lock()
		after, before := b.population.replace(time.Now())
		mu.Unlock()
		create, err := putPod(after)
		if err != nil {
			return err
		}
		if err := b.etcd.commit(ctx, create); err != nil {
			return err
		}
		created(after.Namespace)
		return b.etcd.commit(ctx, deletePod(before))
	})
}
