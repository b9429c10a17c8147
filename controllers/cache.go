package controllers

import (
	"context"
	"net/http"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
)

// CacheOptions returns how the manager's cache must be made for the
// reconcilers: what is watched is stripped before it is kept, read without
// being copied, and every watch is observed.
func CacheOptions(watches Watches, log logr.Logger) cache.Options {
	return cache.Options{
		DefaultTransform:             strip,
		DefaultUnsafeDisableDeepCopy: new(true),
		ReaderFailOnMissingInformer:  true,
		NewInformer:                  observer{watches, log}.newInformer,
		// Errors are told where they happen, by the observer.
		DefaultWatchErrorHandler: func(context.Context, *toolscache.Reflector, error) {},
	}
}

// NewScheme returns the types that podscore knows.
func NewScheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	return scheme, corev1.AddToScheme(scheme)
}

// NewRESTMapper knows the two resources that podscore watches, so that it need
// not ask the API server for all others. It fits manager.Options.MapperProvider.
func NewRESTMapper(*rest.Config, *http.Client) (meta.RESTMapper, error) {
	mapper := meta.NewDefaultRESTMapper([]schema.GroupVersion{corev1.SchemeGroupVersion})
	mapper.Add(corev1.SchemeGroupVersion.WithKind("Pod"), meta.RESTScopeNamespace)
	mapper.Add(corev1.SchemeGroupVersion.WithKind("Namespace"), meta.RESTScopeRoot)
	return mapper, nil
}
