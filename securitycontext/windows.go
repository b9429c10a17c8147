package securitycontext

import corev1 "k8s.io/api/core/v1"

// Systems is a set of operating systems of nodes. Each requirement that a pod has of
// its node admits a set; all together admit the intersection.
type Systems uint8

const (
	linuxNodes Systems = 1 << iota
	windowsNodes

	// AllSystems is what a pod without requirements admits.
	AllSystems = linuxNodes | windowsNodes
)

// WindowsAlone reports whether the set has Windows only.
func (s Systems) WindowsAlone() bool { return s == windowsNodes }

// IsNodeOS reports whether the label with this key has the operating system of a node.
// There are two. The kubelet sets both to the same value, and resets them when they
// are changed.
func IsNodeOS(label string) bool {
	return label == corev1.LabelOSStable || label == "beta.kubernetes.io/os"
}

// AdmittedBy returns the systems that a node selector admits if it requires this value
// for a label of the operating system.
func AdmittedBy(value string) Systems {
	switch value {
	case string(corev1.Linux):
		return linuxNodes
	case string(corev1.Windows):
		return windowsNodes
	}
	return 0
}

// AdmittedByAffinity returns the systems that required node affinity admits: the union of its
// terms. An empty term admits no node.
func AdmittedByAffinity(selector *corev1.NodeSelector) Systems {
	var systems Systems
	for i := range selector.NodeSelectorTerms {
		term := &selector.NodeSelectorTerms[i]
		if len(term.MatchExpressions)+len(term.MatchFields) > 0 {
			systems |= admittedByTerm(term)
		}
	}
	return systems
}

// admittedByTerm returns the systems that all expressions of a term admit. Its
// matchFields can only select nodes by name, which admits any system.
func admittedByTerm(term *corev1.NodeSelectorTerm) Systems {
	systems := AllSystems
	for i := range term.MatchExpressions {
		expression := &term.MatchExpressions[i]
		if !IsNodeOS(expression.Key) {
			continue
		}
		var named Systems
		for _, value := range expression.Values {
			named |= AdmittedBy(value)
		}
		switch expression.Operator {
		case corev1.NodeSelectorOpIn:
			systems &= named
		case corev1.NodeSelectorOpNotIn:
			systems &^= named
		case corev1.NodeSelectorOpExists:
		default: // DoesNotExist, and Gt and Lt, which want a number
			systems = 0
		}
	}
	return systems
}

func runsOnWindows(spec *corev1.PodSpec) bool {
	if spec.OS != nil {
		return spec.OS.Name == corev1.Windows
	}
	systems := AllSystems
	for key, value := range spec.NodeSelector {
		if IsNodeOS(key) {
			systems &= AdmittedBy(value)
		}
	}
	if spec.Affinity != nil && spec.Affinity.NodeAffinity != nil {
		if required := spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution; required != nil {
			systems &= AdmittedByAffinity(required)
		}
	}
	return systems.WindowsAlone()
}
