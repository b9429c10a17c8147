package chaos

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// recovery is how long podscore may take to recover from a fault: client-go waits up to
// a minute between two attempts.
const recovery = 90 * time.Second

// check computes the expected series from the API server's objects, which must not
// change meanwhile, and waits until podscore's series agree. If they do not agree in
// time, it returns an error with the differences.
func (w *world) check(ctx context.Context) error {
	w.taken()
	var want series
	err := persist(ctx, func() (err error) {
		want, err = w.truth.Gauges(ctx, w.client)
		return err
	})
	if err != nil {
		return err
	}
	var differences []string
	deadline, agreed := time.Now().Add(recovery), time.Time{}
	for ; time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(100 * time.Millisecond) {
		var counted series
		if counted, differences, err = w.compare(ctx, want); err != nil {
			return err
		}
		switch {
		case len(differences) > 0:
			agreed = time.Time{}
		case agreed.IsZero():
			agreed = time.Now()
		case time.Since(agreed) > w.kind.quiet(): // and they still agree
			w.ledger.settled(counted, w.lists() != w.listed)
			w.listed = w.lists()
			return nil
		}
	}
	const many = 30
	if more := len(differences) - many; more > 0 {
		differences = append(differences[:many], fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("podscore's series are wrong:\n%s", strings.Join(differences, "\n"))
}

// compare scrapes every replica once, and returns by how much the counters have
// increased so far, and what is wrong. An error means that it is no use to try again.
func (w *world) compare(ctx context.Context, want series) (counted series, differences []string, err error) {
	var reports *response
	reporting := 0
	for i, r := range w.replicas {
		select {
		case <-r.Ended():
			return nil, nil, fmt.Errorf("replica %d ended with status %d", i, r.ExitStatus())
		default:
		}
		now, err := r.scrape(ctx)
		switch {
		case err != nil:
			differences = append(differences, err.Error())
			continue
		case now.reports:
			reporting, reports = reporting+1, now
		default:
			if silent, err := parseSeries(now.text, append(gauges, counters...)); err != nil || len(silent) > 0 {
				differences = append(differences, fmt.Sprintf("replica %d does not report, and has %d series %v", i, len(silent), err))
			}
		}
		differences = append(differences, w.compareSettings(i, now.text)...)
	}
	if reporting != 1 {
		return nil, append(differences, fmt.Sprintf("%d replicas report", reporting)), nil
	}
	got, err := parseSeries(reports.text, gauges)
	if err != nil {
		return nil, nil, err
	}
	differences = append(differences, compareGauges(got, want)...)
	differences = append(differences, compareNames(reports.counters, want)...)
	counted, early := w.prometheus.increases()
	differences = append(differences, early...)
	return counted, append(differences, compareCounters(counted, w.ledger.counters(w.lists() != w.listed))...), nil
}
