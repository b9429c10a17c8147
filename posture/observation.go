package posture

import (
	"math"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
)

// observation is an event to be counted: a pod appeared, or its verdict changed.
type observation struct {
	namespace string
	// It happened later than version after, and not later than version. Of an event
	// the version is exact. A list has the state of a pod, and not since when.
	after, version uint64
	created        int64 // the pod's creation, in seconds since 1970
	failed         securitycontext.CheckSet
	status         policy.Status
	appeared       bool   // if false, the verdict of a known pod changed
	awaits         *await // of a pod whose namespace is not known yet: it is judged when that is

	cluster progress // in the cluster's counter, which counts appeared pods only
	own     progress // in the counters of its namespace
}

// progress is the state of an observation in a counter: it is waiting, or it was
// counted in the release of this number, which perhaps no scrape has read, or it is
// done: a scrape has read it, or it will never be counted here.
type progress uint64

const (
	waiting progress = 0
	done    progress = math.MaxUint64
)

// released reports whether the observation is counted, but perhaps not read.
func (p progress) released() bool { return p != waiting && p != done }

// confirm is called when a scrape has read the counters as of a release.
func (p *progress) confirm(release uint64) {
	if p.released() && uint64(*p) <= release {
		*p = done
	}
}

// takeBack makes it wait again if it was released and not read.
func (p *progress) takeBack() {
	if p.released() {
		*p = waiting
	}
}

// takeBack makes an observation wait again if it was released and not read.
func (o *observation) takeBack() {
	o.cluster.takeBack()
	o.own.takeBack()
}

// departed remembers hashes of the UIDs of deleted pods, at least the last 30,000 of them. A
// watch on unfinished pods sends a deletion and an addition for a pod whose phase
// goes to Failed and back, and such a pod has not appeared a second time.
type departed struct{ recent, before map[uint64]struct{} }

// maxDeparted bounds each of the two maps. Together they take about 1 MiB.
const maxDeparted = 30_000

func (d *departed) add(uid uint64) {
	if d.recent == nil || len(d.recent) >= maxDeparted {
		d.recent, d.before = map[uint64]struct{}{}, d.recent
	}
	d.recent[uid] = struct{}{}
}

func (d *departed) has(uid uint64) bool {
	_, recently := d.recent[uid]
	_, before := d.before[uid]
	return recently || before
}
