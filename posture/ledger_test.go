package posture

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// replica is a store beside others, and how far the watch of it has come.
type replica struct {
	*Store
	delivered int // of the pods
	shown     int // counted, by the last snapshot, or else before it led
}

// replicas are what shares a Lease. A pod is its resource version.
type replicas struct {
	t      *testing.T
	random *rand.Rand
	now    time.Time
	pods   []time.Time // when each was created; the versions are from 1 on
	alive  []*replica
	leader *replica // nil while nobody holds the Lease
	lease  Lease
	led    bool
	gone   int // counted by replicas that are gone, as far as somebody can know
	wakes  []*replica
}

func (r *replicas) pod(version int) Pod {
	p := testPod(fmt.Sprintf("a/web/%d", version))
	p.Version, p.Appeared, p.Created = uint64(version), true, r.pods[version-1]
	return p
}

// join adds a replica: its first full pass has all pods that there are.
func (r *replicas) join() {
	joins := &replica{Store: newStore(r.t, 10), delivered: len(r.pods)}
	joins.options.Now = func() time.Time { return r.now }
	joins.ledger.elected = true
	if r.led {
		joins.Follow(r.lease)
	}
	joins.PutNamespace("a")
	for i := range r.pods {
		joins.Put(r.pod(i + 1))
	}
	joins.Seen(uint64(len(r.pods)))
	syncStore(joins.Store)
	r.alive = append(r.alive, joins)
}

// deliver has a replica's watch tell of a few pods more.
func (r *replicas) deliver(to *replica, most int) {
	for range most {
		if to.delivered == len(r.pods) {
			return
		}
		to.delivered++
		to.Put(r.pod(to.delivered))
		to.Seen(uint64(to.delivered))
	}
}

// others lists the replicas beside the leader.
func (r *replicas) others() (others []*replica) {
	for _, one := range r.alive {
		if one != r.leader {
			others = append(others, one)
		}
	}
	return others
}

// renew is what the leader does, and with a new leader a takeover.
func (r *replicas) renew(by *replica) {
	if by != r.leader && r.led {
		by.Follow(r.lease)
	}
	if by != r.leader {
		by.shown = r.counted(by)
	}
	seen, exposed := by.Position()
	r.leader, r.led, r.lease = by, true, Lease{seen, exposed, r.now}
	by.Lead(seen, r.now.Add(10*time.Second))
	for _, other := range r.alive {
		if other != by {
			other.Follow(r.lease)
		}
	}
}

// counted is how many pods a replica has counted.
func (r *replicas) counted(by *replica) (counted int) {
	for _, count := range by.namespaces["a"].counters.observed {
		counted += int(count)
	}
	return counted
}

// scrape takes a snapshot; at most one replica may report.
func (r *replicas) scrape() {
	reporting := 0
	for _, one := range append(r.wakes, r.alive...) {
		if snapshot := one.Snapshot(); snapshot.Reporting {
			reporting++
			one.shown = r.counted(one)
		}
	}
	if reporting > 1 {
		r.t.Fatalf("%d replicas report", reporting)
	}
}

// lose ends the leader in one of three ways.
func (r *replicas) lose() {
	loses := r.leader
	for i, one := range r.alive {
		if one == loses {
			r.alive = append(r.alive[:i:i], r.alive[i+1:]...)
			break
		}
	}
	r.leader = nil
	switch r.random.IntN(3) {
	case 0: // it is killed, and the others wait for the Lease to expire
		r.gone += r.counted(loses)
		r.now = r.now.Add(15 * time.Second)
	case 1: // it ends and gives the Lease back
		loses.Resign()
		_, exposed := loses.Position()
		r.lease = Lease{exposed, exposed, r.now}
		r.gone += loses.shown
	case 2: // it stands still, and will wake some time
		r.now = r.now.Add(15 * time.Second)
		r.wakes = append(r.wakes, loses)
	}
}

// TestEveryPodIsCountedOnce lets replicas come, lead, lag, end, be killed and
// stand still in any order, and requires that all of them together have counted
// every pod that appeared since the first of them.
func TestEveryPodIsCountedOnce(t *testing.T) {
	for seed := range uint64(500) {
		r := &replicas{t: t, random: rand.New(rand.NewPCG(seed, 0)), now: start}
		const before = 5
		for range before {
			r.pods = append(r.pods, r.now)
		}
		r.join()
		r.join()
		for range 300 {
			r.act()
		}
		for _, one := range r.alive {
			r.deliver(one, len(r.pods))
		}
		if r.leader == nil {
			r.renew(r.others()[0])
		}
		r.scrape() // a leader counts after that
		r.renew(r.leader)
		total := r.gone
		for _, one := range append(r.wakes, r.alive...) {
			total += r.counted(one)
		}
		if want := len(r.pods) - before; total != want {
			t.Fatalf("seed %d: %d pods are counted, want %d", seed, total, want)
		}
	}
}

// act has something happen.
func (r *replicas) act() {
	r.now = r.now.Add(time.Duration(r.random.IntN(300)) * time.Millisecond)
	switch action := r.random.IntN(20); {
	case action < 7:
		r.pods = append(r.pods, r.now)
	case action < 12:
		r.deliver(r.alive[r.random.IntN(len(r.alive))], 3)
	case action < 15 && r.leader != nil:
		r.renew(r.leader)
	case action < 15:
		r.renew(r.alive[r.random.IntN(len(r.alive))])
	case action < 17:
		r.scrape()
	case action == 17 && r.led && len(r.alive) < 4:
		r.join()
	case action == 18 && len(r.wakes) > 0:
		r.scrape() // before it learns that it has lost
		r.wakes[0].Follow(r.lease)
		r.wakes, r.alive = r.wakes[1:], append(r.alive, r.wakes[0])
	case action == 19 && r.leader != nil && len(r.others()) > 0:
		r.lose()
	}
}
