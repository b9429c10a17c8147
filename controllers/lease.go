package controllers

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/leaderelection/resourcelock"

	"github.com/podscore/podscore/posture"
)

// idleRenewInterval is the time between two renewals of the Lease while there is nothing
// to note on it. Kubernetes' own components renew as often. It is shorter where
// RenewDeadline is short.
const idleRenewInterval = 2 * time.Second

// leaseLock is the resourcelock.Interface through which client-go's leader election reads
// and writes the Lease. It informs the store of what it reads and writes. It makes one
// request at a time.
type leaseLock struct {
	election *Election
	busy     chan struct{}         // holds an element during a request
	lease    *coordinationv1.Lease // as it was last read or written
	held     bool                  // whether this replica held it then
	renewed  time.Time             // when the last write that succeeded was sent
	noted    posture.Note          // the note that it wrote
}

// Get implements resourcelock.Interface.
func (l *leaseLock) Get(ctx context.Context) (*resourcelock.LeaderElectionRecord, []byte, error) {
	if err := l.startRequest(ctx); err != nil {
		return nil, nil, err
	}
	defer l.endRequest()
	lease, err := l.election.Leases.Get(ctx, l.election.Name, metav1.GetOptions{})
	l.election.recordResult("get", err)
	if err != nil {
		return nil, nil, err
	}
	l.lease = lease
	record := resourcelock.LeaseSpecToLeaderElectionRecord(&lease.Spec)
	if !l.namesThis() {
		l.held = false
		l.election.Store.Follow(noteOn(lease))
	}
	raw, err := json.Marshal(record)
	return record, raw, err
}

// Create implements resourcelock.Interface.
func (l *leaseLock) Create(ctx context.Context, record resourcelock.LeaderElectionRecord) error {
	if err := l.startRequest(ctx); err != nil {
		return err
	}
	defer l.endRequest()
	return l.write(record, "create", &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: l.election.Name}}, func(lease *coordinationv1.Lease) (*coordinationv1.Lease, error) {
		return l.election.Leases.Create(ctx, lease, metav1.CreateOptions{})
	})
}

// Update implements resourcelock.Interface. It does nothing while the Lease that this
// replica holds was renewed a moment ago and has the current note. A record without a holder
// gives the Lease back. client-go asks for that also where another replica has acquired the
// Lease meanwhile, and would take it from that one: it is refused.
func (l *leaseLock) Update(ctx context.Context, record resourcelock.LeaderElectionRecord) error {
	if err := l.startRequest(ctx); err != nil {
		return err
	}
	defer l.endRequest()
	if record.HolderIdentity == "" {
		if !l.namesThis() {
			return errHeldByAnother
		}
		l.election.Store.Resign()
		l.election.scrapes.close(ctx)
	} else if l.held && time.Since(l.renewed) < min(idleRenewInterval, l.election.RenewDeadline/4) && l.noted.Equal(l.election.Store.Note()) {
		return nil
	}
	return l.update(ctx, record)
}

// confirm renews the Lease at once, with the store's note. It returns an error unless this
// replica holds the Lease.
func (l *leaseLock) confirm(ctx context.Context) error {
	if err := l.startRequest(ctx); err != nil {
		return err
	}
	defer l.endRequest()
	if !l.held {
		return errHeldByAnother
	}
	record := resourcelock.LeaseSpecToLeaderElectionRecord(&l.lease.Spec)
	record.RenewTime = metav1.Now()
	return l.update(ctx, *record)
}

var errHeldByAnother = errors.New("another replica holds the Lease")

// namesThis reports whether the Lease, as it was last read or written, has this replica for
// its holder.
func (l *leaseLock) namesThis() bool {
	return resourcelock.LeaseSpecToLeaderElectionRecord(&l.lease.Spec).HolderIdentity == l.election.Identity
}

func (l *leaseLock) update(ctx context.Context, record resourcelock.LeaderElectionRecord) error {
	return l.write(record, "update", l.lease.DeepCopy(), func(lease *coordinationv1.Lease) (*coordinationv1.Lease, error) {
		return l.election.Leases.Update(ctx, lease, metav1.UpdateOptions{})
	})
}

// write sends the Lease with the election's record and the store's note. Where this
// replica holds the Lease then, it leads until RenewDeadline after the request was sent.
func (l *leaseLock) write(
	record resourcelock.LeaderElectionRecord, verb string,
	lease *coordinationv1.Lease, send func(*coordinationv1.Lease) (*coordinationv1.Lease, error),
) error {
	note := l.election.Store.Note()
	metav1.SetMetaDataLabel(&lease.ObjectMeta, "app.kubernetes.io/part-of", "podscore") // an uninstallation leaves it behind: it has to be found
	lease.Spec = resourcelock.LeaderElectionRecordToLeaseSpec(&record)
	setNote(lease, note)
	sent := time.Now()
	lease, err := send(lease)
	l.election.recordResult(verb, err)
	if err != nil {
		return err
	}
	l.lease, l.held, l.renewed, l.noted = lease, record.HolderIdentity == l.election.Identity, sent, note
	if l.held {
		l.election.scrapes.reopen()
		l.election.Store.Lead(sent.Add(l.election.RenewDeadline))
	}
	return nil
}

// startRequest waits until no other request is being made. It returns the error of ctx
// when that is done first.
func (l *leaseLock) startRequest(ctx context.Context) error {
	select {
	case l.busy <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *leaseLock) endRequest() { <-l.busy }

// RecordEvent implements resourcelock.Interface. It does nothing: the log says the same.
func (l *leaseLock) RecordEvent(string) {}

// Identity implements resourcelock.Interface.
func (l *leaseLock) Identity() string { return l.election.Identity }

// Describe implements resourcelock.Interface.
func (l *leaseLock) Describe() string { return l.election.Name }
