package controllers

import (
	"net/http"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/podscore/podscore/sparse"
)

// resource is a kind of objects that podscore watches.
type resource struct {
	name     string                   // its plural, as in the API's paths, in the log, on /readyz and in the metrics
	kind     string                   // of one object
	scope    meta.RESTScope           // whether the objects are in namespaces
	selector fields.Selector          // which of the objects are watched; nil for all
	newList  func() client.ObjectList // returns an empty list, as it is decoded
	example  runtime.Object           // what the reflector is told of
	read     func(object []byte, inJSON bool) (runtime.Object, error)
	sink     func(r *Reflectors, scope string) sink // takes in what is told of them
}

// The table of what is watched. Another row is watched, listed in pages, waited for
// on /readyz and counted in the metrics as these are; the tests say what it lacks.
var (
	watchedPods = &resource{
		name: "pods", kind: "Pod", scope: meta.RESTScopeNamespace, selector: unfinished,
		newList: func() client.ObjectList { return &sparse.PodList{} }, example: &sparse.Pod{}, read: readPod,
		sink: func(r *Reflectors, scope string) sink {
			return &podSink{Reflectors: r, scope: scope, log: r.Cluster.Log}
		},
	}
	watchedNamespaces = &resource{
		name: "namespaces", kind: "Namespace", scope: meta.RESTScopeRoot,
		newList: newNamespaceList, example: &metav1.PartialObjectMetadata{}, read: readNamespace,
		sink: func(r *Reflectors, _ string) sink { return &namespaceSink{r} },
	}
	table = []*resource{watchedPods, watchedNamespaces}
)

// watched lists what is watched of a cluster, or of some of its namespaces: what
// no Role could grant is not, there.
func watched(namespaces []string) (resources []*resource) {
	for _, r := range table {
		if len(namespaces) == 0 || r.isNamespaced() {
			resources = append(resources, r)
		}
	}
	return resources
}

// Resources returns the names of what is watched of a cluster, or where namespaces are
// named, of those.
func Resources(namespaces []string) (names []string) {
	for _, r := range watched(namespaces) {
		names = append(names, r.name)
	}
	return names
}

func (r *resource) isNamespaced() bool { return r.scope.Name() == meta.RESTScopeNameNamespace }

// unfinished selects the pods of which something runs, or may. To the watch, a
// pod that finishes is deleted: the pods that Jobs leave behind take nothing.
var unfinished = fields.AndSelectors(
	fields.OneTermNotEqualSelector("status.phase", string(corev1.PodSucceeded)),
	fields.OneTermNotEqualSelector("status.phase", string(corev1.PodFailed)),
)

// NewScheme returns the types that podscore knows: sparse pods, and no whole ones.
func NewScheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	return scheme, sparse.AddToScheme(scheme)
}

// NewRESTMapper knows the resources that podscore watches, so that it need not
// ask the API server for all others. It fits manager.Options.MapperProvider.
func NewRESTMapper(*rest.Config, *http.Client) (meta.RESTMapper, error) {
	mapper := meta.NewDefaultRESTMapper([]schema.GroupVersion{corev1.SchemeGroupVersion})
	for _, r := range table {
		mapper.Add(corev1.SchemeGroupVersion.WithKind(r.kind), r.scope)
	}
	return mapper, nil
}
