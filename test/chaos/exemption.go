package chaos

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/podscore/podscore/securitycontext"
)

// exemption is an exemption as the checker knows it. It is written for podscore as YAML,
// and applied here by other code than podscore's: failure by failure.
type exemption struct {
	name             string
	namespaces       []string // their names; with * at the end every name that begins so
	tier             string   // what the label tier of the namespace has to be
	everywhere       bool
	kind, workload   string // of the workload, whose name may be *
	container, image string // the container's name may have * at its end
	class            string
	checks           []string // none for all
	ends             time.Time
	ended            bool
}

// anExcuse is of how many checks an exemption excuses a failure of one pod.
type anExcuse struct {
	exemption string
	checks    int
}

// matches reports whether a text is another one, or with * at the end begins so.
func matches(pattern, text string) bool {
	if prefix, open := strings.CutSuffix(pattern, "*"); open {
		return strings.HasPrefix(text, prefix)
	}
	return pattern == text
}

// covers reports whether the exemption covers a pod.
func (e *exemption) covers(pod *corev1.Pod, tier string) bool {
	kind, name := workloadOf(pod)
	return !e.ended &&
		(e.everywhere || e.tier != "" && e.tier == tier || slices.ContainsFunc(e.namespaces, func(n string) bool { return matches(n, pod.Namespace) })) &&
		(e.kind == "" || e.kind == kind && matches(e.workload, name))
}

func (e *exemption) ofContainers() bool { return e.container != "" || e.image != "" || e.class != "" }

// takesOut reports whether the exemption takes the pods that it covers out of everything.
func (e *exemption) takesOut() bool { return len(e.checks) == 0 && !e.ofContainers() }

// excuses reports whether the exemption excuses a failure of a pod that it covers.
func (e *exemption) excuses(f securitycontext.Finding, images map[string]string) bool {
	image, told := images[f.Container]
	return (len(e.checks) == 0 || slices.Contains(e.checks, securitycontext.Checks()[f.Check].ID)) &&
		(!e.ofContainers() || told &&
			(e.container == "" || matches(e.container, f.Container)) &&
			(e.image == "" || e.image == image) &&
			(e.class == "" || e.class == f.Class.String()))
}

// imagesOf returns the images of the containers that an exemption can tell apart, by their
// names: of those that fail a check the first 64.
func imagesOf(pod *corev1.Pod, findings []securitycontext.Finding) map[string]string {
	images, fails := map[string]string{}, map[string]bool{}
	for _, f := range findings {
		fails[f.Container] = true
	}
	add := func(name, image string) {
		if fails[name] && len(images) < 64 {
			images[name] = image
		}
	}
	for _, c := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
		add(c.Name, c.Image)
	}
	for i := range pod.Spec.EphemeralContainers {
		add(pod.Spec.EphemeralContainers[i].Name, pod.Spec.EphemeralContainers[i].Image)
	}
	return images
}

// excused returns what exemptions excuse of a pod: which checks fail still, which exemptions
// excuse something, and whether one of them takes the pod out.
func excused(pod *corev1.Pod, tier string, findings []securitycontext.Finding, by []exemption) (failed securitycontext.CheckSet, excuses []anExcuse, out bool) {
	left, images := slices.Clone(findings), imagesOf(pod, findings)
	for i := range by {
		e := &by[i]
		if !e.covers(pod, tier) {
			continue
		}
		var checks securitycontext.CheckSet
		for _, f := range findings {
			if e.excuses(f, images) {
				checks = checks.With(f.Check)
			}
		}
		left = slices.DeleteFunc(left, func(f securitycontext.Finding) bool { return e.excuses(f, images) })
		if out = out || e.takesOut(); checks != 0 || e.takesOut() {
			excuses = append(excuses, anExcuse{e.name, len(slices.Collect(checks.All()))})
		}
	}
	for _, f := range left {
		failed = failed.With(f.Check)
	}
	return failed, excuses, out
}
