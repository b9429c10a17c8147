package securitycontext

import (
	"math/rand/v2"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// FuzzScore feeds whatever the API's decoder lets through: no pod, however
// malformed, makes Score panic or contradict itself.
func FuzzScore(f *testing.F) {
	for seed := range uint64(50) {
		data, err := randomPod(rand.New(rand.NewPCG(seed, 0))).Marshal()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var pod corev1.Pod
		if pod.Unmarshal(data) != nil {
			t.Skip("no pod")
		}
		checkResult(t, &pod)
	})
}
