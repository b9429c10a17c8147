package serving

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
)

// What podscore must keep to, whatever is done to it. The memory is the limit
// that ships; the time is from a pod's creation to a proper scraper's seeing it.
const (
	memoryAllowed = 256 << 20
	timeAllowed   = 5 * time.Second
	filesAllowed  = 100 + 10 // connections, and what podscore opens for itself
)

// TestHostileScrapers: a thousand clients at a time do their worst, and a proper
// scraper at another address sees every new pod within seconds.
func TestHostileScrapers(t *testing.T) {
	cluster.Needs(t)
	manyNamespaces(t)
	p := start(t)
	target := strings.TrimPrefix(p.MetricsURL, "https://")
	given := token(t, "scraper")
	quiet := look(t, p)
	t.Logf("before: %s", quiet)
	for _, c := range []struct {
		name            string
		many, addresses int
		plain           bool // without TLS
		does            hostile
	}{
		{"without a token", 1000, 1, false, scrapes("")},
		{"without a token, of 1,000 addresses", 1000, 1000, false, scrapes("")},
		{"with wrong tokens, of 1,000 addresses", 1000, 1000, false, scrapes("not-a-token")},
		{"that say nothing, of 1,000 addresses", 1000, 1000, false, silent},
		{"with wrong tokens", 1000, 1, false, scrapes("not-a-token")},
		{"with wrong tokens, of 50 addresses", 1000, 50, false, scrapes("not-a-token")},
		{"with the right", 1000, 1, false, scrapes(given)},
		{"that never read", 1000, 1, false, neverReads(given)},
		{"with slow headers", 1000, 1, false, slowly},
		{"that say nothing", 1000, 1, false, silent},
		{"that say nothing, of 50 addresses", 1000, 50, false, silent},
		{"that do not even encrypt", 1000, 1, true, silent},
		{"with endless headers", 100, 1, false, endlessHeaders},
		{"with endless bodies", 100, 1, false, endlessBody(given)},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			var attackers sync.WaitGroup
			attackers.Go(func() { attack(ctx, target, c.plain, c.many, c.addresses, c.does) })
			peakMemory := watchMemory(t.Context(), p)
			time.Sleep(2 * time.Second) // until they are all there
			slowest := appearances(t, p, 5)
			peak := peakMemory()
			during := look(t, p)
			cancel()
			attackers.Wait()
			t.Logf("%d clients %s: new pods are seen within %s, resident memory up to %d MiB, %s", c.many, c.name, slowest.Round(time.Millisecond), peak>>20, during)
			if slowest > timeAllowed {
				t.Errorf("a new pod was seen after %s, want it within %s", slowest, timeAllowed)
			}
			if peak > memoryAllowed {
				t.Errorf("it takes %d MiB, want no more than %d", peak>>20, memoryAllowed>>20)
			}
			if opened := during.files - quiet.files; opened > filesAllowed {
				t.Errorf("it has %d files open more than before, want no more than %d", opened, filesAllowed)
			}
			eventually(t, func() (string, bool) {
				after := look(t, p)
				return fmt.Sprintf("when all have gone: %s; before: %s", after, quiet), after.goroutines <= quiet.goroutines+5 && after.files <= quiet.files+5
			})
		})
	}
	t.Logf("after: %s", look(t, p))
	if log := harness.Read(t, p.Log); len(log) > 16<<10 {
		t.Errorf("hostile clients write %d bytes into the log; it begins with\n%s", len(log), log[:2000])
	}
}

// manyNamespaces makes the page larger than the buffers of a socket.
func manyNamespaces(t *testing.T) {
	t.Helper()
	largePage.Do(func() {
		var makers sync.WaitGroup
		for maker := range 8 {
			makers.Go(func() {
				for i := maker; i < 1500; i += 8 {
					namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprint("namespace-with-a-long-name-", i)}}
					if _, err := cluster.Client.CoreV1().Namespaces().Create(t.Context(), namespace, metav1.CreateOptions{}); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		makers.Wait()
	})
}

var largePage sync.Once

// appearances creates pods one after the other, and returns how long it took
// until the last to be seen was seen, by a scraper with a token that nobody knows
// yet, and an address of its own.
func appearances(t *testing.T, p *process.Podscore, many int) (slowest time.Duration) {
	t.Helper()
	refused := 0
	for range many {
		s := newScraper(token(t, "scraper"), "127.0.0.2")
		pod := &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{GenerateName: "new-", Namespace: "default"},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "i"}}},
		}
		pod, err := cluster.Client.CoreV1().Pods("default").Create(t.Context(), pod, metav1.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		created := time.Now()
		want := fmt.Sprintf("workload=%q", pod.Name)
		for seen := false; !seen; {
			page, err := s.scrape(t.Context(), p.MetricsURL+"/metrics")
			if seen = err == nil && page.status == 200 && strings.Contains(page.body, want); !seen {
				if err != nil || page.status != 200 {
					refused++
				}
				if time.Since(created) > 30*time.Second {
					t.Fatalf("half a minute after its creation a pod is not seen; the last scrape was %v, %v", page, err)
				}
				time.Sleep(100 * time.Millisecond)
			}
		}
		slowest = max(slowest, time.Since(created))
		s.client.CloseIdleConnections()
	}
	if refused > 0 {
		t.Logf("%d of its scrapes failed", refused)
	}
	return slowest
}

// state is what podscore takes.
type state struct{ goroutines, files, memory int }

func (s state) String() string {
	return fmt.Sprintf("%d goroutines, %d open files, %d MiB", s.goroutines, s.files, s.memory>>20)
}

// look asks podscore and the kernel what podscore takes.
func look(t *testing.T, p *process.Podscore) state {
	t.Helper()
	s := newScraper(token(t, "scraper"), "127.0.0.2")
	defer s.client.CloseIdleConnections()
	var found []string
	eventually(t, func() (string, bool) {
		page, err := s.scrape(t.Context(), p.MetricsURL+"/metrics")
		if err != nil || page.status != 200 {
			return fmt.Sprint("no page: ", page, err), false
		}
		found = regexp.MustCompile(`(?m)^go_goroutines (\d+)$`).FindStringSubmatch(page.body)
		return "the page has no go_goroutines", found != nil
	})
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.PID()))
	if err != nil {
		t.Fatal(err)
	}
	goroutines, _ := strconv.Atoi(found[1])
	return state{goroutines, len(files), resident(p)}
}

// resident returns the process's resident memory, 0 if it has ended.
func resident(p *process.Podscore) int {
	bytes, _ := p.Memory(process.Resident)
	return int(bytes)
}

// watchMemory watches the resident memory until the returned function is called,
// which returns the peak.
func watchMemory(ctx context.Context, p *process.Podscore) (peak func() int) {
	ctx, cancel := context.WithCancel(ctx)
	result := make(chan int, 1)
	go func() {
		most := 0
		for ctx.Err() == nil {
			most = max(most, resident(p))
			time.Sleep(50 * time.Millisecond)
		}
		result <- most
	}()
	return func() int {
		cancel()
		return <-result
	}
}
