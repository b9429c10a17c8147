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

// ElectedStore is what an Election tells who leads.
type ElectedStore interface {
	// Synced reports whether there is something to report.
	Synced() bool
	// Lead takes in that this replica leads until then.
	Lead(until time.Time)
	// Follow takes in what is noted on a Lease that this replica does not hold.
	Follow(posture.Note)
	// Resign has this replica expose nothing more.
	Resign()
	// Note returns what a leader has to note on its Lease.
	Note() posture.Note
	// Due reports whether Release would count anything.
	Due() bool
	// Release counts what may be counted by now.
	Release()
	// Exposed takes in that a page of a snapshot was read, and reports whether
	// that has to be noted at once.
	Exposed(*posture.Snapshot) (news bool)
}

// Election has one of several replicas report, and every pod that appears counted
// by one of them: the one that holds a Lease. All of them take part from their
// first full pass on, and go on taking part when they lose. It is a
// manager.Runnable.
type Election struct {
	// Leases are those of the namespace that the Lease is in.
	Leases coordinationv1client.LeaseInterface
	// Name is the Lease's.
	Name string
	// Identity tells this replica from all others, and from itself before a restart.
	Identity string
	// LeaseDuration is how long the others wait for a leader that is not heard of.
	LeaseDuration time.Duration
	// RenewDeadline, which is shorter, is how long a leader that cannot renew its
	// Lease goes on reporting.
	RenewDeadline time.Duration
	// RetryPeriod is how long the others wait between attempts, and within which
	// a leader notes what was read.
	RetryPeriod time.Duration
	// Deaf returns for how long a watch has failed or been silent too long; 0 where
	// all work. A leader that hears nothing gives the Lease back.
	Deaf func() time.Duration
	// Store is told who leads.
	Store ElectedStore
	// Log is told when that changes, and of errors.
	Log logr.Logger

	lock    *lock
	pages   pages
	known   chan struct{} // closed once the Lease was looked up
	note    *posture.Note // what was noted on it then
	mu      sync.Mutex
	failing error
}

// Init makes an election ready for use. It returns the election.
func (e *Election) Init() *Election {
	e.lock, e.known = &lock{election: e, busy: make(chan struct{}, 1)}, make(chan struct{})
	return e
}

// NeedLeaderElection implements manager.LeaderElectionRunnable: it runs on every
// replica, for it is the election.
func (e *Election) NeedLeaderElection() bool { return false }

// Start implements manager.Runnable. When ctx is done, a leader gives the Lease
// back at once.
func (e *Election) Start(ctx context.Context) error {
	looked := func(ctx context.Context) (bool, error) {
		_, _, err := e.lock.Get(ctx)
		if err == nil {
			if note := noteOn(e.lock.lease); !note.IsZero() {
				e.note = &note
			}
		}
		return err == nil || apierrors.IsNotFound(err), nil
	}
	synced := func(context.Context) (bool, error) { return e.Store.Synced(), nil }
	// It is looked up before the first full pass, which must know what was counted.
	if wait.PollUntilContextCancel(ctx, e.RetryPeriod, true, looked) != nil {
		return nil // stopped before it began
	}
	close(e.known)
	if wait.PollUntilContextCancel(ctx, time.Second/20, true, synced) != nil {
		return nil
	}
	for ctx.Err() == nil {
		if err := e.takePart(ctx); err != nil {
			return err
		}
	}
	return nil
}

// takePart tries to lead, and leads, until ctx is done, the Lease is lost, or it
// is given back.
func (e *Election) takePart(ctx context.Context) error {
	part, cancel := context.WithCancel(ctx)
	defer cancel()
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock: e.lock, Name: e.Name, ReleaseOnCancel: true,
		LeaseDuration: e.LeaseDuration, RenewDeadline: e.RenewDeadline, RetryPeriod: e.RetryPeriod,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(ctx context.Context) {
				e.Log.Info("Leading: this replica reports", "lease", e.Name)
				e.listen(ctx, cancel)
			},
			OnStoppedLeading: func() {},
			OnNewLeader:      func(identity string) { e.Log.Info("There is a leader", "lease", e.Name, "identity", identity) },
		},
	})
	if err != nil {
		return fmt.Errorf("the election of a leader: %w", err)
	}
	elector.Run(klog.NewContext(part, logr.Discard())) // it would tell of every attempt
	if ctx.Err() != nil {
		return nil
	}
	e.Log.Info("Not leading any more: this replica does not report", "lease", e.Name)
	if part.Err() != nil { // given back: any other that hears is faster
		select {
		case <-ctx.Done():
		case <-time.After(headStart * e.RetryPeriod):
		}
	}
	return nil
}

// headStart is how many attempts the others have to take a Lease that was given back.
const headStart = 4

// listen gives the Lease back, by cancelling, if the API server tells this leader
// nothing for as long as others would wait for it, and not before it has led for
// as long: another replica may hear more. Where there is none, this one leads on.
func (e *Election) listen(ctx context.Context, giveBack func()) {
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
			e.Log.Info("Giving the Lease back: the watch of this replica fails, and another's may not", "lease", e.Name, "for", deaf.Round(time.Second).String())
			giveBack()
			return
		}
	}
}

// Noted waits until the Lease was looked up, and returns what was noted on it
// then; nil where nobody ever held it.
func (e *Election) Noted(ctx context.Context) (*posture.Note, error) {
	select {
	case <-e.known:
		return e.note, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Err returns what the last attempt to read or write the Lease said; nil when it worked.
func (e *Election) Err() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.failing
}

// answered takes in how a request ended, and logs it when that is news. That
// there is no Lease yet, and that another replica was faster, is no error.
func (e *Election) answered(verb string, err error) {
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) {
		err = nil
	}
	err = told(err)
	e.mu.Lock()
	before := e.failing
	e.failing = err
	e.mu.Unlock()
	log := e.Log.WithValues("verb", verb, "resource", "leases", "lease", e.Name)
	switch {
	case err == nil && before != nil:
		log.Info("The API server answers again")
	case err != nil && (before == nil || explain(before) != explain(err)):
		log.Error(err, explain(err))
	case err != nil:
		log.V(1).Info("Still failing", "reason", err.Error())
	}
}
