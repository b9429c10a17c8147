package sparse

import (
	"bytes"
	"crypto/sha256"
	"unicode/utf8"

	"github.com/podscore/podscore/securitycontext"
)

// take copies what was read into the pod, or shares it.
func (p *Pod) take(r *reading) (err error) {
	m := &r.metadata
	*p = Pod{
		created: m.created, createdSet: m.createdSet,
		static: m.static, finished: finishedPhase(r.phase),
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
	if p.owner, err = r.owner(); err != nil {
		return err
	}
	p.outcome, err = r.outcome()
	return err
}

// owner returns what the pod belongs to, shared with the pods beside it.
func (r *reading) owner() (*owner, error) {
	m := &r.metadata
	if !m.controlled {
		return nil, nil
	}
	parts := [...][]byte{m.controller.apiVersion, m.controller.kind, m.controller.name, m.templateHash, m.rolloutHash}
	for i := range parts {
		parts[i] = short(parts[i])
	}
	r.key = r.key[:0]
	for _, part := range parts {
		r.key = appendPart(r.key, part)
	}
	return owners.get(r.key, func(key string) (*owner, error) {
		next := func(part []byte) string { // the parts stand in the key one after the other
			begin := len(appendPart(nil, part)) - len(part)
			text := key[begin : begin+len(part)]
			key = key[begin+len(part):]
			return text
		}
		return &owner{next(parts[0]), next(parts[1]), next(parts[2]), next(parts[3]), next(parts[4])}, nil
	})
}

// longestKey is what security contexts take, and more. Of longer ones, which
// whoever may create pods can make as long as a pod may be, a digest is kept.
const longestKey = 1 << 10

// longestName is the length of the longest name that the API gives to anything.
const longestName = 253

// short returns what an owner reference says as it can be kept. The API does not
// check that; posture does the same to what it is given.
func short(name []byte) []byte {
	if len(name) <= longestName && utf8.Valid(name) {
		return name
	}
	name = bytes.ToValidUTF8(name, []byte("\uFFFD"))
	if len(name) > longestName {
		name = bytes.ToValidUTF8(name[:longestName], nil) // a character may be cut in two
	}
	return name
}

// outcome returns what the checks say, shared by all pods with equal security contexts.
func (r *reading) outcome() (*outcome, error) {
	r.key = r.spec.appendKey(r.key[:0], &r.metadata)
	shared := &outcomes
	if len(r.key) > longestKey {
		digest := sha256.Sum256(r.key)
		shared, r.key = &largeOutcomes, append(r.key[:0], digest[:]...)
	}
	return shared.get(r.key, func(string) (*outcome, error) {
		pod, err := r.spec.pod(&r.metadata, false) // a finished pod may share it with one that runs
		if err != nil {
			return nil, err
		}
		result := securitycontext.Score(pod)
		return &outcome{failed: result.Failed, notApplicable: result.NotApplicable, unknown: r.spec.unknown()}, nil
	})
}
