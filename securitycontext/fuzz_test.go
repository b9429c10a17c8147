package securitycontext

import (
	"math/rand/v2"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// FuzzScore scores any pod that the API's decoder accepts: Score must not panic, and
// the result must be consistent.
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
