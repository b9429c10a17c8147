package chaos

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/podscore/podscore/test/process"
)

var soak = flag.Int("soak", 0, "how many pods TestSoak creates; 0 skips it")

// standing is how many pods exist at the same time.
const standing = 5000

// TestSoak creates, changes and deletes as many pods as in a day of a cluster of 5,000
// pods. podscore's memory, goroutines, files and series must not grow, and its series
// have to be correct all the time.
func TestSoak(t *testing.T) {
	if *soak == 0 {
		t.Skip("it takes long: make soak")
	}
	w := worldFor(t)
	const loads = 8
	w.started(t, kind{limit: 5000}, rand.New(rand.NewPCG(*seed, 0)), standing/loads)
	all := []*load{w.load}
	for i := range loads - 1 {
		l := newLoad(w.client, &w.truth, w.ledger, rand.New(rand.NewPCG(*seed, 1+uint64(i))), fmt.Sprint("chaos-l", i))
		for n := range 5 {
			w.must(t, l.createNamespace(t.Context(), fmt.Sprintf("%s-n%d", l.prefix, n)))
		}
		w.must(t, l.fill(t.Context(), standing/loads, ""))
		all = append(all, l)
	}
	for _, l := range all {
		l.most = standing / loads
	}
	w.must(t, w.check(t.Context()))

	began, already := time.Now(), w.ledger.total
	var samples []sample
	for round := 1; w.ledger.total-already < *soak; round++ {
		w.must(t, together(t.Context(), all, 100))
		now, err := w.sample(t.Context())
		w.must(t, err)
		samples = append(samples, now)
		if round%50 == 0 {
			w.must(t, w.check(t.Context()))
			fmt.Printf("soak: %.0f s, %d pods came, no difference; %v\n", time.Since(began).Seconds(), w.ledger.total-already, now)
		}
	}
	w.must(t, w.check(t.Context()))
	isFlat(t, samples)
}

// together lets all loads make changes in parallel.
func together(ctx context.Context, loads []*load, changes int) error {
	errs, group := make([]error, len(loads)), sync.WaitGroup{}
	for i, l := range loads {
		group.Go(func() { errs[i] = l.change(ctx, changes) })
	}
	group.Wait()
	return errors.Join(errs...)
}

// sample is podscore's use of resources at one moment, by the names of its metrics.
type sample map[string]float64

// limits bound the growth of the median from the middle third of the samples to the last
// third: by a share of it, and an absolute amount.
var limits = map[string]struct{ share, more float64 }{
	"process_resident_memory_bytes": {0.10, 2 << 20},
	"go_goroutines":                 {0, 10},
	"process_open_fds":              {0, 5},
	"series":                        {0.05, 0},
}

func (w *world) sample(ctx context.Context) (sample, error) {
	_, text, err := process.Get(ctx, w.replicas[0].MetricsURL+"/metrics")
	if err != nil {
		return nil, err
	}
	values, err := parseSeries(text, slices.Collect(maps.Keys(limits)))
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") {
			values["series"]++
		}
	}
	return sample(values), nil
}

// isFlat fails the test if the medians grow by more than the limits.
func isFlat(t *testing.T, samples []sample) {
	t.Helper()
	third := len(samples) / 3
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		var medians []float64
		for part := range 3 {
			var values []float64
			for _, s := range samples[part*third : (part+1)*third] {
				values = append(values, s[name])
			}
			slices.Sort(values)
			medians = append(medians, values[len(values)/2])
		}
		t.Logf("%s: medians of the thirds %.0f, %.0f, %.0f", name, medians[0], medians[1], medians[2])
		if most := medians[1]*(1+limits[name].share) + limits[name].more; medians[2] > most {
			t.Errorf("%s grows: its median was %.0f in the last third, and %.0f in the middle one; at most %.0f is allowed", name, medians[2], medians[1], most)
		}
	}
}
