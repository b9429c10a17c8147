package main

import (
	"testing"
	"time"
)

// TestReplacement: whatever is replaced was there, nothing is there twice, and
// the pods stay as many in every namespace.
func TestReplacement(t *testing.T) {
	const pods, rounds = 600, 3
	p := newPopulation(pods, noon)
	there := map[string]bool{}
	for slot := range pods {
		there[name(p, slot)] = true
	}
	if len(there) != pods {
		t.Fatalf("%d names for %d pods", len(there), pods)
	}
	for i := range rounds * pods {
		created, deleted := p.replace(noon.Add(time.Duration(i) * time.Second))
		if created.Namespace != deleted.Namespace || created.UID == deleted.UID {
			t.Fatalf("%s/%s takes the place of %s/%s", created.Namespace, created.Name, deleted.Namespace, deleted.Name)
		}
		if old := deleted.Namespace + "/" + deleted.Name; !there[old] {
			t.Fatalf("%s is deleted and was not there", old)
		} else {
			delete(there, old)
		}
		there[created.Namespace+"/"+created.Name] = true
	}
	if len(there) != pods {
		t.Errorf("%d pods after replacing, want %d", len(there), pods)
	}
	for slot := range pods {
		if !there[name(p, slot)] {
			t.Errorf("%s is not there", name(p, slot))
		}
		if generation := p.generation(slot); generation != rounds {
			t.Errorf("slot %d has generation %d, want %d", slot, generation, rounds)
		}
	}
}

// TestOrderOfReplacement: every slot has one position, and neighbours in time
// are spread over the namespaces.
func TestOrderOfReplacement(t *testing.T) {
	p := newPopulation(700, noon)
	seen := map[int]bool{}
	for position := range p.size() {
		slot := p.slotAt(position)
		seen[slot] = true
		if p.positionOf(slot) != position {
			t.Fatalf("position %d is slot %d, and that is position %d", position, slot, p.positionOf(slot))
		}
	}
	if len(seen) != p.size() {
		t.Errorf("a round reaches %d of %d slots", len(seen), p.size())
	}
	if a, b := namespaceOf(p.slotAt(0)), namespaceOf(p.slotAt(podsPerWorkload)); a == b {
		t.Errorf("two workloads in a row are replaced in %s", a)
	}
	if got := len(p.namespaces()); got != 7 {
		t.Errorf("%d namespaces, want 7", got)
	}
}

func name(p *population, slot int) string {
	pod := p.pod(slot)
	return pod.Namespace + "/" + pod.Name
}
