package controllers

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/json"

	"github.com/podscore/podscore/sparse"
)

// readPod decodes a pod of a list.
func readPod(object []byte, inJSON bool) (runtime.Object, error) {
	pod := new(sparse.Pod)
	if inJSON {
		return pod, pod.UnmarshalJSON(object)
	}
	return pod, pod.Unmarshal(object)
}

// readNamespace decodes a namespace of a list, and strips it by stripMetadata.
func readNamespace(object []byte, inJSON bool) (runtime.Object, error) {
	whole, err := newNamespace(), error(nil)
	if inJSON {
		err = json.Unmarshal(object, whole)
	} else {
		err = whole.Unmarshal(object)
	}
	if err != nil {
		return nil, err
	}
	whole.TypeMeta = newNamespace().TypeMeta // the objects of a list have none
	kept, err := stripMetadata(whole)
	return kept.(runtime.Object), err
}
