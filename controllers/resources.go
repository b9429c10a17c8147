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

// resource is a watched resource: a row of the table.
type resource struct {
	name     string                                                   // the plural, as in the API's paths, the log, /readyz and the metrics
	version  schema.GroupVersion                                      // the API's group and version
	kind     string                                                   // the kind of one object
	scope    meta.RESTScope                                           // whether the objects are in namespaces
	selector fields.Selector                                          // which objects are watched; nil for all
	newList  func() client.ObjectList                                 // returns an empty list to decode into
	example  runtime.Object                                           // has the type of the objects that the sink gets
	read     func(object []byte, inJSON bool) (runtime.Object, error) // decodes an object of a list
	sink     func(r *Reflectors, scope string) sink                   // returns the sink for the objects of a scope
}

// The table of watched resources. A row is watched, has its own check on /readyz, and is
// counted in podscore_watch_*; CONTRIBUTING.md says what else it needs.
var (
	watchedPods = &resource{
		name: "pods", version: corev1.SchemeGroupVersion, kind: "Pod", scope: meta.RESTScopeNamespace, selector: unfinished,
		newList: func() client.ObjectList { return &sparse.PodList{} }, example: &sparse.Pod{}, read: readPod,
		sink: func(r *Reflectors, scope string) sink {
			return &podSink{Reflectors: r, scope: scope, log: r.Cluster.Log}
		},
	}
	watchedNamespaces = &resource{
		name: "namespaces", version: corev1.SchemeGroupVersion, kind: "Namespace", scope: meta.RESTScopeRoot,
		newList: newNamespaceList, example: &metav1.PartialObjectMetadata{}, read: readNamespace,
		sink: func(r *Reflectors, _ string) sink { return &namespaceSink{Reflectors: r} },
	}
	table = []*resource{watchedPods, watchedNamespaces}
)

// watched lists the resources that are watched; if only some namespaces are, without the
// cluster-scoped ones, which no Role can grant.
func watched(namespaces []string) (resources []*resource) {
	for _, r := range table {
		if len(namespaces) == 0 || r.isNamespaced() {
			resources = append(resources, r)
		}
	}
	return resources
}

// Resources returns the plural names of the resources that are watched in the namespaces,
// or in the whole cluster if there are none.
func Resources(namespaces []string) (names []string) {
	for _, r := range watched(namespaces) {
		names = append(names, r.name)
	}
	return names
}

func (r *resource) isNamespaced() bool { return r.scope.Name() == meta.RESTScopeNameNamespace }

// unfinished selects the pods that have not terminated. When a pod terminates, the watch
// gets a Deleted event: the completed pods of Jobs take no memory.
var unfinished = fields.AndSelectors(
	fields.OneTermNotEqualSelector("status.phase", string(corev1.PodSucceeded)),
	fields.OneTermNotEqualSelector("status.phase", string(corev1.PodFailed)),
)

// NewScheme returns a scheme with the types that podscore decodes: pods are sparse.Pod.
func NewScheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	return scheme, sparse.AddToScheme(scheme)
}

// NewRESTMapper returns a mapper of the watched resources, so that no discovery requests
// are made. Its arguments are ignored: it can be used as manager.Options.MapperProvider.
func NewRESTMapper(*rest.Config, *http.Client) (meta.RESTMapper, error) {
	mapper := meta.NewDefaultRESTMapper(nil)
	for _, r := range table {
		mapper.Add(r.version.WithKind(r.kind), r.scope)
	}
	return mapper, nil
}
