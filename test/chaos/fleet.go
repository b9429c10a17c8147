package chaos

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// each calls do for every replica, and returns all errors.
func (w *world) each(do func(r *replica) error) error {
	var errs []error
	for _, r := range w.replicas {
		errs = append(errs, do(r))
	}
	return errors.Join(errs...)
}

// disturb sets the disturbance of every replica's proxy, each from a call of its own.
func (w *world) disturb(disturbance func() Disturbance) {
	for _, r := range w.replicas {
		r.proxy.Set(disturbance())
	}
}

// calm ends all disturbances.
func (w *world) calm() { w.disturb(func() Disturbance { return Disturbance{} }) }

// cut ends all connections.
func (w *world) cut() {
	for _, r := range w.replicas {
		r.proxy.Cut()
	}
}

// cutOff cuts all replicas off from the API server, or with false connects them again.
func (w *world) cutOff(off bool) error {
	return w.each(func(r *replica) error { return r.proxy.CutOff(off) })
}

// lists returns how many lists of pods the replicas have requested.
func (w *world) lists() (lists int64) {
	for _, r := range w.replicas {
		lists += r.proxy.Lists()
	}
	return lists
}

// leader waits until one replica reports, and returns it and another one. If there is
// only one replica, both are the same.
func (w *world) leader(ctx context.Context) (leader, standby *replica, err error) {
	for deadline := time.Now().Add(recovery); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		for i, r := range w.replicas {
			if now, err := r.scrape(ctx); err == nil && now.reports {
				return r, w.replicas[(i+1)%len(w.replicas)], nil
			}
		}
	}
	return nil, nil, fmt.Errorf("for %s nobody reports", recovery)
}

// ready waits until every replica is ready.
func (w *world) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, recovery)
	defer cancel()
	return w.each(func(r *replica) error { return r.Ready(ctx) })
}

// logs returns the ends of the replicas' logs.
func (w *world) logs() string {
	var words strings.Builder
	for i, r := range w.replicas {
		if r.Podscore != nil {
			text, _ := os.ReadFile(r.Log)
			lines := strings.Split(strings.TrimSpace(string(text)), "\n")
			fmt.Fprintf(&words, "the log of replica %d ends:\n%s\n", i, strings.Join(lines[max(0, len(lines)-40):], "\n"))
		}
	}
	return words.String()
}
