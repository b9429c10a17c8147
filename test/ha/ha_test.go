package ha

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
)

// cluster is what the tests share.
var cluster harness.Cluster

func TestMain(m *testing.M) {
	os.Exit(cluster.Run(m, controlplane.Options{Bare: true}, "-k config/default"))
}

func get(ctx context.Context, client *http.Client, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return "", err
	}
	status, body, err := process.Do(client, request)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s answers %d", url, status)
	}
	return body, err
}

// load is pods that appear, and what the API server said of them.
type load struct {
	t         *testing.T
	namespace string
	cancel    context.CancelFunc
	done      chan struct{}

	mu       sync.Mutex
	versions []uint64 // at which each appeared
}

// newLoad has pods appear in a new namespace, 40 a second, until it is ended.
// Every third is deleted at once.
func newLoad(t *testing.T, namespace string) *load {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	l := &load{t: t, namespace: namespace, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(l.done)
		for i := 0; ctx.Err() == nil; i++ {
			l.create(fmt.Sprint("pod-", i), i%3 == 0)
			time.Sleep(25 * time.Millisecond)
		}
	}()
	t.Cleanup(l.end)
	return l
}

func (l *load) create(name string, deleted bool) {
	pods := cluster.Client.CoreV1().Pods(l.namespace)
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "app", Image: "app"}}},
	}
	pod, err := pods.Create(context.Background(), pod, metav1.CreateOptions{})
	if err != nil {
		l.t.Error(err)
		return
	}
	version, err := strconv.ParseUint(pod.ResourceVersion, 10, 64)
	if err != nil {
		l.t.Error(err)
	}
	l.mu.Lock()
	l.versions = append(l.versions, version)
	l.mu.Unlock()
	if deleted {
		if err := pods.Delete(context.Background(), name, metav1.DeleteOptions{GracePeriodSeconds: new(int64(0))}); err != nil && !apierrors.IsNotFound(err) {
			l.t.Error(err)
		}
	}
}

// end has no more pods appear.
func (l *load) end() {
	l.cancel()
	<-l.done
}

// created is how many pods appeared with a resource version up to one, and after it.
func (l *load) created(through uint64) (until, after int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, version := range l.versions {
		if version <= through {
			until++
		} else {
			after++
		}
	}
	return until, after
}

// underLoad starts a fleet in a new namespace, where pods have appeared for a while
// when it returns.
func underLoad(t *testing.T, namespace string, replicas int, cuttable bool) (f *fleet, load *load, leader *replica) {
	t.Helper()
	cluster.Namespace(t, namespace)
	f = newFleet(t, namespace, replicas, cuttable)
	load, leader = newLoad(t, namespace), f.leader(t.Context())
	time.Sleep(3 * time.Second)
	return f, load, leader
}

// lease reads the Lease.
func lease(t *testing.T) *coordinationv1.Lease {
	t.Helper()
	lease, err := cluster.Client.CoordinationV1().Leases("podscore").Get(t.Context(), "podscore", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return lease
}

// exposedThrough is what the Lease says somebody has read of a namespace's counters.
func exposedThrough(t *testing.T, namespace string) uint64 {
	t.Helper()
	noted := lease(t).Annotations
	text := noted["podscore.io/exposed-through"]
	for held := range strings.SplitSeq(noted["podscore.io/held-through"], ",") {
		if name, version, _ := strings.Cut(held, "="); name == namespace {
			text = version
		}
	}
	version, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return version
}

// signal sends a signal to a replica.
func signal(t *testing.T, r *replica, signal syscall.Signal) {
	t.Helper()
	if err := r.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

// awaitObserved waits until a replica has counted as many pods as it should,
// and for a second longer that it does not count more.
func awaitObserved(t *testing.T, r *replica, want int) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline) && r.last(true).observed < want; {
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(time.Second)
	if got := r.last(true).observed; got != want {
		t.Errorf("%s has counted %d newly observed pods, want %d", r.name, got, want)
	}
}

const (
	leaseDuration = 15 * time.Second
	allowance     = 2 * time.Second
	busy          = 5 * time.Second // what a machine may lose that runs other tests beside this one
)

// atMost prints for how long nobody reported, and fails where that is longer than
// promised, beyond what a busy machine explains.
func atMost(t *testing.T, before, after *replica, promised time.Duration) {
	t.Helper()
	got := gap(before, after)
	t.Logf("nobody reported for %.2f s; promised are at most %s", got.Seconds(), promised)
	if got == 0 || got > promised+busy {
		t.Errorf("nobody reported for %s, want at most %s", got, promised)
	}
}

// TestTheLeaderEnds: it gives the Lease back, and whatever of its counts nobody
// has scraped, the next leader counts.
func TestTheLeaderEnds(t *testing.T) {
	cluster.Needs(t)
	for _, replicas := range []int{2, 3} {
		t.Run(fmt.Sprint(replicas, " replicas"), func(t *testing.T) {
			namespace := fmt.Sprint("ends-", replicas)
			f, load, leader := underLoad(t, namespace, replicas, false)
			signal(t, leader, syscall.SIGTERM)
			next := f.successor(leader)
			time.Sleep(2 * time.Second)
			load.end()
			all, _ := load.created(1 << 63)
			awaitObserved(t, next, all-leader.last(true).observed)
			if status := leader.ExitStatus(); status != 0 {
				t.Errorf("after SIGTERM it ended with status %d", status)
			}
			atMost(t, leader, next, 2*time.Second)
			f.neverTwo()
		})
	}
}

// TestTheLeaderIsKilled: what somebody has read of its counters is noted, and the
// next leader counts the rest; even if the clock of the one that died was wrong by
// an hour.
func TestTheLeaderIsKilled(t *testing.T) {
	cluster.Needs(t)
	for name, skew := range map[string]time.Duration{"in-time": 0, "ahead": time.Hour, "behind": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			namespace := "killed-" + name
			f, load, leader := underLoad(t, namespace, 2, false)
			signal(t, leader, syscall.SIGKILL)
			leader.ExitStatus()
			through := exposedThrough(t, namespace)
			if skew != 0 {
				wrong := lease(t)
				wrong.Spec.RenewTime.Time = wrong.Spec.RenewTime.Add(skew)
				wrong.Annotations["podscore.io/exposed-at"] = time.Now().Add(skew).UTC().Format(time.RFC3339Nano)
				if _, err := cluster.Client.CoordinationV1().Leases("podscore").Update(t.Context(), wrong, metav1.UpdateOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			next := f.successor(leader)
			time.Sleep(2 * time.Second)
			load.end()
			until, after := load.created(through)
			if shown := leader.last(true).observed; shown < until || until == 0 {
				t.Errorf("%d pods were read in a counter; the Lease says %d", shown, until)
			}
			awaitObserved(t, next, after)
			atMost(t, leader, next, leaseDuration+allowance)
			f.neverTwo()
		})
	}
}

// TestTheLeaderStandsStill and wakes when another leads: it must not report.
// When it leads again, all replicas together have counted every pod once.
func TestTheLeaderStandsStill(t *testing.T) {
	cluster.Needs(t)
	f, load, leader := underLoad(t, "stands-still", 2, false)
	signal(t, leader, syscall.SIGSTOP)
	time.Sleep(time.Second) // what the leader wrote arrives
	through := exposedThrough(t, load.namespace)
	next := f.successor(leader)
	twice := countedTwice(leader, load, through)
	time.Sleep(2 * time.Second)
	woken := time.Now()
	signal(t, leader, syscall.SIGCONT)
	atMost(t, leader, next, leaseDuration+allowance)
	time.Sleep(3 * time.Second)
	if last := leader.last(true); last.began.After(woken) {
		t.Errorf("after it woke up it reported: %+v", last)
	}
	awaitCountsOnceMore(t, f, load, next, leader, twice)
}

// TestTheLeaderIsCutOff from the API server, and nobody else is.
func TestTheLeaderIsCutOff(t *testing.T) {
	cluster.Needs(t)
	f, load, leader := underLoad(t, "cut-off", 2, true)
	leader.link.set(true)
	time.Sleep(time.Second) // what the leader wrote arrives
	through := exposedThrough(t, load.namespace)
	next := f.successor(leader)
	twice := countedTwice(leader, load, through)
	atMost(t, leader, next, leaseDuration+allowance)
	time.Sleep(2 * time.Second)
	whole := time.Now()
	leader.link.set(false)
	time.Sleep(3 * time.Second)
	if last := leader.last(true); last.began.After(whole) {
		t.Errorf("after it reached the API server again it reported: %+v", last)
	}
	awaitCountsOnceMore(t, f, load, next, leader, twice)
}

// countedTwice returns the pods that a leader which was interrupted has counted and not
// noted on the Lease: it was interrupted between a scrape and that. The next leader counts
// them too, as docs/reliability.md says. It is below 0 if the leader has noted what it wrote
// to a scraper that gave up reading: then nobody counts that.
func countedTwice(leader *replica, load *load, through uint64) int {
	noted, _ := load.created(through)
	return leader.last(true).observed - noted
}

// awaitCountsOnceMore has the leader end and the one before lead again, and
// requires that both together have counted all pods, and twice only those that may be.
func awaitCountsOnceMore(t *testing.T, f *fleet, load *load, leader, before *replica, twice int) {
	t.Helper()
	ready, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := before.Ready(ready); err != nil {
		t.Fatal(err)
	}
	signal(t, leader, syscall.SIGTERM)
	f.successor(leader)
	time.Sleep(time.Second)
	load.end()
	all, _ := load.created(1 << 63)
	awaitObserved(t, before, all-leader.last(true).observed+twice)
	atMost(t, leader, before, 2*time.Second)
	f.neverTwo()
}

// TestTheOnlyReplicaStartsAgain, after it ended and after it was killed. What
// appeared meanwhile and is still there counts, and what was counted does not.
func TestTheOnlyReplicaStartsAgain(t *testing.T) {
	cluster.Needs(t)
	for name, how := range map[string]syscall.Signal{"ended": syscall.SIGTERM, "killed": syscall.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			namespace := "again-" + name
			cluster.Namespace(t, namespace)
			f := newFleet(t, namespace, 1, false)
			before := f.replicas[0]
			load := &load{t: t, namespace: namespace}
			next := 0
			appear := func(pods int) {
				for range pods {
					load.create(fmt.Sprint("pod-", next), false)
					next++
				}
			}
			appear(20)
			awaitObserved(t, before, 20)
			appear(5) // just before the end
			signal(t, before, how)
			before.ExitStatus()
			counted := before.last(true).observed
			if how == syscall.SIGKILL { // unless it was killed before it noted the last page
				counted, _ = load.created(exposedThrough(t, namespace))
			}
			appear(30)
			for i := range next { // they change: a list does not tell when they appeared
				label := fmt.Appendf(nil, `{"metadata":{"labels":{"changed":"%d"}}}`, i)
				if _, err := cluster.Client.CoreV1().Pods(namespace).Patch(t.Context(), fmt.Sprint("pod-", i), types.MergePatchType, label, metav1.PatchOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			after := f.start("again", false)
			if leads := f.successor(before); leads != after {
				t.Fatalf("%s leads", leads.name)
			}
			appear(10)
			awaitObserved(t, after, next-counted)
			f.neverTwo()
		})
	}
}
