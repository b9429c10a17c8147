package sparse

import (
	"bytes"

	corev1 "k8s.io/api/core/v1"

	"github.com/podscore/podscore/securitycontext"
)

func (s *spec) readOS(message []byte) error {
	f := fieldsOf(message)
	for f.next() {
		if f.number == osName {
			s.os = f.bytes()
		}
	}
	return f.err
}

// readNodeSelector keeps the value for a label that names a node's operating system.
func (s *spec) readNodeSelector(key, value []byte) {
	if !securitycontext.IsNodeOS(string(key)) {
		return
	}
	if value == nil {
		value = []byte{}
	}
	s.nodeOS[bit(string(key) == corev1.LabelOSStable)] = value
}

func (s *spec) readAffinity(message []byte) error {
	affinity := fieldsOf(message)
	for affinity.next() {
		if affinity.number != affinityNode {
			continue
		}
		ofNodes := fieldsOf(affinity.bytes())
		for ofNodes.next() {
			if ofNodes.number == nodeAffinityRequired {
				s.affinity = merge(s.affinity, ofNodes.bytes())
			}
		}
		affinity.fail(ofNodes.err)
	}
	return affinity.err
}

// runsOnWindows returns what securitycontext.FromPod would set Windows to. It decodes
// the required node affinity, which every pod of a DaemonSet has, only if the result
// depends on it.
func (s *spec) runsOnWindows() (bool, error) {
	if s.osSet {
		return string(s.os) == string(corev1.Windows), nil
	}
	systems := securitycontext.AllSystems
	for _, value := range s.nodeOS {
		if value != nil {
			systems &= securitycontext.AdmittedBy(string(value))
		}
	}
	mentioned := systems == securitycontext.AllSystems && bytes.Contains(s.affinity, []byte(corev1.LabelOSStable))
	if s.affinity != nil && (mentioned || systems.WindowsAlone()) {
		var required corev1.NodeSelector
		if err := required.Unmarshal(s.affinity); err != nil {
			return false, err
		}
		systems &= securitycontext.AdmittedByAffinity(&required)
	}
	return systems.WindowsAlone(), nil
}
