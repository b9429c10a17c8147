package main

import (
	"slices"
	"testing"
	"time"
)

// TestExposure: the k-th pod of a namespace is exposed by the first scrape that
// counts k more than there were at the start.
func TestExposure(t *testing.T) {
	second := func(n float64) time.Time { return noon.Add(time.Duration(n * float64(time.Second))) }
	e := newExposure(map[string]int{"a": 10})
	e.create(second(1), "a")
	e.create(second(2), "b")
	e.scraped(second(2.5), map[string]int{"a": 10, "b": 1})
	e.create(second(3), "a")
	e.create(second(3.5), "a")
	if missing := e.missing(); missing != 3 {
		t.Errorf("%d pods are missing, want the three of a", missing)
	}
	e.scraped(second(4), map[string]int{"a": 12, "b": 1})
	e.scraped(second(5), map[string]int{"a": 13, "b": 1})
	e.scraped(second(6), map[string]int{"a": 13, "b": 1})
	want := []time.Duration{500 * time.Millisecond, time.Second, 1500 * time.Millisecond, 3 * time.Second}
	if got := slices.Sorted(slices.Values(e.delays())); !slices.Equal(got, want) {
		t.Errorf("the delays are %v, want %v", got, want)
	}
	if missing := e.missing(); missing != 0 {
		t.Errorf("%d pods are missing, want none", missing)
	}
}

// TestExposedBeforeAcknowledged: a scrape may be faster than the news that the
// write is done.
func TestExposedBeforeAcknowledged(t *testing.T) {
	e := newExposure(nil)
	e.scraped(noon, map[string]int{"a": 1})
	if got := e.delays(); len(got) != 0 {
		t.Errorf("a pod that nobody created has the delay %v", got)
	}
	e.create(noon.Add(time.Second), "a")
	if got := e.delays(); !slices.Equal(got, []time.Duration{0}) || e.missing() != 0 {
		t.Errorf("the delays are %v and %d are missing, want one of 0 and none", got, e.missing())
	}
}
