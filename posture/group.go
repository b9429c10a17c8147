package posture

import (
	"encoding/binary"
	"iter"
	"math"
	"time"
	"unique"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// groupKey is what the pods of a group have in common.
type groupKey struct {
	workload unique.Handle[workload.Workload]
	facts    *securitycontext.Facts
}

// group is the pods of a namespace that have the same workload and the same facts, such
// as the replicas of a Deployment. A policy cannot tell them apart, so they are judged
// once, and added up as one. A group without pods is deleted.
type group struct {
	groupKey
	pods   uint32
	oldest uint32    // when the first of its pods was created, in seconds since 1970; see unknown
	now    judgement // what the policy makes of its pods
	next   judgement // what it will, if a turn changes it; else zero
}

// unknown is the oldest creation time of a group if nobody has looked it up since the pod
// that had it went, or if no pod has one.
const unknown = math.MaxUint32

// seconds returns a creation time as pods and groups keep it: 0 if there is none.
func seconds(created time.Time) uint32 {
	return uint32(min(max(0, created.Unix()), unknown-1))
}

// join adds a pod to its group.
func (g *group) join(p pod) {
	g.pods++
	switch {
	case p.created == 0:
	case g.pods == 1:
		g.oldest = p.created
	case g.oldest != unknown: // else an older one may be there, which has to be looked up
		g.oldest = min(g.oldest, p.created)
	}
}

// leave takes a pod from its group. When the last one goes, the group goes too.
func (ns *namespace) leave(p pod) {
	g := p.group
	g.pods--
	if p.created == g.oldest {
		g.oldest = unknown
	}
	if g.pods == 0 {
		ns.groups = remove(ns.groups, g.groupKey, &ns.ungrouped)
	}
}

// lookUpOldest sets the oldest creation time of every group.
func (ns *namespace) lookUpOldest() {
	for _, p := range ns.pods {
		if p.created > 0 {
			p.group.oldest = min(p.group.oldest, p.created)
		}
	}
}

// judgement is a verdict. Equal ones share their memory: there are few, whatever the
// number of groups.
type judgement = unique.Handle[verdict]

// verdict is what is kept of a [policy.Judgement].
type verdict struct {
	points  policy.Points
	status  policy.Status
	out     bool
	failed  securitycontext.CheckSet
	excuses excuses
}

func judgementOf(j policy.Judgement, packed excuses) judgement {
	return unique.Make(verdict{j.Points, j.Status, j.Out, j.Failed, packed})
}

// excuses is a list of [policy.Excuse], zero if it is empty. Equal ones share their memory,
// because a configuration can have thousands of exemptions that cover a pod.
type excuses struct{ packed unique.Handle[string] }

// excuseSize is what each takes: the exemption and the checks.
const excuseSize = 8

func pack(list []policy.Excuse) excuses {
	if len(list) == 0 {
		return excuses{}
	}
	packed := make([]byte, 0, excuseSize*len(list))
	for _, e := range list {
		packed = binary.LittleEndian.AppendUint32(packed, uint32(e.Exemption))
		packed = binary.LittleEndian.AppendUint32(packed, uint32(e.Checks))
	}
	return excuses{unique.Make(string(packed))}
}

// all yields the exemptions and the checks of which they excuse a failure.
func (e excuses) all() iter.Seq2[int, securitycontext.CheckSet] {
	return func(yield func(int, securitycontext.CheckSet) bool) {
		if e == (excuses{}) {
			return
		}
		for left := e.packed.Value(); left != ""; left = left[excuseSize:] {
			if !yield(int(number(left)), securitycontext.CheckSet(number(left[4:]))) {
				return
			}
		}
	}
}

func number(packed string) uint32 {
	return uint32(packed[0]) | uint32(packed[1])<<8 | uint32(packed[2])<<16 | uint32(packed[3])<<24
}
