package main

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// How pods are spread: what real clusters look like, in round numbers.
const (
	podsPerNamespace = 100
	podsPerWorkload  = 4
)

// population says which pods there are, and which one is replaced next. Every
// pod has a slot of its own, from 0 on, which fixes its namespace, its workload
// and its settings; a pod that replaces another has the next generation.
// Everything but the times of creation follows from these two numbers, so that
// nothing else has to be remembered of 150,000 pods.
type population struct {
	created  []int64 // seconds since 1970, by slot
	replaced int     // how many pods were replaced so far
	ownNames bool    // whether every workload's containers have names and images of their own
}

// began is when the pods that are there from the start were created: not long
// before now, and at different times.
func newPopulation(pods int, began time.Time) *population {
	p := &population{created: make([]int64, pods)}
	for slot := range p.created {
		p.created[slot] = began.Unix() - int64(random(slot/podsPerWorkload, 0, "age")%(90*24*60*60))
	}
	return p
}

// size is how many pods there are.
func (p *population) size() int { return len(p.created) }

// namespaces lists the names of the namespaces.
func (p *population) namespaces() []string {
	var names []string
	for slot := 0; slot < p.size(); slot += podsPerNamespace {
		names = append(names, namespaceOf(slot))
	}
	return names
}

// pod returns the pod that is in a slot now.
func (p *population) pod(slot int) *corev1.Pod {
	pod := newPod(slot, p.generation(slot), time.Unix(p.created[slot], 0))
	if p.ownNames {
		nameOwn(pod, slot/podsPerWorkload)
	}
	return pod
}

// nameOwn gives the containers of a pod names and images that no other workload has.
func nameOwn(pod *corev1.Pod, workload int) {
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		c.Name = fmt.Sprintf("%s-%d", c.Name, workload)
		c.Image = fmt.Sprintf("registry.example.com/%d/%s", workload, c.Image)
	}
}

// generation tells how often the pod in a slot was replaced.
func (p *population) generation(slot int) int {
	rounds, position := p.replaced/p.size(), p.replaced%p.size()
	if p.positionOf(slot) < position {
		rounds++
	}
	return rounds
}

// replace puts a new pod into the next slot, and returns it and the one that
// was there. Workload after workload is replaced, all pods of one in a row as
// in a rolling update, and workloads that follow each other are of different
// namespaces. The new pod is created now.
func (p *population) replace(now time.Time) (created, deleted *corev1.Pod) {
	slot := p.slotAt(p.replaced % p.size())
	deleted = p.pod(slot)
	p.replaced++
	p.created[slot] = now.Unix()
	return p.pod(slot), deleted
}

// The order of replacement: with W namespaces of V workloads each, position
// v*W+w of a round is the v-th workload of the w-th namespace.

func (p *population) slotAt(position int) int {
	namespaces, workload := p.size()/podsPerNamespace, position/podsPerWorkload
	return workload%namespaces*podsPerNamespace + workload/namespaces*podsPerWorkload + position%podsPerWorkload
}

func (p *population) positionOf(slot int) int {
	namespaces, workload := p.size()/podsPerNamespace, slot%podsPerNamespace/podsPerWorkload
	return (workload*namespaces+slot/podsPerNamespace)*podsPerWorkload + slot%podsPerWorkload
}

// Words to make names of. Their numbers share no divisor with each other or
// with what is around them, so that all combinations come up.
var (
	teams      = []string{"payments", "checkout", "search", "identity", "logistics", "catalog", "analytics", "messaging", "billing", "platform", "fraud"}
	stages     = []string{"prod", "staging", "dev"}
	systems    = []string{"cart", "ledger", "invoice", "recommendation", "session", "inventory", "pricing", "notification", "gateway", "audit", "customer", "shipment", "voucher"}
	components = []string{"api", "worker", "frontend", "consumer", "scheduler", "cache", "importer"}
	regions    = []string{"eu-central-1", "eu-west-1", "us-east-1"}
)

func namespaceOf(slot int) string {
	n := slot / podsPerNamespace
	return fmt.Sprintf("%s-%s-%04d", teams[n%len(teams)], stages[n%len(stages)], n)
}

// identity is all that tells a pod from others.
type identity struct {
	slot, generation int
	workload         int // of the whole cluster
	team             string
	system           string
	component        string
	namespace        string
	deployment       string
	templateHash     string
	replicaSet       string
	name             string
}

// identify names a pod as the Deployment controller does.
func identify(slot, generation int) identity {
	workload := slot / podsPerWorkload
	id := identity{
		slot: slot, generation: generation, workload: workload,
		team:      teams[slot/podsPerNamespace%len(teams)],
		system:    systems[workload%len(systems)],
		component: components[workload%len(components)],
		namespace: namespaceOf(slot),
	}
	id.deployment = fmt.Sprintf("%s-%s-%d", id.system, id.component, workload%podsPerNamespace)
	id.templateHash = letters(random(workload, generation, "template"), 10)
	id.replicaSet = id.deployment + "-" + id.templateHash
	id.name = id.replicaSet + "-" + letters(random(slot, generation, "pod"), 5)
	return id
}

// uid returns the id that the API server would give to one of the things that
// a pod is made of or belongs to.
func (id identity) uid(of string) string {
	slot := id.slot
	if of != "pod" {
		slot = id.workload // replicas share their owner
	}
	a, b := random(slot, id.generation, of+" uid"), random(slot, id.generation, of+" uid, second half")
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", uint32(a), uint16(a>>32), a>>48&0xfff, b>>48&0xfff, b&0xffffffffffff)
}

// digest returns what looks like a SHA-256.
func (id identity) digest(of string) string {
	seed := random(id.slot, id.generation, of)
	return fmt.Sprintf("%016x%016x%016x%016x", mix(seed+1), mix(seed+2), mix(seed+3), mix(seed+4))
}

// letters writes a number with the letters that Kubernetes makes names of.
func letters(number uint64, count int) string {
	const alphabet = "bcdfghjklmnpqrstvwxz2456789"
	text := make([]byte, count)
	for i := range text {
		text[i] = alphabet[number%uint64(len(alphabet))]
		number /= uint64(len(alphabet))
	}
	return string(text)
}

// random returns a number that is always the same for the same arguments, and
// otherwise without any pattern.
func random(slot, generation int, purpose string) uint64 {
	seed := mix(uint64(slot)<<20 ^ uint64(generation))
	for i := range len(purpose) {
		seed = mix(seed ^ uint64(purpose[i]))
	}
	return seed
}

// mix is a step of SplitMix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func at(t time.Time) metav1.Time { return metav1.NewTime(t.Truncate(time.Second)) }
