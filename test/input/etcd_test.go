package input

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/podscore/podscore/test/controlplane"
)

// What etcd is told to take at once: more than the 1.5 MiB of its own, so that
// many objects go in one request.
var roomy = controlplane.Options{Etcd: map[string]string{"max-request-bytes": "33554432", "quota-backend-bytes": "4294967296"}}

// stored is an object by the key under which the API server keeps it.
type stored struct {
	key    string
	object runtime.Object
}

func storedPod(pod *corev1.Pod) stored {
	return stored{"/registry/pods/" + pod.Namespace + "/" + pod.Name, pod}
}

func storedNamespace(name string) stored {
	return stored{"/registry/namespaces/" + name, &corev1.Namespace{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{Name: name, UID: "1", CreationTimestamp: metav1.Unix(1767225600, 0)},
		Status:     corev1.NamespaceStatus{Phase: corev1.NamespaceActive},
	}}
}

// fill writes objects into etcd, past the API server, which would take many
// times as long. The last goes alone: the API server
// expects one object in a revision, and a list of the last may miss others.
func fill(t *testing.T, cluster *controlplane.ControlPlane, count int, object func(i int) stored) {
	t.Helper()
	type put struct {
		Key   []byte `json:"key"`
		Value []byte `json:"value"`
	}
	type operation struct {
		Put put `json:"requestPut"`
	}
	var batch struct {
		Success []operation `json:"success"`
	}
	size := 0
	for i := range count {
		o := object(i)
		value := encode(o.object)
		batch.Success = append(batch.Success, operation{put{[]byte(o.key), value}})
		size += len(value)
		if len(batch.Success) < 128 && size < 4<<20 && i < count-2 {
			continue
		}
		text, err := json.Marshal(batch)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.Post(cluster.EtcdURL()+"/v3/kv/txn", "application/json", bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if answer, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusOK {
			t.Fatalf("etcd answers %d: %.500s", response.StatusCode, answer)
		}
		response.Body.Close()
		batch.Success, size = nil, 0
	}
}
