package changes

import (
	"cmp"
	"maps"
	"slices"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/terminal/verdicts"
)

// Standing is how a workload stands on one side: a verdict for each of its templates; none
// where there is no such workload.
type Standing []*verdicts.Verdict

// Percent returns the lowest score; ok is false if no template has one, or exemptions take
// them out.
func (s Standing) Percent() (lowest int, ok bool) {
	lowest = 100
	for _, v := range s {
		if percent, has := v.Points.Percent(); has && !v.Out {
			lowest, ok = min(lowest, percent), true
		}
	}
	return lowest, ok
}

// Status returns the worst status.
func (s Standing) Status() policy.Status {
	for _, status := range []policy.Status{policy.Noncompliant, policy.Exempt} {
		if slices.ContainsFunc(s, func(v *verdicts.Verdict) bool { return v.Status == status }) {
			return status
		}
	}
	return policy.Compliant
}

// Workload is an object with pods that a change adds, removes, or has judged otherwise.
type Workload struct {
	Kind, Namespace, Name string
	Before, After         Standing
	// Changed are the failures whose state changed, in the order of the checks. Those of
	// a workload that is removed are not among them: nothing was fixed.
	Changed []Failure
}

func (w *Workload) isChanged() bool {
	before, hadScore := w.Before.Percent()
	after, hasScore := w.After.Percent()
	return len(w.Before) == 0 || len(w.After) == 0 || len(w.Changed) > 0 || before != after || hadScore != hasScore || w.Before.Status() != w.After.Status()
}

// Workloads are the workloads that a change is about, by namespace, kind and name.
type Workloads []Workload

// Failures returns the failures with an outcome, the required ones first.
func (all Workloads) Failures(outcome Outcome) (found []*Failure) {
	for i := range all {
		for j := range all[i].Changed {
			if f := &all[i].Changed[j]; f.Outcome() == outcome {
				found = append(found, f)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b *Failure) int { return cmp.Compare(max(b.Before, b.After), max(a.Before, a.After)) })
	return found
}

// key is by what a workload is known again.
type key struct{ namespace, kind, name string }

func (k key) compare(other key) int {
	return cmp.Or(cmp.Compare(k.namespace, other.namespace), cmp.Compare(k.kind, other.kind), cmp.Compare(k.name, other.name))
}

// Compare returns what differs between two sides. Workloads are known again by kind,
// namespace and name, failures by the check and the container's name.
func Compare(before, after []*verdicts.Verdict) (all Workloads) {
	was, is := byKey(before), byKey(after)
	keys := maps.Clone(was)
	maps.Copy(keys, is)
	for _, k := range slices.SortedFunc(maps.Keys(keys), key.compare) {
		w := Workload{Kind: k.kind, Namespace: k.namespace, Name: k.name, Before: was[k], After: is[k]}
		if len(w.After) > 0 {
			w.Changed = changed(w.Before, w.After)
		}
		if w.isChanged() {
			all = append(all, w)
		}
	}
	return all
}

func byKey(all []*verdicts.Verdict) map[key]Standing {
	found := map[key]Standing{}
	for _, v := range all {
		k := key{v.Namespace, v.Kind, v.Name}
		found[k] = append(found[k], v)
	}
	return found
}

func changed(before, after Standing) (all []Failure) {
	was, is := failedIn(before), failedIn(after)
	identities := maps.Clone(was)
	maps.Copy(identities, is)
	for _, id := range slices.SortedFunc(maps.Keys(identities), identity.compare) {
		all = append(all, pair(was[id], is[id])...)
	}
	return all
}

func (i identity) compare(other identity) int {
	return cmp.Or(cmp.Compare(i.check, other.check), cmp.Compare(i.class, other.class), cmp.Compare(i.container, other.container))
}
