package posture

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// cluster is an API server that remembers everything: what happened to pods, event
// by event, and a Lease. An event's resource version is its place, from 1 on.
type cluster struct {
	random *rand.Rand
	now    time.Time
	scopes []string // of the watches
	events []happened
	pods   map[string]int // the pods that there are, by name: the event that made each what it is
	named  int            // pods that ever were
	lease  lease
}

// happened is one event, and what it has to be counted as.
type happened struct {
	pod      Pod
	deleted  bool
	counts   bool // that a pod appeared, or that its verdict changed
	changed  bool // and which of the two
	back     bool // it was there already, and its phase went to Failed and back
	twice    bool // some replica cannot have known that
	sometime bool // some replica knows only between which versions it happened
	unsure   bool // and may have taken it for counted, or it never heard of it
}

type lease struct {
	holder  *replica
	note    Note
	renewed time.Time
	ever    bool // whether it was ever held
}

var modelNamespaces = []string{"a", "b", "c"}

func newCluster(seed uint64) *cluster {
	c := &cluster{random: rand.New(rand.NewPCG(seed, 0)), now: start, scopes: []string{""}, pods: map[string]int{}}
	if c.random.IntN(2) == 0 {
		c.scopes = modelNamespaces
	}
	return c
}

func (c *cluster) scopeOf(pod *Pod) string {
	if len(c.scopes) == 1 {
		return ""
	}
	return pod.Namespace
}

func (c *cluster) happen(h happened) {
	version := uint64(len(c.events) + 1)
	h.pod.Version = version
	c.events = append(c.events, h)
	key := h.pod.Namespace + "/" + h.pod.Name
	if h.deleted {
		delete(c.pods, key)
	} else {
		c.pods[key] = int(version)
	}
}

// appear creates a pod.
func (c *cluster) appear() {
	c.named++
	pod := testPod(fmt.Sprintf("%s/web/%d", modelNamespaces[c.random.IntN(len(modelNamespaces))], c.named), c.fails()...)
	pod.Created = c.now.Truncate(time.Second)
	c.happen(happened{pod: pod, counts: true})
}

func (c *cluster) fails() []string {
	if c.random.IntN(2) == 0 {
		return []string{"privileged"}
	}
	return nil
}

// any returns a pod that is there.
func (c *cluster) any() (Pod, bool) {
	if len(c.pods) == 0 {
		return Pod{}, false
	}
	names := make([]string, 0, len(c.pods))
	for name := range c.pods {
		names = append(names, name)
	}
	slices.Sort(names)
	return c.events[c.pods[names[c.random.IntN(len(names))]]-1].pod, true
}

// change has a pod change, leave and come back, be replaced, or go.
func (c *cluster) change() {
	pod, some := c.any()
	if !some {
		return
	}
	switch c.random.IntN(5) {
	case 0, 1:
		before := pod.Facts
		pod.Facts = testPod("a/b/1", c.fails()...).Facts
		changed := pod.Facts != before
		c.happen(happened{pod: pod, counts: changed, changed: changed})
	case 2: // its phase goes to Failed and back
		c.happen(happened{pod: pod, deleted: true})
		c.happen(happened{pod: pod, back: true})
	case 3: // a StatefulSet replaces it
		c.happen(happened{pod: pod, deleted: true})
		c.named++
		pod.UID = fmt.Sprint("replaced-", c.named)
		pod.Created = c.now.Truncate(time.Second)
		c.happen(happened{pod: pod, counts: true})
	case 4:
		c.happen(happened{pod: pod, deleted: true})
	}
}

// deliver has a watch tell of an event.
func (h *happened) deliver(to *Store) {
	if h.deleted {
		to.Delete(h.pod.Namespace, h.pod.Name, h.pod.Version)
	} else {
		to.Put(h.pod)
	}
}

// list returns the pods of a scope, and the newest of their versions.
func (c *cluster) list(scope string) (pods []Pod, newest uint64) {
	for name, version := range c.pods {
		if scope == "" || strings.HasPrefix(name, scope+"/") {
			pods = append(pods, c.events[version-1].pod)
			newest = max(newest, uint64(version))
		}
	}
	c.random.Shuffle(len(pods), func(i, j int) { pods[i], pods[j] = pods[j], pods[i] })
	return pods, newest
}

// doubt notes that some replica knows the events of a scope after one version only
// by how things were at another. Of a pod that has not changed since it appeared it
// knows that it appeared, but not since when.
func (c *cluster) doubt(scope string, after, until uint64) {
	for i := after; i < until; i++ {
		h := &c.events[i]
		if key := h.pod.Namespace + "/" + h.pod.Name; c.scopeOf(&h.pod) == scope {
			h.unsure = h.unsure || h.changed || c.pods[key] != int(i)+1
			h.sometime = true
		}
	}
}

// handOver notes that another replica goes on from what is noted on the Lease. What
// happened since, it may know too little of.
func (c *cluster) handOver() {
	for i := range c.events {
		if h := &c.events[i]; h.sometime && uint64(i) >= c.lease.note.Since(c.scopeOf(&h.pod)) {
			h.unsure = true
		}
	}
}
