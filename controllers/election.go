package controllers

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
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
	// Synced tells whether there is something to report.
	Synced() bool
	// Position returns through which resource version of pods everything is put,
	// and through which the counts were exposed.
	Position() (seen, exposed uint64)
	// Lead takes in that this replica leads until then and counts through a resource version.
	Lead(through uint64, until time.Time)
	// Follow takes in what the Lease of another replica says.
	Follow(posture.Lease)
	// Resign has this replica expose nothing more.
	Resign()
}

// Election has one of several replicas report, and one of them count every pod
// that appears: the one that holds a Lease. All of them take part from their
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
	// RetryPeriod is how long a leader waits between renewals, and the others
	// between attempts.
	RetryPeriod time.Duration
	// Store is told who leads.
	Store ElectedStore
	// Log is told when that changes, and of errors.
	Log logr.Logger

	known   atomic.Bool   // whether the Lease was looked up
	exposed atomic.Uint64 // through which its holder's counts had been seen then
	mu      sync.Mutex
	failing error
}

// NeedLeaderElection implements manager.LeaderElectionRunnable: this is what others wait for.
func (e *Election) NeedLeaderElection() bool { return false }

// Start implements manager.Runnable. When ctx is done, a leader gives the Lease
// back at once.
func (e *Election) Start(ctx context.Context) error {
	lock := &lock{Election: e, ctx: ctx}
	known := func(ctx context.Context) (bool, error) {
		_, _, err := lock.Get(ctx)
		if err == nil {
			e.exposed.Store(version(lock.lease, exposedThrough))
		}
		e.known.Store(err == nil || apierrors.IsNotFound(err))
		return e.known.Load(), nil
	}
	synced := func(context.Context) (bool, error) { return e.Store.Synced(), nil }
	// It is looked up before the first full pass, which must know what was counted.
	if wait.PollUntilContextCancel(ctx, e.RetryPeriod, true, known) != nil || wait.PollUntilContextCancel(ctx, time.Second/20, true, synced) != nil {
		return nil // stopped before it began
	}
	config := leaderelection.LeaderElectionConfig{
		Lock: lock, Name: e.Name, ReleaseOnCancel: true,
		LeaseDuration: e.LeaseDuration, RenewDeadline: e.RenewDeadline, RetryPeriod: e.RetryPeriod,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { e.Log.Info("Leading: this replica reports", "lease", e.Name) },
			OnStoppedLeading: func() {},
			OnNewLeader:      func(identity string) { e.Log.Info("There is a leader", "lease", e.Name, "identity", identity) },
		},
	}
	quiet := klog.NewContext(ctx, logr.Discard()) // it would tell of every attempt
	for ctx.Err() == nil {
		elector, err := leaderelection.NewLeaderElector(config)
		if err != nil {
			return fmt.Errorf("the election of a leader: %w", err)
		}
		if elector.Run(quiet); ctx.Err() == nil {
			e.Log.Info("Not leading any more: this replica does not report", "lease", e.Name)
		}
	}
	return nil
}

// Exposed waits until the Lease was looked up, and returns through which resource
// version of pods somebody had seen its holder's counts; 0 where there was none.
func (e *Election) Exposed(ctx context.Context) (through uint64, err error) {
	err = wait.PollUntilContextCancel(ctx, time.Second/50, true, func(context.Context) (bool, error) { return e.known.Load(), nil })
	return e.exposed.Load(), err
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
