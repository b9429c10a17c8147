package securitycontext

import corev1 "k8s.io/api/core/v1"

// Systems is a set of the operating systems that nodes run. What a pod demands
// of its nodes admits such a set, and all that it demands what all of them admit.
type Systems uint8

const (
	linuxNodes Systems = 1 << iota
	windowsNodes

	// AllNodes is what a pod admits that demands nothing.
	AllNodes = linuxNodes | windowsNodes
)

// WindowsAlone tells whether Windows is admitted, and nothing else.
func (s Systems) WindowsAlone() bool { return s == windowsNodes }

// IsNodeOS tells whether a node's label with this key names its operating
// system. The kubelet sets both to the same value, and sets them again when
// somebody changes them.
func IsNodeOS(label string) bool {
	return label == corev1.LabelOSStable || label == "beta.kubernetes.io/os"
}

// AdmittedBy returns the systems of the nodes that a node selector admits which
// asks for this value of a label that names the operating system.
func AdmittedBy(value string) Systems {
	switch value {
	case string(corev1.Linux):
		return linuxNodes
	case string(corev1.Windows):
		return windowsNodes
	}
	return 0
}

// Required returns the systems of the nodes that required node affinity admits:
// those of any of its terms. A term that is empty admits no node.
func Required(selector *corev1.NodeSelector) Systems {
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
// fields are names of nodes, which say nothing of their systems.
func admittedByTerm(term *corev1.NodeSelectorTerm) Systems {
	systems := AllNodes
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
	systems := AllNodes
	for key, value := range spec.NodeSelector {
		if IsNodeOS(key) {
			systems &= AdmittedBy(value)
		}
	}
	if spec.Affinity != nil && spec.Affinity.NodeAffinity != nil {
		if required := spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution; required != nil {
			systems &= Required(required)
		}
	}
	return systems.WindowsAlone()
}
