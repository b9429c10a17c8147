package chaos

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// each does something to every replica.
func (w *world) each(do func(r *replica) error) error {
	var errs []error
	for _, r := range w.replicas {
		errs = append(errs, do(r))
	}
	return errors.Join(errs...)
}

// weather sets the weather before every replica.
func (w *world) weather(weather func() Weather) {
	for _, r := range w.replicas {
		r.proxy.Set(weather())
	}
}

// fair ends it.
func (w *world) fair() { w.weather(func() Weather { return Weather{} }) }

// cut ends all connections.
func (w *world) cut() {
	for _, r := range w.replicas {
		r.proxy.Cut()
	}
}

// cutOff keeps all replicas from the API server, or no longer.
func (w *world) cutOff(off bool) error {
	return w.each(func(r *replica) error { return r.proxy.CutOff(off) })
}

// lists is how many lists of pods the replicas have asked for.
func (w *world) lists() (lists int64) {
	for _, r := range w.replicas {
		lists += r.proxy.Lists()
	}
	return lists
}

// leader waits until one replica reports, and returns it and another, if there is one.
func (w *world) leader(ctx context.Context) (leader, standby *replica, err error) {
	for deadline := time.Now().Add(recovery); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		for i, r := range w.replicas {
			if now, err := r.read(ctx); err == nil && now.reports {
				return r, w.replicas[(i+1)%len(w.replicas)], nil
			}
		}
	}
	return nil, nil, fmt.Errorf("for %s nobody reports", recovery)
}

// ready waits until every replica is.
func (w *world) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, recovery)
	defer cancel()
	return w.each(func(r *replica) error { return r.Ready(ctx) })
}

// lastWords returns the ends of the replicas' logs.
func (w *world) lastWords() string {
	var words strings.Builder
	for i, r := range w.replicas {
		if r.Podscore != nil {
			text, _ := os.ReadFile(r.Log)
			lines := strings.Split(strings.TrimSpace(string(text)), "\n")
			fmt.Fprintf(&words, "the last words of replica %d were:\n%s\n", i, strings.Join(lines[max(0, len(lines)-40):], "\n"))
		}
	}
	return words.String()
}
