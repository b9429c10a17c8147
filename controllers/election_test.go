package controllers

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-logr/logr"
	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	coordinationv1client "k8s.io/client-go/kubernetes/typed/coordination/v1"
	clienttesting "k8s.io/client-go/testing"

	"github.com/podscore/podscore/posture"
	"github.com/podscore/podscore/securitycontext"
)

// lead runs an election with a single replica for a while. It returns how often the Lease
// was written, and how often the replica gave it back before the end.
func lead(t *testing.T, long time.Duration, deaf func() time.Duration, meanwhile func(*Election, *posture.Store)) (writes, givenBack int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		client := fake.NewClientset()
		var written, released atomic.Int32
		client.PrependReactor("*", "leases", func(action clienttesting.Action) (bool, runtime.Object, error) {
			if slices.Contains([]string{"create", "update"}, action.GetVerb()) {
				written.Add(1)
			}
			return false, nil, nil
		})
		store := synced()
		election := elected(client.CoordinationV1().Leases("podscore"), resigning{store, &released})
		election.Deaf = deaf
		ctx, stop := context.WithTimeout(t.Context(), long)
		defer stop()
		go meanwhile(election, store)
		if err := election.Start(ctx); err != nil {
			t.Error(err)
		}
		writes, givenBack = int(written.Load()), int(released.Load())-1 // the last is at the end
	})
	return writes, givenBack
}

// synced returns a store after its first full pass.
func synced() *posture.Store {
	store := posture.New(posture.Options{Elected: true, ScrapeInterval: time.Second, Now: time.Now})
	store.ReplaceNamespaces(map[string]map[string]string{"shop": nil}, 0)
	store.Replace("", 1, slices.Values([]posture.Pod(nil)))
	return store
}

// elected returns the election of the replica "this", whose watches work.
func elected(leases coordinationv1client.LeaseInterface, store ElectedStore) *Election {
	return (&Election{
		Leases: leases, Name: "podscore", Identity: "this",
		LeaseDuration: 15 * time.Second, RenewDeadline: 10 * time.Second, RetryPeriod: time.Second / 2,
		Deaf: hears, Store: store, Log: logr.Discard(),
	}).Init()
}

// resigning is a store that counts the calls of Resign.
type resigning struct {
	*posture.Store
	times *atomic.Int32
}

func (r resigning) Resign() {
	r.times.Add(1)
	r.Store.Resign()
}

func hears() time.Duration { return 0 }

// TestAnIdleLeaderWritesSeldom: the Lease costs the API server as much as the Leases of
// Kubernetes' own components, and two more writes for a scrape that shows new counts.
func TestAnIdleLeaderWritesSeldom(t *testing.T) {
	idle, _ := lead(t, time.Minute, hears, func(*Election, *posture.Store) {})
	if idle < 20 || idle > 35 {
		t.Errorf("in a minute an idle leader writes %d times, want about 30", idle)
	}
	scrape := func(election *Election, store *posture.Store) {
		for i := range 4 {
			time.Sleep(10 * time.Second)
			store.Put(posture.Pod{Namespace: "shop", Name: "web", UID: string(rune('a' + i)), Version: uint64(2 + i), Created: time.Now(), Facts: &securitycontext.Facts{}})
			finish := election.Expose(context.Background())
			finish(store.Snapshot())
		}
	}
	if busy, _ := lead(t, time.Minute, hears, scrape); busy < idle || busy > idle+8 {
		t.Errorf("with four scrapes that show new counts it writes %d times, and idle %d", busy, idle)
	}
}

// TestADeafLeaderGivesItsLeaseBack: a leader whose watches fail gives the Lease back, at
// most once per LeaseDuration, and leads again if nobody else takes it; a leader whose
// watches work keeps it.
func TestADeafLeaderGivesItsLeaseBack(t *testing.T) {
	if _, times := lead(t, 5*time.Minute, hears, func(*Election, *posture.Store) {}); times != 0 {
		t.Errorf("a leader that hears gives its Lease back %d times", times)
	}
	began := time.Time{}
	deaf := func() time.Duration {
		if began.IsZero() {
			began = time.Now()
		}
		return time.Since(began)
	}
	if _, times := lead(t, 5*time.Minute, deaf, func(*Election, *posture.Store) {}); times < 5 || times > 5*60/15 {
		t.Errorf("in 5 minutes a leader that hears nothing gives its Lease back %d times, want some, and not more than once in 15 s", times)
	}
}

// cutLeases is a client for Leases whose requests wait while it is cut off.
type cutLeases struct {
	coordinationv1client.LeaseInterface
	whole atomic.Pointer[chan struct{}] // closed while requests pass
}

func (c *cutLeases) wait(ctx context.Context) error {
	select {
	case <-*c.whole.Load():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *cutLeases) Get(ctx context.Context, name string, options metav1.GetOptions) (*coordinationv1.Lease, error) {
	if err := c.wait(ctx); err != nil {
		return nil, err
	}
	return c.LeaseInterface.Get(ctx, name, options)
}

func (c *cutLeases) Update(ctx context.Context, lease *coordinationv1.Lease, options metav1.UpdateOptions) (*coordinationv1.Lease, error) {
	if err := c.wait(ctx); err != nil {
		return nil, err
	}
	return c.LeaseInterface.Update(ctx, lease, options)
}

// TestNobodyGivesBackTheLeaseOfAnother: client-go's election gives the Lease back when it
// could not be renewed. If the API server answers only then, another replica holds it, and
// goes on holding it: else two would report.
func TestNobodyGivesBackTheLeaseOfAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		direct := fake.NewClientset().CoordinationV1().Leases("podscore")
		leases, passes, cut := &cutLeases{LeaseInterface: direct}, make(chan struct{}), make(chan struct{})
		close(passes)
		leases.whole.Store(&passes)
		store := synced()
		go func() { _ = elected(leases, store).Start(t.Context()) }()
		time.Sleep(20 * time.Second)
		leases.whole.Store(&cut)
		time.Sleep(16 * time.Second) // no renewal since, and the attempt to give it back waits
		lease, err := direct.Get(t.Context(), "podscore", metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		lease.Spec.HolderIdentity, lease.Spec.RenewTime = new("that"), &metav1.MicroTime{Time: time.Now()}
		if _, err := direct.Update(t.Context(), lease, metav1.UpdateOptions{}); err != nil {
			t.Fatal(err)
		}
		close(cut)
		time.Sleep(5 * time.Second)
		if lease, err = direct.Get(t.Context(), "podscore", metav1.GetOptions{}); err != nil || *lease.Spec.HolderIdentity != "that" {
			t.Errorf("%q holds the Lease, %v; want the replica that has acquired it 5 s ago", *lease.Spec.HolderIdentity, err)
		}
		if store.Snapshot().Reporting {
			t.Error("the replica reports that was cut off, and another holds the Lease")
		}
	})
}
