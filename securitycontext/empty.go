package securitycontext

import corev1 "k8s.io/api/core/v1"

// A security context is empty if equality.Semantic.DeepEqual says that it equals the
// zero value, where an empty list equals nil. These functions compare field by field,
// because reflection would take most of the time of Score. A test compares both, and
// fails when the API has a new field.

func emptyPodContext(s *corev1.PodSecurityContext) bool {
	return s == nil ||
		s.SELinuxOptions == nil &&
			s.WindowsOptions == nil &&
			s.RunAsUser == nil &&
			s.RunAsGroup == nil &&
			s.RunAsNonRoot == nil &&
			len(s.SupplementalGroups) == 0 &&
			s.SupplementalGroupsPolicy == nil &&
			s.FSGroup == nil &&
			len(s.Sysctls) == 0 &&
			s.FSGroupChangePolicy == nil &&
			s.SeccompProfile == nil &&
			s.AppArmorProfile == nil &&
			s.SELinuxChangePolicy == nil
}

func emptyContainerContext(s *corev1.SecurityContext) bool {
	return s == nil ||
		s.Capabilities == nil &&
			s.Privileged == nil &&
			s.SELinuxOptions == nil &&
			s.WindowsOptions == nil &&
			s.RunAsUser == nil &&
			s.RunAsGroup == nil &&
			s.RunAsNonRoot == nil &&
			s.ReadOnlyRootFilesystem == nil &&
			s.AllowPrivilegeEscalation == nil &&
			s.ProcMount == nil &&
			s.SeccompProfile == nil &&
			s.AppArmorProfile == nil
}
