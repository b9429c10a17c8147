package explanations

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/terminal/advice"
	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/terminal/verdicts"
)

var checks = securitycontext.Checks()

// Explanation explains the verdicts on pods and templates, by workload.
type Explanation struct {
	// Now is when it is told, from which the age of pods follows.
	Now time.Time

	workloads []*story
	failing   securitycontext.CheckSet // what fails anywhere, and counts
}

// story is a workload with its pods, those of which all is the same together.
type story struct {
	name   string
	groups []*group
}

// group are pods of which the same is told, or a template.
type group struct {
	head, text string
	template   bool
	pods       int
	newest     string
	created    time.Time
}

// Add adds an object with the verdict on it.
func (x *Explanation) Add(o *manifests.Object, v *verdicts.Verdict) {
	w := x.of(v.Workload.Kind + " " + v.Namespace + "/" + v.Workload.Name)
	is := group{head: headOf(v), text: textOf(o, v), template: v.Kind != "Pod", newest: v.Name, created: v.Created}
	i := slices.IndexFunc(w.groups, func(g *group) bool { return g.head == is.head && g.text == is.text && g.template == is.template })
	if i < 0 {
		i = len(w.groups)
		w.groups = append(w.groups, &is)
	}
	g := w.groups[i]
	if g.pods++; is.created.After(g.created) {
		g.newest, g.created = is.newest, is.created
	}
	if v.Out {
		return
	}
	for _, f := range v.Counting() {
		x.failing = x.failing.With(f.Check)
	}
}

// Empty reports whether there is nothing to tell of.
func (x *Explanation) Empty() bool { return len(x.workloads) == 0 }

func (x *Explanation) of(name string) *story {
	for _, w := range x.workloads {
		if w.name == name {
			return w
		}
	}
	w := &story{name: name}
	x.workloads = append(x.workloads, w)
	return w
}

// Write writes it: of each workload the pods, those that were created last first, and at the
// end of each check that fails why it matters and what its remedy may break.
func (x *Explanation) Write(out io.Writer) error {
	var text strings.Builder
	for _, w := range x.workloads {
		slices.SortStableFunc(w.groups, func(a, b *group) int {
			return cmp.Or(rank(a)-rank(b), b.created.Compare(a.created))
		})
		text.WriteString(w.name + "\n\n")
		for _, g := range w.groups {
			text.WriteString(wrapped(x.who(g)+" "+g.head, 0) + "\n\n" + g.text)
		}
	}
	if x.failing != 0 {
		text.WriteString("Why, and what may break:\n\n")
	}
	for check := range x.failing.All() {
		says := advice.For(checks[check].ID)
		fmt.Fprintf(&text, "  %s\n%s\n%s\n\n", checks[check].ID, wrapped(says.Why, 4), wrapped("May break: "+says.Breaks, 4))
	}
	_, err := fmt.Fprintln(out, strings.TrimSpace(text.String()))
	return err
}

// rank has templates come last.
func rank(g *group) int {
	if g.template {
		return 1
	}
	return 0
}

// who says which pods a group are.
func (x *Explanation) who(g *group) string {
	age := ""
	if !g.created.IsZero() {
		age = ", created " + ago(x.Now.Sub(g.created))
	}
	switch {
	case g.template:
		return "The template:"
	case g.pods == 1:
		return fmt.Sprintf("1 pod, %s%s:", plain(g.newest), age)
	}
	return fmt.Sprintf("%d pods, the newest %s%s:", g.pods, plain(g.newest), age)
}

// ago says in words how long ago something was.
func ago(d time.Duration) string {
	for _, unit := range []struct {
		name string
		is   time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}} {
		switch n := int(d / unit.is); {
		case n == 1:
			return "1 " + unit.name + " ago"
		case n > 1:
			return fmt.Sprintf("%d %ss ago", n, unit.name)
		}
	}
	return "just now"
}
