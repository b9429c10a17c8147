package policy

import (
	"cmp"
	"slices"

	"github.com/podscore/podscore/securitycontext"
)

// plain is what those exemptions of a namespace excuse that cover all pods and containers. It
// depends on nothing but the checks that fail.
type plain struct {
	checks  securitycontext.CheckSet
	out     bool
	excuses []Excuse // in order
}

// mostRemembered is how many sets of failed checks are remembered.
const mostRemembered = 256

// Remembering returns the same policy, which remembers what it has found out about pods that
// fail the same checks. It is for judging many pods, by one goroutine. It goes on with what
// another remembers, of the same policy in the namespace before, if no exemption tells the
// two namespaces apart.
func (l Local) Remembering(before Local) Local {
	alike := l.named == nil && l.asked == nil && before.named == nil && before.asked == nil
	if l.plain = before.plain; l.plain == nil || !alike {
		l.plain = map[securitycontext.CheckSet]plain{}
	}
	return l
}

// plainOf returns what plain exemptions excuse of a pod that fails these checks.
func (l Local) plainOf(failed securitycontext.CheckSet) plain {
	p, known := l.plain[failed]
	if known || l.policy.index == nil {
		return p
	}
	p.ask(l.policy, l.policy.index.everywhere.plain, failed)
	if l.named != nil {
		p.ask(l.policy, l.named.plain, failed)
	}
	if l.asked != nil {
		p.ask(l.policy, l.asked.appendBoth(nil, l.policy.index.askedPlain), failed)
	}
	sortExcuses(p.excuses)
	if l.plain != nil && len(l.plain) < mostRemembered {
		l.plain[failed] = p
	}
	return p
}

func (p *plain) ask(policy Policy, exemptions []int32, failed securitycontext.CheckSet) {
	for _, i := range exemptions {
		e := &policy.exemptions[i]
		checks := failed & e.Checks
		if policy.ended[i] || checks == 0 && !e.takesOut() {
			continue
		}
		p.checks |= checks
		p.out = p.out || e.takesOut()
		p.excuses = append(p.excuses, Excuse{int(i), checks})
	}
}

func sortExcuses(list []Excuse) {
	slices.SortFunc(list, func(a, b Excuse) int { return cmp.Compare(a.Exemption, b.Exemption) })
}
