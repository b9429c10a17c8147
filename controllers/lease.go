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

// renewEvery is how often a leader renews its Lease while it has nothing to note,
// as Kubernetes' own components do; more often where its deadline is short.
const renewEvery = 2 * time.Second

// lock is a Lease as the election wants it. It is what the store learns from:
// whatever is read of another replica's Lease is followed. One request at a time
// is made.
type lock struct {
	election *Election
	busy     chan struct{} // holds an element during a request
	lease    *coordinationv1.Lease
	holds    bool         // so far as is known
	written  time.Time    // when the last write that was answered was sent
	noted    posture.Note // what it noted
}

// Get implements resourcelock.Interface.
func (l *lock) Get(ctx context.Context) (*resourcelock.LeaderElectionRecord, []byte, error) {
	if err := l.take(ctx); err != nil {
		return nil, nil, err
	}
	defer l.giveBack()
	lease, err := l.election.Leases.Get(ctx, l.election.Name, metav1.GetOptions{})
	l.election.answered("get", err)
	if err != nil {
		return nil, nil, err
	}
	l.lease = lease
	record := resourcelock.LeaseSpecToLeaderElectionRecord(&lease.Spec)
	if record.HolderIdentity != l.election.Identity {
		l.holds = false
		l.election.Store.Follow(noteOn(lease))
	}
	raw, err := json.Marshal(record)
	return record, raw, err
}

// Create implements resourcelock.Interface.
func (l *lock) Create(ctx context.Context, record resourcelock.LeaderElectionRecord) error {
	if err := l.take(ctx); err != nil {
		return err
	}
	defer l.giveBack()
	return l.write(record, "create", &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: l.election.Name}}, func(lease *coordinationv1.Lease) (*coordinationv1.Lease, error) {
		return l.election.Leases.Create(ctx, lease, metav1.CreateOptions{})
	})
}

// Update implements resourcelock.Interface. A leader's Lease that was renewed a
// moment ago is left as it is.
func (l *lock) Update(ctx context.Context, record resourcelock.LeaderElectionRecord) error {
	if err := l.take(ctx); err != nil {
		return err
	}
	defer l.giveBack()
	if record.HolderIdentity == "" {
		l.election.Store.Resign()
		l.election.pages.close(ctx)
	} else if l.holds && time.Since(l.written) < min(renewEvery, l.election.RenewDeadline/4) && l.noted.Equal(l.election.Store.Note()) {
		return nil
	}
	return l.update(ctx, record)
}

// confirm renews the Lease now, which fails unless this replica holds it, and
// notes what is to be noted.
func (l *lock) confirm(ctx context.Context) error {
	if err := l.take(ctx); err != nil {
		return err
	}
	defer l.giveBack()
	if !l.holds {
		return errors.New("another replica holds the Lease")
	}
	record := resourcelock.LeaseSpecToLeaderElectionRecord(&l.lease.Spec)
	record.RenewTime = metav1.Now()
	return l.update(ctx, *record)
}

func (l *lock) update(ctx context.Context, record resourcelock.LeaderElectionRecord) error {
	return l.write(record, "update", l.lease.DeepCopy(), func(lease *coordinationv1.Lease) (*coordinationv1.Lease, error) {
		return l.election.Leases.Update(ctx, lease, metav1.UpdateOptions{})
	})
}

// write writes the record, and beside it through which resource version somebody
// has read the counters.
func (l *lock) write(
	record resourcelock.LeaderElectionRecord, verb string,
	lease *coordinationv1.Lease, send func(*coordinationv1.Lease) (*coordinationv1.Lease, error),
) error {
	note := l.election.Store.Note()
	metav1.SetMetaDataLabel(&lease.ObjectMeta, "app.kubernetes.io/part-of", "podscore") // an uninstallation leaves it behind: it has to be found
	lease.Spec = resourcelock.LeaderElectionRecordToLeaseSpec(&record)
	setNote(lease, note)
	sent := time.Now()
	lease, err := send(lease)
	l.election.answered(verb, err)
	if err != nil {
		return err
	}
	l.lease, l.holds, l.written, l.noted = lease, record.HolderIdentity == l.election.Identity, sent, note
	if l.holds {
		l.election.pages.reopen()
		l.election.Store.Lead(sent.Add(l.election.RenewDeadline))
	}
	return nil
}

// take waits until no request is being made.
func (l *lock) take(ctx context.Context) error {
	select {
	case l.busy <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *lock) giveBack() { <-l.busy }

// RecordEvent implements resourcelock.Interface. The log tells as much.
func (l *lock) RecordEvent(string) {}

// Identity implements resourcelock.Interface.
func (l *lock) Identity() string { return l.election.Identity }

// Describe implements resourcelock.Interface.
func (l *lock) Describe() string { return l.election.Name }
