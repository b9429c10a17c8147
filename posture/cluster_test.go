package posture

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// cluster is a model of an API server: all events of pods since the start, and a
// Lease. The resource version of an event is its number, from 1 on.
type cluster struct {
	random     *rand.Rand
	now        time.Time
	scopes     []string // of the watches
	namespaces []string // that exist by now
	events     []event
	pods       map[string]int // the existing pods, by namespace and name, with the version of their last event
	named      int            // names and UIDs that were given out
	fixed
	lease lease
}

// event is one event, and how it has to be counted.
type event struct {
	pod       Pod
	deleted   bool
	counts    bool // a pod appeared, or a verdict changed
	changed   bool // a verdict changed
	back      bool // the pod existed, and its phase went to Failed and back
	twice     bool // a replica cannot know that the pod existed, and may count it again
	uncertain bool // a replica knows only between which versions it happened
	maybe     bool // it may be missing in the counters
	lost      bool // it may be missing in those of its namespace, which was deleted
	space     space
}

// space says whether an event is about a namespace, which its pod is in.
type space uint8

const (
	noSpace space = iota
	spaceCreated
	spaceDeleted
)

type lease struct {
	holder  *replica
	note    Note
	renewed time.Time
	ever    bool // it was written at least once
}

var modelNamespaces = []string{"a", "b", "c"}

func newCluster(seed uint64) *cluster {
	c := &cluster{random: rand.New(rand.NewPCG(seed, 0)), now: start, scopes: []string{""}, pods: map[string]int{}}
	c.fixed = newFixed(c)
	c.namespaces = slices.Clone(modelNamespaces[:1+c.random.IntN(len(modelNamespaces))])
	if c.random.IntN(2) == 0 {
		c.scopes, c.namespaces = slices.Concat(modelNamespaces, fixedNamespaces), modelNamespaces
	}
	return c
}

// changeNamespace creates one more namespace, perhaps one that was there before, or deletes
// one with its pods. Namespaces with a watch each are taken to exist.
func (c *cluster) changeNamespace() {
	name := modelNamespaces[c.random.IntN(len(modelNamespaces))]
	at := slices.Index(c.namespaces, name)
	switch {
	case len(c.scopes) > 1 || at >= 0 && len(c.namespaces) == 1:
	case at < 0:
		c.namespaces = append(c.namespaces, name)
		c.events = append(c.events, event{pod: Pod{Namespace: name}, space: spaceCreated})
	default:
		c.namespaces = slices.Delete(c.namespaces, at, at+1)
		c.empty(name)
		c.events = append(c.events, event{pod: Pod{Namespace: name}, space: spaceDeleted})
	}
}

// empty deletes the pods of a namespace. What happened in it may be missing in its counters,
// which go with it.
func (c *cluster) empty(namespace string) {
	for i := range c.events {
		c.events[i].lost = c.events[i].lost || c.events[i].pod.Namespace == namespace
	}
	pods, _ := c.list(namespace)
	for _, pod := range pods {
		c.happen(event{pod: pod, deleted: true})
	}
}

// exist returns the namespaces that exist.
func (c *cluster) exist() []string { return slices.Concat(c.namespaces, fixedNamespaces) }

// tell tells a replica of the next few events of namespaces, as their watch does, which may
// be behind the one on pods, and ahead of it.
func (c *cluster) tell(to *replica, most int) {
	for ; to.told < len(c.events) && most > 0; to.told++ {
		name, version := c.events[to.told].pod.Namespace, uint64(to.told+1)
		switch c.events[to.told].space {
		case spaceCreated:
			to.PutNamespace(name, nil, version)
		case spaceDeleted:
			to.DeleteNamespace(name, version)
		default:
			continue
		}
		most--
	}
}

// tellAll has a replica list the namespaces.
func (c *cluster) tellAll(to *replica) {
	to.ReplaceNamespaces(names(c.exist()...), uint64(len(c.events)))
	to.told = len(c.events)
}

func (c *cluster) scopeOf(pod *Pod) string {
	if len(c.scopes) == 1 {
		return ""
	}
	return pod.Namespace
}

func (c *cluster) happen(h event) {
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
	pod := testPod(fmt.Sprintf("%s/web/%d", c.namespaces[c.random.IntN(len(c.namespaces))], c.named), c.fails()...)
	pod.Created = c.now.Truncate(time.Second)
	c.happen(event{pod: pod, counts: true})
}

func (c *cluster) fails() []string {
	if c.random.IntN(2) == 0 {
		return []string{"privileged"}
	}
	return nil
}

// anyPod returns a random pod that is not fixed; false if there is none.
func (c *cluster) anyPod() (Pod, bool) {
	names := make([]string, 0, len(c.pods))
	for name := range c.pods {
		if !slices.Contains(fixedNamespaces, name[:1]) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return Pod{}, false
	}
	slices.Sort(names)
	return c.events[c.pods[names[c.random.IntN(len(names))]]-1].pod, true
}

// change changes a random pod, lets it finish and run again, replaces or deletes it.
func (c *cluster) change() {
	pod, some := c.anyPod()
	if !some {
		return
	}
	switch c.random.IntN(5) {
	case 0, 1:
		before := pod.Facts
		pod.Facts = testPod("a/b/1", c.fails()...).Facts
		changed := pod.Facts != before
		c.happen(event{pod: pod, counts: changed, changed: changed})
	case 2: // its phase goes to Failed and back
		c.happen(event{pod: pod, deleted: true})
		c.happen(event{pod: pod, back: true})
	case 3: // a StatefulSet replaces it
		c.happen(event{pod: pod, deleted: true})
		c.named++
		pod.UID = fmt.Sprint("replaced-", c.named)
		pod.Created = c.now.Truncate(time.Second)
		c.happen(event{pod: pod, counts: true})
	case 4:
		c.happen(event{pod: pod, deleted: true})
	}
}

// deliver puts an event into a store, as a watch does.
func (h *event) deliver(to *Store) {
	switch {
	case h.space != noSpace:
	case h.deleted:
		to.Delete(h.pod.Namespace, h.pod.Name, h.pod.Version)
	default:
		to.Put(h.pod)
	}
}

// list returns the pods of a scope in random order, and the newest of their versions.
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

// doubt is called when a replica has missed the events of a scope between two
// versions, and has a list at the later one. Of a pod that has not changed since it
// appeared, the replica knows that it appeared, but not when.
func (c *cluster) doubt(scope string, after, until uint64) {
	for i := after; i < until; i++ {
		h := &c.events[i]
		if key := h.pod.Namespace + "/" + h.pod.Name; c.scopeOf(&h.pod) == scope {
			h.maybe = h.maybe || h.changed || c.pods[key] != int(i)+1
			h.uncertain = true
		}
	}
}

// handOver is called when another replica becomes the leader and continues from the
// note on the Lease. Events after the note that are uncertain may be missing then.
func (c *cluster) handOver() {
	for i := range c.events {
		if h := &c.events[i]; h.uncertain && uint64(i) >= c.lease.note.Since(c.scopeOf(&h.pod)) {
			h.maybe = true
		}
	}
}
