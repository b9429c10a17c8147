package securitycontext

import (
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Path is where a field stands in a pod: names of fields, keys of maps, and indexes of
// lists as decimal numbers.
type Path []string

// String returns the path as Kubernetes writes it, such as
// "spec.containers[0].securityContext.runAsUser".
func (p Path) String() string {
	var text strings.Builder
	for _, step := range p {
		switch _, err := strconv.ParseUint(step, 10, 0); {
		case err == nil:
			text.WriteString("[" + step + "]")
		case strings.ContainsAny(step, "./"):
			text.WriteString("[" + strconv.Quote(step) + "]")
		default:
			text.WriteString("." + step)
		}
	}
	return strings.TrimPrefix(text.String(), ".")
}

// Path returns the field that a failure of the pod is about. It may not be set: then this
// is where it would be. A bad value that a container has from the pod is the pod's field.
func (p *Pod) Path(f Finding) Path {
	path := Path{"spec"}
	if f.Index != OfPod && !p.inherits(f) {
		c := &p.Containers[f.Index]
		if checks[f.Check].ID == appArmorProfile.ID && c.annotated() {
			return Path{"metadata", "annotations", corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix + c.Name}
		}
		path = append(path, c.Class.list(), strconv.Itoa(p.indexInList(f.Index)))
	}
	path = append(path, "securityContext")
	if field := p.field(f); field != "" {
		path = append(path, strings.Split(field, ".")...)
	}
	return path
}

// inherits reports whether a container fails by a value of the pod: without the pod's
// security context it would not fail, or for another reason.
func (p *Pod) inherits(f Finding) bool {
	alone := Pod{Containers: p.Containers}
	return checks[f.Check].Scope == ScopeEffective && checks[f.Check].evaluate(&alone, &alone.Containers[f.Index]) != f.Reason
}

// indexInList returns the index of a container in its own list of the pod's spec.
func (p *Pod) indexInList(index int) (inList int) {
	for i := range p.Containers[:index] {
		if p.Containers[i].Class.list() == p.Containers[index].Class.list() {
			inList++
		}
	}
	return inList
}

// field returns the field of a security context that a failure is about.
func (p *Pod) field(f Finding) string {
	switch f.Reason {
	case Privileged:
		return "privileged"
	case SysAdmin:
		return "capabilities.add"
	case CustomType:
		return "seLinuxOptions.type"
	case CustomUser:
		return "seLinuxOptions.user"
	case CustomRole:
		return "seLinuxOptions.role"
	case RootGroup:
		if f.Index == OfPod && slices.Contains(p.SecurityContext.SupplementalGroups, 0) {
			return "supplementalGroups"
		}
	}
	return checks[f.Check].Field
}

// list returns the list of a pod's spec that has the containers of a class.
func (c Class) list() string {
	return [...]string{"containers", "initContainers", "initContainers", "ephemeralContainers"}[c]
}
