package controllers

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	coordinationv1client "k8s.io/client-go/kubernetes/typed/coordination/v1"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/klog/v2"

	"github.com/podscore/podscore/posture"
)

// ElectedStore is the part of the store that an Election uses. The Election says who
// leads, and carries the store's notes to the Lease and back.
type ElectedStore interface {
	// FirstPass returns a channel that is closed when the first full pass is over.
	FirstPass() <-chan struct{}
	// Lead is called when this replica holds the Lease. Unless it is called again, the
	// replica leads until then.
	Lead(until time.Time)
	// Follow is called with the note on a Lease that this replica does not hold; it may
	// have written the note itself.
	Follow(posture.Note)
	// Resign is called before the Lease is given back: this replica exposes no compliance
	// series any more.
	Resign()
	// Note returns the note that a leader writes on its Lease.
	Note() posture.Note
	// Due reports whether Release would count anything.
	Due() bool
	// Release counts the observations that may be counted by now, if the API server has
	// confirmed that this replica holds the Lease.
	Release(confirmed bool)
	// Exposed is called when somebody has read all of a snapshot. It reports whether
	// counters went up in it, which must be noted on the Lease at once.
	Exposed(*posture.Snapshot) (news bool)
}

// Election elects one of several replicas, the holder of a Lease: it exposes the
// compliance series and counts the pods that appear. A replica is a candidate from its
// first full pass on, and again when it has lost the Lease. Election implements
// manager.Runnable.
type Election struct {
	// Leases is the client for Leases in the Lease's namespace.
	Leases coordinationv1client.LeaseInterface
	// Name is the name of the Lease.
	Name string
	// Identity is unique to this process: no other replica has it, and it is new after
	// a restart.
	Identity string
	// LeaseDuration is how long other replicas wait before they take over a Lease that
	// is not renewed.
	LeaseDuration time.Duration
	// RenewDeadline is how long a leader that cannot renew its Lease goes on exposing.
	// It is shorter than LeaseDuration.
	RenewDeadline time.Duration
	// RetryPeriod is the time between two attempts to acquire or renew the Lease, and
	// the shortest time between two changes of the counters.
	RetryPeriod time.Duration
	// Deaf returns for how long a watch has failed or been silent; 0 while all watches
	// work. A leader whose watches fail gives the Lease back.
	Deaf func() time.Duration
	// Store is informed of who leads.
	Store ElectedStore
	// Log gets the changes of leadership, and the errors.
	Log logr.Logger

	lock        *leaseLock
	scrapes     scrapes
	lookedUp    chan struct{} // closed once the Lease was looked up
	initialNote *posture.Note // the note that was on it then; nil where nobody ever led
	mu          sync.Mutex
	lastErr     error // of the last request for the Lease; nil when it worked
}

// Init makes the election ready for use, and returns it.
func (e *Election) Init() *Election {
	e.lock, e.lookedUp = &leaseLock{election: e, busy: make(chan struct{}, 1)}, make(chan struct{})
	return e
}

// NeedLeaderElection implements manager.LeaderElectionRunnable. It returns false: it is
// the election, and so it runs on every replica.
func (e *Election) NeedLeaderElection() bool { return false }

// Start implements manager.Runnable. When ctx is done, a leader gives the Lease
// back at once.
func (e *Election) Start(ctx context.Context) error {
	lookUp := func(ctx context.Context) (bool, error) {
		_, _, err := e.lock.Get(ctx)
		if err == nil {
			if note := noteOn(e.lock.lease); !note.IsZero() {
				e.initialNote = &note
			}
		}
		return err == nil || apierrors.IsNotFound(err), nil
	}
	// The Lease is looked up first: the first full pass needs the note on it.
	if wait.PollUntilContextCancel(ctx, e.RetryPeriod, true, lookUp) != nil {
		return nil // ctx is done
	}
	close(e.lookedUp)
	select {
	case <-e.Store.FirstPass():
	case <-ctx.Done():
		return nil
	}
	for ctx.Err() == nil {
		if err := e.campaign(ctx); err != nil {
			return err
		}
	}
	return nil
}

// campaign waits for the Lease and leads with it, until ctx is done, or the Lease is lost
// or given back.
func (e *Election) campaign(ctx context.Context) error {
	candidacy, cancel := context.WithCancel(ctx)
	defer cancel()
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock: e.lock, Name: e.Name, ReleaseOnCancel: true,
		LeaseDuration: e.LeaseDuration, RenewDeadline: e.RenewDeadline, RetryPeriod: e.RetryPeriod,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(ctx context.Context) {
				e.Log.Info("This replica is the leader and reports", "lease", e.Name)
				e.resignWhenDeaf(ctx, cancel)
			},
			OnStoppedLeading: func() {},
			OnNewLeader:      func(identity string) { e.Log.Info("A replica is the leader", "lease", e.Name, "identity", identity) },
		},
	})
	if err != nil {
		return fmt.Errorf("the election of a leader: %w", err)
	}
	elector.Run(klog.NewContext(candidacy, logr.Discard())) // it would log every attempt
	if ctx.Err() != nil {
		return nil
	}
	e.Log.Info("This replica is no longer the leader and does not report", "lease", e.Name)
	if candidacy.Err() != nil { // given back: a replica whose watches work gets it first
		select {
		case <-ctx.Done():
		case <-time.After(headStart * e.RetryPeriod):
		}
	}
	return nil
}

// headStart is how many attempts the other replicas have to acquire a Lease that was
// given back.
const headStart = 4

// resignWhenDeaf calls resign, which gives the Lease back, once the watches of this leader
// have failed for a LeaseDuration, and not before it has led for a LeaseDuration: the
// watches of another replica may work. Where no other takes the Lease, this one leads
// again.
func (e *Election) resignWhenDeaf(ctx context.Context, resign func()) {
	began := time.Now()
	ticker := time.NewTicker(e.RetryPeriod)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if deaf := e.Deaf(); deaf >= e.LeaseDuration && time.Since(began) >= e.LeaseDuration {
			e.Log.Info("This replica gives the Lease back: it receives nothing from the API server, and another replica may", "lease", e.Name, "for", deaf.Round(time.Second).String())
			resign()
			return
		}
	}
}

// InitialNote waits until the Lease was looked up, and returns the note that was on it
// then; nil where nobody ever led. It returns the error of ctx when that is done first.
func (e *Election) InitialNote(ctx context.Context) (*posture.Note, error) {
	select {
	case <-e.lookedUp:
		return e.initialNote, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Err returns the error of the last request for the Lease; nil when it worked.
func (e *Election) Err() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lastErr
}

// recordResult records how a request for the Lease ended, and logs a change. It is no
// error that there is no Lease yet, or that another replica was faster.
func (e *Election) recordResult(verb string, err error) {
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) {
		err = nil
	}
	err = redacted(err)
	e.mu.Lock()
	before := e.lastErr
	e.lastErr = err
	e.mu.Unlock()
	log := e.Log.WithValues("verb", verb, "resource", "leases", "lease", e.Name)
	switch {
	case err == nil && before != nil:
		log.Info("The API server answers again")
	case err != nil && (before == nil || explain(before) != explain(err)):
		log.Error(err, explain(err))
	case err != nil:
		log.V(1).Info("Requests to the API server still fail", "reason", err.Error())
	}
}
