package securitycontext

import "testing"

// A typical pod: two containers, one setting short of a full score.
const typicalPod = `
securityContext: {runAsUser: 1000, runAsGroup: 3000, runAsNonRoot: true, fsGroup: 2000, seccompProfile: {type: RuntimeDefault}}
containers:
- name: app
  securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
- name: proxy
  securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}
volumes: [{name: data, emptyDir: {}}, {name: token, projected: {}}]`

func BenchmarkScore(b *testing.B) {
	for _, c := range []struct{ name, pod string }{
		{"typical", typicalPod},
		{"secure", securePod},
		{"bare", `{containers: [{name: app}, {name: proxy}]}`},
	} {
		b.Run(c.name, func(b *testing.B) {
			pod := FromPod(parsePod(b, c.pod))
			b.ReportAllocs()
			for b.Loop() {
				Score(pod)
			}
		})
	}
}

func BenchmarkFromPod(b *testing.B) {
	pod := parsePod(b, typicalPod)
	b.ReportAllocs()
	for b.Loop() {
		FromPod(pod)
	}
}
