package sparse

import (
	"strings"
	"time"

	"github.com/podscore/podscore/workload"
)

// fill sets the pod to what was read. It copies, or shares with other pods, because
// the reading points into the message.
func (p *Pod) fill(r *reading) (err error) {
	m := &r.metadata
	*p = Pod{
		created: m.created, createdSet: m.createdSet,
		finished: finishedPhase(r.phase),
		// A bookmark has no name. On a pod, the author may have set the annotation.
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
	p.identity, err = r.identity()
	return err
}

// workload returns the pod's workload, shared with its other pods; nil if that is the
// pod itself, whose name is kept already.
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
