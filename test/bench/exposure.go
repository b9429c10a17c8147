package main

import (
	"sync"
	"time"
)

// exposure tells how long pods took from their creation, which is when etcd
// acknowledged them, to the end of the first scrape that counts them.
//
// podscore counts the pods that it observed per namespace, and the pods of one
// namespace are created one after the other: the k-th is exposed when the
// namespace's count has grown to k. That is an upper bound, because a scrape
// comes some time after a pod could be seen, and takes some time itself.
type exposure struct {
	mu       sync.Mutex
	before   map[string]int         // what the namespaces' counts were at the start
	created  map[string][]time.Time // by namespace; of the k-th pod
	exposed  map[string][]time.Time
	awaiting int
}

func newExposure(observed map[string]int) *exposure {
	return &exposure{before: observed, created: map[string][]time.Time{}, exposed: map[string][]time.Time{}}
}

// create takes in that a pod was created in a namespace.
func (e *exposure) create(at time.Time, namespace string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.created[namespace] = append(e.created[namespace], at)
	e.awaiting++
}

// scraped takes in what a scrape that ended at this time has counted. It may
// count pods that create is told of only afterwards.
func (e *exposure) scraped(at time.Time, observed map[string]int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for namespace, count := range observed {
		for len(e.exposed[namespace]) < count-e.before[namespace] {
			e.exposed[namespace] = append(e.exposed[namespace], at)
			e.awaiting--
		}
	}
}

// missing is how many pods were created and are not exposed yet.
func (e *exposure) missing() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.awaiting
}

// delays returns how long every pod took that is exposed.
func (e *exposure) delays() []time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	var delays []time.Duration
	for namespace, exposed := range e.exposed {
		created := e.created[namespace]
		for k := range min(len(created), len(exposed)) {
			delays = append(delays, max(0, exposed[k].Sub(created[k])))
		}
	}
	return delays
}
