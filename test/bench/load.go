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

	// updateBatch is how many updates are written at once, which spares etcd,
	// with which the measured program shares the machine, most of its work.
	updateBatch = 5
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

// updateStatuses writes some updates of nothing but the status, each time of
// other pods.
func (b *bench) updateStatuses(ctx context.Context, batch int) error {
	updates := make([]*operation, updateBatch)
	for i := range updates {
		round, position := (batch*updateBatch+i)/b.population.size(), (batch*updateBatch+i)%b.population.size()
		slot := b.population.slotAt(position)
		pod := restarted(b.population.pod(slot), slot, b.population.generation(slot), round+1, time.Now())
		var err error
		if updates[i], err = putPod(pod); err != nil {
			return err
		}
	}
	return b.etcd.commit(ctx, updates...)
}

// replacePods creates pods, and deletes as many, at a steady rate. It calls
// created for every one as soon as its write is acknowledged. With one worker
// the pods of a namespace are created one after the other.
//
// Every change is a transaction of its own, as with the API server. Changes of
// one revision could get lost: a watch that is cut between them, as the API
// server does with slow ones, goes on after them.
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
