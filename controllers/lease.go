package controllers

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/leaderelection/resourcelock"

	"github.com/podscore/podscore/posture"
)

// What a leader notes on its Lease, as resource versions of pods. Without these
// a replica that takes over counts by the clock: what was created after the
// Lease was last renewed.
const (
	countedThrough = "podscore.io/counted-through"
	exposedThrough = "podscore.io/exposed-through"
)

// lock is a Lease as the election wants it. It is what the store learns from:
// whatever is read of another replica's Lease is followed, and a leader counts
// what it has written down.
type lock struct {
	*Election
	ctx   context.Context // of the process
	lease *coordinationv1.Lease
}

// Get implements resourcelock.Interface.
func (l *lock) Get(ctx context.Context) (*resourcelock.LeaderElectionRecord, []byte, error) {
	lease, err := l.Leases.Get(ctx, l.Name, metav1.GetOptions{})
	l.answered("get", err)
	if err != nil {
		return nil, nil, err
	}
	l.lease = lease
	record := resourcelock.LeaseSpecToLeaderElectionRecord(&lease.Spec)
	if record.HolderIdentity != l.Election.Identity {
		l.Store.Follow(posture.Lease{
			CountedThrough: version(lease, countedThrough),
			ExposedThrough: version(lease, exposedThrough),
			Renewed:        record.RenewTime.Time,
		})
	}
	raw, err := json.Marshal(record)
	return record, raw, err
}

// Create implements resourcelock.Interface.
func (l *lock) Create(ctx context.Context, record resourcelock.LeaderElectionRecord) error {
	return l.write(record, "create", &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: l.Name}}, func(lease *coordinationv1.Lease) (*coordinationv1.Lease, error) {
		return l.Leases.Create(ctx, lease, metav1.CreateOptions{})
	})
}

// Update implements resourcelock.Interface.
func (l *lock) Update(ctx context.Context, record resourcelock.LeaderElectionRecord) error {
	return l.write(record, "update", l.lease.DeepCopy(), func(lease *coordinationv1.Lease) (*coordinationv1.Lease, error) {
		return l.Leases.Update(ctx, lease, metav1.UpdateOptions{})
	})
}

// write writes the record, and beside it through which pods this replica counts:
// through all that are put; or when it gives the Lease back because it ends,
// through those whose count somebody has seen, so that the others are counted
// by the next leader. Nothing is counted before it is written.
func (l *lock) write(
	record resourcelock.LeaderElectionRecord, verb string,
	lease *coordinationv1.Lease, send func(*coordinationv1.Lease) (*coordinationv1.Lease, error),
) error {
	leads := record.HolderIdentity == l.Election.Identity
	if !leads {
		l.Store.Resign()
	}
	counted, exposed := l.Store.Position()
	lease.Spec = resourcelock.LeaderElectionRecordToLeaseSpec(&record)
	switch {
	case leads:
		note(lease, counted, exposed)
	case l.ctx.Err() != nil:
		note(lease, exposed, exposed)
	}
	sent := time.Now()
	lease, err := send(lease)
	l.answered(verb, err)
	if err != nil {
		return err
	}
	l.lease = lease
	if leads {
		l.Store.Lead(counted, sent.Add(l.RenewDeadline))
	}
	return nil
}

// note notes on a Lease through which resource versions pods are counted, and
// the counts exposed.
func note(lease *coordinationv1.Lease, counted, exposed uint64) {
	metav1.SetMetaDataAnnotation(&lease.ObjectMeta, countedThrough, strconv.FormatUint(counted, 10))
	metav1.SetMetaDataAnnotation(&lease.ObjectMeta, exposedThrough, strconv.FormatUint(exposed, 10))
}

// RecordEvent implements resourcelock.Interface. The log tells as much.
func (l *lock) RecordEvent(string) {}

// Identity implements resourcelock.Interface.
func (l *lock) Identity() string { return l.Election.Identity }

// Describe implements resourcelock.Interface.
func (l *lock) Describe() string { return l.Name }

// version reads a resource version that a leader noted; 0 where there is none.
func version(lease *coordinationv1.Lease, annotation string) uint64 {
	noted, err := strconv.ParseUint(lease.Annotations[annotation], 10, 64)
	if err != nil {
		return 0
	}
	return noted
}
