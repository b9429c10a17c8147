package securitycontext

// maxContainers bounds Facts.Containers, which hold texts of whoever creates pods: 64
// names of 63 bytes, and repositories of 255. Pods that need more are none that anybody
// runs. The failures of their other containers count as the pod's own, so that nothing
// excuses them that names containers.
const maxContainers = 64

// attribute sets what the pod itself and what each container fails.
func (r *Result) attribute(p *Pod, failures []Finding) {
	var buffer [16]CheckSet
	failed := buffer[:]
	if len(p.Containers) > len(failed) {
		failed = make([]CheckSet, len(p.Containers))
	}
	for i := range failures {
		if f := &failures[i]; f.Index == OfPod {
			r.OfPod = r.OfPod.With(f.Check)
		} else {
			failed[f.Index] = failed[f.Index].With(f.Check)
		}
	}
	for i := range p.Containers {
		switch c := &p.Containers[i]; {
		case failed[i] == 0:
		case len(r.Containers) == maxContainers:
			r.OfPod |= failed[i]
		default:
			r.Containers = append(r.Containers, ContainerFacts{c.Name, Repository(c.Image), c.Class, failed[i]})
			r.Failing = append(r.Failing, i)
		}
	}
}
