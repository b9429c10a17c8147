package posture

import (
	"math"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
)

// observation is something to count of a pod: that it appeared, or that its
// verdict changed.
type observation struct {
	namespace   string
	incarnation uint64 // of the namespace
	// It happened after one resource version, and at the other at the latest. An
	// event tells exactly when; a list tells how things are, and not since when.
	after, version uint64
	created        int64 // the pod, in seconds since 1970
	failed         securitycontext.CheckSet
	status         policy.Status
	appeared       bool

	cluster progress // in the cluster's counter, which has pods that appeared alone
	own     progress // in the counters of its namespace
}

// progress says how far an observation has come into a counter: it waits, it is
// counted since a release that nobody may have seen, or it is done with.
type progress uint64

const (
	waiting progress = 0
	done    progress = math.MaxUint64
)

// released reports whether the observation is counted, and may have to be taken back.
func (p progress) released() bool { return p != waiting && p != done }

// settle takes in that the releases through one were seen.
func (p *progress) settle(through uint64) {
	if p.released() && uint64(*p) <= through {
		*p = done
	}
}

// takeBack has what was released and not seen wait again.
func (o *observation) takeBack() {
	for _, p := range []*progress{&o.cluster, &o.own} {
		if p.released() {
			*p = waiting
		}
	}
}

// departed remembers the UIDs of pods that were there and are not, at least the
// last 30,000 of them. A pod whose phase was set to Failed and back is deleted and
// added again to a watch of unfinished pods, and has not appeared a second time.
type departed struct{ recent, before map[uint64]struct{} }

// many is how many are remembered in each of the two maps: 1 MiB in all.
const many = 30_000

func (d *departed) add(uid uint64) {
	if d.recent == nil || len(d.recent) >= many {
		d.recent, d.before = map[uint64]struct{}{}, d.recent
	}
	d.recent[uid] = struct{}{}
}

func (d *departed) has(uid uint64) bool {
	_, recently := d.recent[uid]
	_, before := d.before[uid]
	return recently || before
}
