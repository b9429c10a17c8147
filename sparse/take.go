package sparse

import (
	"crypto/sha256"
	"strings"
	"time"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

// take copies what was read into the pod, or shares it.
func (p *Pod) take(r *reading) (err error) {
	m := &r.metadata
	*p = Pod{
		created: m.created, createdSet: m.createdSet,
		finished: finishedPhase(r.phase),
		// A bookmark has no name. Of a pod, whose author may write what they like, it says nothing.
		initialEventsEnd: m.initialEventsEnd && len(m.name) == 0,
		nameEnd:          uint32(len(m.name)), uidEnd: uint32(len(m.name) + len(m.uid)),
	}
	r.key = append(append(append(r.key[:0], m.name...), m.uid...), m.resourceVersion...)
	p.text = string(r.key)
	if p.namespace, err = namespaces.get(m.namespace, func(name string) (*string, error) {
		return &name, nil
	}); err != nil {
		return err
	}
	if p.workload, err = r.workload(); err != nil {
		return err
	}
	p.shape, err = r.shape()
	return err
}

// workload returns what the pod belongs to, shared with the pods beside it; nil
// for a pod of its own, whose name is kept already.
func (r *reading) workload() (*workload.Workload, error) {
	m := &r.metadata
	p := workload.Pod{Name: text(m.name), Labels: m.labels}
	if m.controlled {
		p.Owner = &m.controller
	}
	if m.createdSet {
		p.Created = time.Unix(m.created, 0)
	}
	w := p.Workload()
	if w == (workload.Workload{Kind: "Pod", Name: p.Name}) {
		return nil, nil
	}
	r.key = append(append(append(r.key[:0], w.Kind...), '/'), w.Name...) // no kind has a slash
	return workloads.get(r.key, func(key string) (*workload.Workload, error) {
		kind, name, _ := strings.Cut(key, "/")
		return &workload.Workload{Kind: kind, Name: name}, nil
	})
}

// shape returns what is known of all pods of which the checks read the same. It is
// known by a digest of that, because whoever may create pods can make it as long as
// a pod may be, and it is scored as it is first read: until somebody asked for the
// facts, all that was read would have to be kept (docs/decisions/0028).
func (r *reading) shape() (*shape, error) {
	r.key = r.spec.appendKey(r.key[:0], &r.metadata)
	digest := sha256.Sum256(r.key)
	return shapes.get(digest[:], func(string) (*shape, error) {
		pod, err := r.spec.pod(&r.metadata, false) // a finished pod may share it with one that runs
		if err != nil {
			return nil, err
		}
		return &shape{securitycontext.Score(pod).Facts, r.spec.unknown()}, nil
	})
}
