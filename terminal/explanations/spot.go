package explanations

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/terminal/advice"
	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/terminal/verdicts"
)

// spot is a pod whose fields are told where people can change them.
type spot struct {
	pod    *securitycontext.Pod
	fields map[string]any // of the whole pod
	object *manifests.Object
	prefix string // of paths, such as "spec.template."; "" for those of the pod
	within string // whose template it is where the paths are the pod's; "" if they can be written as they are
}

func newSpot(o *manifests.Object, v *verdicts.Verdict) *spot {
	s := &spot{pod: securitycontext.FromPod(o.Pod), object: o}
	if fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o.Pod); err == nil {
		s.fields = fields
	}
	kind := v.Workload.Kind
	switch path, known := templateOf(kind); {
	case known && path != "":
		s.prefix = path + "."
	case !known:
		s.within = "of the pod template of the " + kind
	}
	return s
}

// templateOf returns where the objects of a kind have their template, if they have one, at
// one place.
func templateOf(kind string) (path string, known bool) {
	for _, k := range manifests.Kinds() {
		if k.Kind == kind && len(k.Paths) == 1 && !strings.Contains(k.Paths[0], "*") {
			return k.Paths[0], true
		}
	}
	return "", false
}

// now says what holds, and where it comes from.
func (s *spot) now(f *verdicts.Failure) string {
	path := s.pod.Path(f.Finding)
	value, set := s.value(path)
	if !set {
		return "not set: " + advice.For(checks[f.Check].ID).Default
	}
	from := "by the container"
	switch {
	case path[0] == "metadata":
		from = "by an annotation"
	case path[1] == "securityContext":
		from = "by the pod"
	}
	return fmt.Sprintf("%s is %s, set %s", s.place(path), plain(value), from)
}

// remedy says what to write, and in which field; "" for nowhere.
func (s *spot) remedy(f *verdicts.Failure) (write, where string) {
	path := s.pod.Path(f.Finding)
	_, set := s.value(path)
	fix := advice.Remedy(f.Finding)
	in := securitycontext.Path{"spec", "securityContext"}
	switch {
	case path[0] == "metadata":
		return fix.Write, s.place(in) + ", and remove the annotation"
	case path[len(path)-1] == "supplementalGroups":
		fix.Write = s.withoutRootGroup(fix.Write)
	case f.Index == securitycontext.OfPod:
	case path[1] != "securityContext" && (set || fix.Level == advice.OfContainer):
		if in = path[:4]; f.Class == securitycontext.Ephemeral {
			return "nothing: the container was added to a running pod, and goes when that is deleted", ""
		}
	}
	where = s.place(in)
	if f.Region.Line > 0 {
		where += fmt.Sprintf(", at %s:%d", plain(s.object.Source.File), f.Region.Line)
	}
	return fix.Write, where
}

// withoutRootGroup returns the pod's supplemental groups without root's, and what is to be
// written for fsGroup if that is root's too.
func (s *spot) withoutRootGroup(fsGroup string) string {
	context := s.pod.SecurityContext
	isRoot := func(group int64) bool { return group == 0 }
	write := "supplementalGroups: " + strings.ReplaceAll(fmt.Sprint(slices.DeleteFunc(slices.Clone(context.SupplementalGroups), isRoot)), " ", ", ")
	if context.FSGroup == nil || isRoot(*context.FSGroup) {
		write += "\n" + fsGroup
	}
	return write
}

// place names a field where it is written.
func (s *spot) place(path securitycontext.Path) string {
	text := s.prefix + path.String()
	if s.within != "" {
		text += " " + s.within
	}
	return plain(text)
}

// value returns the value of a field; set is false where there is none, or an empty one.
func (s *spot) value(path securitycontext.Path) (text string, set bool) {
	var at any = s.fields
	for _, step := range path {
		switch is := at.(type) {
		case map[string]any:
			at = is[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(is) {
				return "", false
			}
			at = is[i]
		default:
			return "", false
		}
	}
	switch is := at.(type) {
	case nil:
		return "", false
	case map[string]any:
		set = len(is) > 0
	case []any:
		set = len(is) > 0
	default:
		return fmt.Sprint(is), true
	}
	encoded, err := json.Marshal(at)
	return string(encoded), set && err == nil
}
