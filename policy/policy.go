package policy

import (
	"slices"
	"strings"
	"time"

	"github.com/podscore/podscore/securitycontext"
)

// Policy says what counts of the facts at one moment: the checks that a compliant pod
// must not fail, and the exemptions in force. It is never changed.
type Policy struct {
	required   securitycontext.CheckSet
	exemptions []Exemption // in the order of their names
	compiled   []compiled  // the same, to be asked quickly
	ended      []bool      // by exemption
	index      *index
}

// Requiring returns the policy with other required checks.
func (p Policy) Requiring(required securitycontext.CheckSet) Policy {
	p.required = required
	return p
}

// Exempting returns the policy with these exemptions in place of its own. None of them
// has ended until [Policy.At] is called.
func (p Policy) Exempting(exemptions []Exemption) Policy {
	p.exemptions = slices.Clone(exemptions)
	slices.SortFunc(p.exemptions, func(a, b Exemption) int { return strings.Compare(a.Name, b.Name) })
	p.ended = make([]bool, len(exemptions))
	p.compiled = compile(p.exemptions)
	p.index = indexOf(p.compiled)
	return p
}

// At returns the policy at a moment, in which what ends then or earlier has ended, and
// the time of the next end after it; zero if there is none. An exemption that has
// ended stays so, also at an earlier moment.
func (p Policy) At(moment time.Time) (at Policy, next time.Time) {
	at = p
	at.ended = slices.Clone(p.ended)
	for i := range at.exemptions {
		switch ends := at.exemptions[i].Ends; {
		case ends.IsZero() || at.ended[i]:
		case !moment.Before(ends):
			at.ended[i] = true
		case next.IsZero() || ends.Before(next):
			next = ends
		}
	}
	return at, next
}

// Exemptions returns all exemptions, those that have ended included, in the order of
// their names. An exemption's place is its index everywhere.
func (p Policy) Exemptions() []Exemption { return p.exemptions }

// Compliant reports whether no required check fails, whatever is exempt.
func (p Policy) Compliant(facts *securitycontext.Facts) bool { return facts.Failed&p.required == 0 }

// Required returns the checks that a compliant pod must not fail: the required core
// checks and all guards, after what a Configuration changes in the preset.
func (p Policy) Required() securitycontext.CheckSet { return p.required }
