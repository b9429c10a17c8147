package sparse

import (
	"crypto/sha256"

	"github.com/podscore/podscore/securitycontext"
)

// Pods share the results of the checks under two keys, because what the checks read and
// the names of containers and images vary apart (docs/decisions/0028). Both keys are
// digests, because the author of a pod can make what they stand for as long as a pod
// may be.

// identity returns the results for the pod, shared with all pods of its shape whose
// failing containers have the same names and images.
func (r *reading) identity() (*identity, error) {
	r.key = r.spec.appendKey(r.key[:0], &r.metadata)
	digest := sha256.Sum256(r.key)
	shape, err := r.shape(digest[:])
	if err != nil {
		return nil, err
	}
	if len(shape.failing) == 0 {
		return &shape.identity, nil
	}
	r.key = r.spec.appendNames(append(r.key[:0], digest[:]...), shape.failing)
	digest = sha256.Sum256(r.key)
	return identities.get(digest[:], func(string) (*identity, error) {
		return r.spec.named(shape), nil
	})
}

// shape returns the shape with this digest, which is the pod's. It is scored when it is
// first read: to score it later, the bytes would have to be kept until then.
func (r *reading) shape(digest []byte) (*shape, error) {
	return shapes.get(digest, func(string) (*shape, error) {
		pod, err := r.spec.pod(&r.metadata, false) // finished and running pods share a shape
		if err != nil {
			return nil, err
		}
		return newShape(securitycontext.Score(pod), r.spec.unknown()), nil
	})
}

func newShape(result securitycontext.Result, unknown []string) *shape {
	s := &shape{identity: identity{facts: result.Facts}, unknown: unknown}
	s.shape = s
	s.facts.Containers = nil
	if len(result.Failing) > 0 {
		s.failing = make([]failing, len(result.Failing))
	}
	for i, index := range result.Failing {
		s.failing[i] = failing{uint32(index), result.Containers[i].Failed}
	}
	return s
}

// appendNames appends to key the names and images of the containers that fail.
func (s *spec) appendNames(key []byte, containers []failing) []byte {
	for _, f := range containers {
		c, _ := s.at(f.index)
		key = appendPart(appendPart(key, c.name), c.image)
	}
	return key
}

// named returns the facts of a shape with what the containers that fail are called.
func (s *spec) named(shape *shape) *identity {
	facts := shape.facts
	facts.Containers = make([]securitycontext.ContainerFacts, len(shape.failing))
	for i, f := range shape.failing {
		c, list := s.at(f.index)
		facts.Containers[i] = securitycontext.ContainerFacts{
			Name: string(c.name), Repository: securitycontext.Repository(string(c.image)), Class: c.class(list), Failed: f.failed,
		}
	}
	return &identity{facts, shape}
}

// at returns a container by its index over all lists, and its list.
func (s *spec) at(index uint32) (c *container, list int) {
	for int(index) >= len(s.containers[list]) {
		index -= uint32(len(s.containers[list]))
		list++
	}
	return &s.containers[list][index], list
}
