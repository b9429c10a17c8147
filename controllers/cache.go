package controllers

import (
	"context"
	"net/http"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/podscore/podscore/sparse"
)

// unfinished selects the pods of which something runs, or may. To the watch, a
// pod that finishes is deleted: the pods that Jobs leave behind take nothing.
var unfinished = fields.AndSelectors(
	fields.OneTermNotEqualSelector("status.phase", string(corev1.PodSucceeded)),
	fields.OneTermNotEqualSelector("status.phase", string(corev1.PodFailed)),
)

// CacheOptions returns how the manager's cache must be made for the
// reconcilers: only what a shard owns is kept, or with namespaces only the
// pods there; what is read is not copied, and every watch is observed, and
// started again when it has been silent for as long as stalled.
func CacheOptions(watches Watches, stalled time.Duration, shard Shard, namespaces []string, log logr.Logger) cache.Options {
	options := cache.Options{
		ByObject:                     map[client.Object]cache.ByObject{&sparse.Pod{}: {Field: unfinished}},
		DefaultTransform:             stripMetadata,
		DefaultUnsafeDisableDeepCopy: new(true),
		ReaderFailOnMissingInformer:  true,
		NewInformer:                  observer{watches, stalled, log}.informers(shard),
		// Errors are told where they happen, by the observer.
		DefaultWatchErrorHandler: func(context.Context, *toolscache.Reflector, error) {},
	}
	for _, namespace := range namespaces {
		if options.DefaultNamespaces == nil {
			options.DefaultNamespaces = map[string]cache.Config{}
		}
		options.DefaultNamespaces[namespace] = cache.Config{}
	}
	return options
}

// stripMetadata keeps of what is watched by its metadata, the namespaces, what
// the informer and the reconciler read. Pods come without the rest already.
func stripMetadata(object any) (any, error) {
	whole, ok := object.(*metav1.PartialObjectMetadata)
	if !ok {
		return object, nil
	}
	return &metav1.PartialObjectMetadata{TypeMeta: whole.TypeMeta, ObjectMeta: metav1.ObjectMeta{
		Name: whole.Name, UID: whole.UID, ResourceVersion: whole.ResourceVersion,
	}}, nil
}

// NewScheme returns the types that podscore knows: sparse pods, and no whole ones.
func NewScheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	return scheme, sparse.AddToScheme(scheme)
}

// NewRESTMapper knows the two resources that podscore watches, so that it need
// not ask the API server for all others. It fits manager.Options.MapperProvider.
func NewRESTMapper(*rest.Config, *http.Client) (meta.RESTMapper, error) {
	mapper := meta.NewDefaultRESTMapper([]schema.GroupVersion{corev1.SchemeGroupVersion})
	mapper.Add(corev1.SchemeGroupVersion.WithKind("Pod"), meta.RESTScopeNamespace)
	mapper.Add(corev1.SchemeGroupVersion.WithKind("PodList"), meta.RESTScopeNamespace) // a cache of several namespaces asks for it
	mapper.Add(corev1.SchemeGroupVersion.WithKind("Namespace"), meta.RESTScopeRoot)
	return mapper, nil
}
