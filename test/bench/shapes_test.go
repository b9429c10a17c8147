package main

import (
	"runtime"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/sparse"
)

// populations are the pods that are measured, and those of the worst case for what
// is shared: every workload with settings, and with containers, of its own.
var populations = []struct {
	name string
	own  func(pod *corev1.Pod, workload int)
}{
	{"measured", func(*corev1.Pod, int) {}},
	{"own-shapes", func(pod *corev1.Pod, workload int) {
		context := *pod.Spec.SecurityContext
		context.RunAsUser = new(int64(1_000_000 + workload))
		pod.Spec.SecurityContext = &context
	}},
	{"own-identities", nameOwn},
}

// BenchmarkShapes tells how many distinct shapes and identities pods have, and what
// they take: what the identities would, what shapes do beside all pods of a list, and
// alone.
func BenchmarkShapes(b *testing.B) {
	const pods = 150_000
	for _, p := range populations {
		b.Run(p.name, func(b *testing.B) {
			for b.Loop() {
				empty := heap()
				identities := map[string][]string{}
				each(b, pods, p.own, func(_ int, _ []byte, pod *corev1.Pod) {
					if key := strings.Join(identityOf(pod), "\n"); identities[key] == nil {
						identities[key] = strings.Split(key, "\n")
					}
				})
				b.ReportMetric(float64(len(identities)), "identities")
				b.ReportMetric(float64(heap()-empty)/pods, "identities-B/pod")
				runtime.KeepAlive(identities)

				identities, empty = nil, heap()
				list := make([]*sparse.Pod, pods)
				each(b, pods, p.own, func(slot int, message []byte, _ *corev1.Pod) {
					list[slot] = new(sparse.Pod)
					if err := list[slot].Unmarshal(message); err != nil {
						b.Fatal(err)
					}
				})
				b.ReportMetric(float64(heap()-empty)/pods, "list-B/pod")
				shapes := map[*securitycontext.Facts]bool{}
				for _, pod := range list {
					shapes[pod.Facts()] = true
				}
				b.ReportMetric(float64(len(shapes)), "shapes")
				runtime.KeepAlive(list)
				list = nil
				b.ReportMetric(float64(heap()-empty)/pods, "shapes-B/pod")
				runtime.KeepAlive(shapes)
			}
		})
	}
}

// identityOf lists the names of a pod's containers and the repositories of their images.
func identityOf(pod *corev1.Pod) []string {
	var parts []string
	for _, c := range pod.Spec.Containers {
		repository, _, _ := strings.Cut(c.Image, ":")
		parts = append(parts, c.Name, repository)
	}
	return parts
}

// each makes the pods, one at a time, as the API server sends them.
func each(b *testing.B, pods int, own func(*corev1.Pod, int), do func(slot int, message []byte, pod *corev1.Pod)) {
	for slot := range pods {
		pod := newPod(slot, 0, noon)
		own(pod, slot/podsPerWorkload)
		message, err := pod.Marshal()
		if err != nil {
			b.Fatal(err)
		}
		do(slot, message, pod)
	}
}

// heap returns how many bytes are in use, after what can go went.
func heap() int64 {
	for range 3 { // what a cleanup releases goes with the next one
		runtime.GC()
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
