package main

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// fill writes the namespaces and all pods of the population, the last pod
// last. It tells every few seconds how far it is.
func fill(ctx context.Context, etcd *etcd, population *population, tell func(format string, values ...any)) error {
	var operations []*operation
	for _, name := range population.namespaces() {
		namespace, err := putNamespace(name)
		if err != nil {
			return err
		}
		operations = append(operations, namespace)
	}
	if err := commitAll(ctx, etcd, operations); err != nil {
		return err
	}
	var written atomic.Int64
	stop := tellProgress(tell, &written, population.size())
	defer stop()
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(connections)
	lastPart := max(0, population.size()-maxOperations)
	for from := 0; from < lastPart && groupCtx.Err() == nil; from += maxOperations {
		group.Go(func() error {
			return putSlots(groupCtx, etcd, population, from, min(from+maxOperations, lastPart), &written)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return putSlots(ctx, etcd, population, lastPart, population.size(), &written)
}

func commitAll(ctx context.Context, etcd *etcd, operations []*operation) error {
	for from := 0; from < len(operations); from += maxOperations {
		if err := etcd.commit(ctx, operations[from:min(from+maxOperations, len(operations))]...); err != nil {
			return err
		}
	}
	return nil
}

// putSlots writes the pods of the slots from, included, to to, not included.
func putSlots(ctx context.Context, etcd *etcd, population *population, from, to int, written *atomic.Int64) error {
	operations := make([]*operation, to-from)
	for i := range operations {
		var err error
		if operations[i], err = putPod(population.pod(from + i)); err != nil {
			return err
		}
	}
	if err := etcd.commit(ctx, operations...); err != nil {
		return err
	}
	written.Add(int64(len(operations)))
	return nil
}

// tellProgress tells every few seconds how many pods are written, and once
// more when it is stopped.
func tellProgress(tell func(format string, values ...any), written *atomic.Int64, pods int) (stop func()) {
	began, ticker, stopped, ended := time.Now(), time.NewTicker(5*time.Second), make(chan struct{}), make(chan struct{})
	say := func() {
		now := written.Load()
		tell("  %s of %s pods written, %.0f a second", thousands(int(now)), thousands(pods), float64(now)/time.Since(began).Seconds())
	}
	go func() {
		defer close(ended)
		for {
			select {
			case <-ticker.C:
				say()
			case <-stopped:
				say()
				return
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(stopped)
		<-ended
	}
}
