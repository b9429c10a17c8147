package policy

import (
	"fmt"
	"testing"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// TestWhatCannotMatchIsNotAsked: of 10,000 exemptions, of which one covers a pod, no more
// than a few are asked, in whatever way they say what they cover.
func TestWhatCannotMatchIsNotAsked(t *testing.T) {
	w, c := workload.Workload{Kind: "Deployment", Name: "web-0"}, securitycontext.ContainerFacts{Name: "proxy-0", Repository: "registry.example.com/0/proxy", Failed: 1}
	facts := &securitycontext.Facts{Failed: 1, Containers: []securitycontext.ContainerFacts{c}}
	for _, baseline := range baselines {
		policy := mustPreset(t, "cis").Exempting(manyOf(baseline.of, 10_000))
		if asked := policy.In(Namespace{Name: "team-0"}).candidates(nil, w, facts); len(asked) == 0 || len(asked) > 7 {
			t.Errorf("%s: %d exemptions are asked, want 1 to 7", baseline.name, len(asked))
		}
	}
}

// TestEntriesThatCannotMatchAreNotAsked: the same for the entries of one exemption.
func TestEntriesThatCannotMatchAreNotAsked(t *testing.T) {
	var all Exemption
	for i := range 1000 {
		all.Containers = append(all.Containers, container("", fmt.Sprintf("registry.example.com/%d/**", i)), container(fmt.Sprintf("proxy-%d*", i), ""))
		all.Workloads = append(all.Workloads, WorkloadPattern{"Deployment", *globOf(fmt.Sprintf("web-%d-*", i))})
	}
	e := compile([]Exemption{all})[0]
	containers := e.containers.container(nil, &securitycontext.ContainerFacts{Name: "proxy-0", Repository: "registry.example.com/0/proxy"})
	workloads := e.workloads.named(nil, ofWorkload, "Deployment", "web-0-a")
	if len(containers) != 2 || len(workloads) != 1 || len(e.containers.rest)+len(e.workloads.rest) > 0 {
		t.Errorf("%d entries are asked for a container and %d for a workload, and %d and %d for all, want 2, 1, 0 and 0",
			len(containers), len(workloads), len(e.containers.rest), len(e.workloads.rest))
	}
}
