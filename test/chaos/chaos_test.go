package chaos

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
)

var (
	seed      = flag.Uint64("seed", 1, "seed of the first random sequence; the next sequence has the next seed")
	sequences = flag.Int("sequences", 10, "how many random sequences are run")
	worlds    = flag.Int("worlds", 2, "how many control planes are used at once by each test")
)

// worldFor starts a world that ends with the test.
func worldFor(t *testing.T) *world {
	t.Helper()
	w, err := newWorld(t.Context(), harness.StartCluster(t, controlplane.Options{Bare: true}).ControlPlane)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// inWorlds runs a test in several worlds at once. They may be more than there are cores,
// because a fault mostly waits.
func inWorlds(t *testing.T, test func(t *testing.T, w *world, i int)) {
	t.Helper()
	var group sync.WaitGroup
	for i := range *worlds {
		group.Go(func() {
			t.Run(fmt.Sprint("world ", i), func(t *testing.T) { test(t, worldFor(t), i) })
		})
	}
	group.Wait()
}

// TestFaults injects every fault once, each with a podscore of its own, while pods are
// created, changed and deleted. During the fault /readyz has to say what is wrong, and
// afterwards podscore has to be ready and its series have to be correct.
func TestFaults(t *testing.T) {
	t.Parallel()
	inWorlds(t, func(t *testing.T, w *world, first int) {
		for i := first; i < len(faults); i += *worlds {
			t.Run(faults[i].name, func(t *testing.T) { w.testFault(t, faults[i], uint64(i)) })
		}
	})
}

// testFault injects one fault.
func (w *world) testFault(t *testing.T, fault fault, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 1))
	k := fault.kind
	k.old, k.limit = seed%4 >= 2, 5000
	if fault.fits == nil && k.replicas == 0 {
		k.replicas = int(seed % 2)
	}
	w.started(t, k, random, max(200, fault.pods))
	s := &injection{
		random:  random,
		change:  func(ctx context.Context) error { return w.load.change(ctx, 80) },
		inspect: func(ctx context.Context) error { return w.notReady(ctx, fault.readyz) },
	}
	w.must(t, w.check(t.Context()))
	w.must(t, fault.inject(t.Context(), w, s))
	w.must(t, w.ready(t.Context()))
	w.must(t, w.check(t.Context()))
}

// started does what begin does, and ends podscore after the test.
func (w *world) started(t *testing.T, kind kind, random *rand.Rand, pods int) {
	t.Helper()
	t.Cleanup(func() {
		if err := w.end(); err != nil {
			t.Error(err)
		}
	})
	w.must(t, w.begin(t.Context(), kind, random, pods))
}

// correctWorld starts a world for one test, and waits until podscore's series are correct.
func correctWorld(t *testing.T, kind kind, pods int) *world {
	t.Helper()
	w := worldFor(t)
	w.started(t, kind, rand.New(rand.NewPCG(1, 1)), pods)
	w.must(t, w.check(t.Context()))
	return w
}

// must fails the test if there is an error, with the ends of the replicas' logs.
func (w *world) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v\n%s", err, w.logs())
	}
}

// notReady waits until /readyz fails, and of the watch on pods says why, a regular
// expression. If that is "", it only waits a second.
func (w *world) notReady(ctx context.Context, why string) error {
	if why == "" {
		time.Sleep(time.Second)
		return nil
	}
	wanted := regexp.MustCompile(why)
	var status, podsStatus int
	var body string
	for deadline := time.Now().Add(45 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		var err error
		if status, _, err = process.Get(ctx, w.replicas[0].ProbesURL+"/readyz"); err != nil {
			return err
		}
		if podsStatus, body, err = process.Get(ctx, w.replicas[0].ProbesURL+"/readyz/watch-pods"); err != nil {
			return err
		}
		if status != http.StatusOK && podsStatus != http.StatusOK && wanted.MatchString(body) {
			return nil
		}
	}
	return fmt.Errorf("/readyz answers %d, and of the watch on pods %d %q, want that it fails with %q", status, podsStatus, body, why)
}

// TestSequences injects random sequences of faults. The output has the seed of each
// sequence, which repeats it: go test ./test/chaos -run TestSequences -sequences 1 -seed N.
func TestSequences(t *testing.T) {
	t.Parallel()
	last := *seed + uint64(*sequences) - 1
	fmt.Printf("chaos: random sequences from seed %d to %d\n", *seed, last)
	inWorlds(t, func(t *testing.T, w *world, i int) {
		for seed := *seed + uint64(i); seed <= last; seed += uint64(*worlds) {
			t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
				steps, kind := sequence(seed)
				began, says := time.Now(), "FAIL"
				defer func() {
					fmt.Printf("chaos: %s seed %d of %d, %s, %.0f s: %s\n", says, seed, last, kind, time.Since(began).Seconds(), strings.Join(names(steps), "; "))
				}()
				random := rand.New(rand.NewPCG(seed, 1))
				w.started(t, kind, random, 150)
				for i, step := range steps {
					if err := w.step(t.Context(), step, rand.New(rand.NewPCG(seed, 2+uint64(i)))); err != nil {
						t.Fatalf("seed %d, step %d, %s: %v\n%s", seed, i+1, step.name, err, w.logs())
					}
				}
				says = "ok  "
			})
		}
	})
}

// step injects a fault, after which podscore has to be ready and its series correct.
func (w *world) step(ctx context.Context, step fault, random *rand.Rand) error {
	s := &injection{random: random}
	s.change = func(ctx context.Context) error { return w.load.change(ctx, 10+random.IntN(60)) }
	s.inspect = func(context.Context) error {
		time.Sleep(milliseconds(random, 100, 1500))
		return nil
	}
	if err := step.inject(ctx, w, s); err != nil {
		return err
	}
	if err := w.ready(ctx); err != nil {
		return err
	}
	return w.check(ctx)
}

// sequence returns 4 to 8 random faults, and how podscore is run.
func sequence(seed uint64) ([]fault, kind) {
	random := rand.New(rand.NewPCG(seed, 0))
	k := kind{
		replicas: random.IntN(3), namespaced: random.IntN(4) == 0, clock: random.IntN(6) == 0,
		old: random.IntN(2) == 0, limit: oneOf(random, 40, 5000),
	}
	var steps []fault
	for most := 4 + random.IntN(5); len(steps) < most; {
		step := faults[random.IntN(len(faults))]
		if step.slow { // draw again, so that slow faults are rare
			step = faults[random.IntN(len(faults))]
		}
		if step.fits == nil || step.fits(k) {
			steps = append(steps, step)
		}
	}
	return steps, k
}

func names(steps []fault) (names []string) {
	for _, step := range steps {
		names = append(names, step.name)
	}
	return names
}

// String describes the kind.
func (k kind) String() string {
	words := []string{"alone", fmt.Sprint("limit ", k.limit)}
	if k.elected() {
		words[0] = fmt.Sprint(k.replicas, " elected")
	}
	if k.namespaced {
		words = append(words, "a few namespaces")
	}
	if k.old {
		words = append(words, "HTTP/1.1")
	}
	return strings.Join(words, ", ")
}
