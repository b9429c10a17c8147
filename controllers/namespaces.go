package controllers

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// NamespaceStore is what is told of the namespaces, so that one without pods shows
// zeros and one that was deleted shows nothing.
type NamespaceStore interface {
	// ReplaceNamespaces takes in all namespaces that there are.
	ReplaceNamespaces(names []string)
	// PutNamespace takes in that a namespace exists.
	PutNamespace(name string)
	// DeleteNamespace takes in that a namespace is gone.
	DeleteNamespace(name string)
}

// newNamespace returns an empty namespace, of which the metadata alone is read.
func newNamespace() *metav1.PartialObjectMetadata {
	namespace := &metav1.PartialObjectMetadata{}
	namespace.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Namespace"))
	return namespace
}

// newNamespaceList returns an empty list of them.
func newNamespaceList() client.ObjectList {
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("NamespaceList"))
	return list
}

// stripMetadata keeps of a namespace what is read of it.
func stripMetadata(object any) (any, error) {
	whole, ok := object.(*metav1.PartialObjectMetadata)
	if !ok {
		return object, nil
	}
	return &metav1.PartialObjectMetadata{TypeMeta: whole.TypeMeta, ObjectMeta: metav1.ObjectMeta{
		Name: whole.Name, UID: whole.UID, ResourceVersion: whole.ResourceVersion,
	}}, nil
}

// namespaceSink puts what a watch tells of namespaces, of which the metadata alone
// is watched. The API server shards by the namespace that an object is in, and
// these are in none.
type namespaceSink struct{ *Reflectors }

func (s *namespaceSink) begin(context.Context) {}

// Add implements cache.ReflectorStore.
func (s *namespaceSink) Add(object any) error {
	if name := nameOf(object); s.Cluster.Shard.Owns(name) {
		s.Store.PutNamespace(name)
	}
	return nil
}

// Update implements cache.ReflectorStore.
func (s *namespaceSink) Update(object any) error { return s.Add(object) }

// Delete implements cache.ReflectorStore.
func (s *namespaceSink) Delete(object any) error {
	s.Store.DeleteNamespace(nameOf(object))
	return nil
}

// Replace implements cache.ReflectorStore.
func (s *namespaceSink) Replace(objects []any, _ string) error {
	var names []string
	for _, object := range objects {
		if name := nameOf(object); s.Cluster.Shard.Owns(name) {
			names = append(names, name)
		}
	}
	s.Store.ReplaceNamespaces(names)
	return nil
}

// Bookmark implements cache.ReflectorBookmarkStore.
func (s *namespaceSink) Bookmark(string) error { return nil }

// Resync implements cache.ReflectorStore.
func (s *namespaceSink) Resync() error { return nil }

// Transformer implements cache.TransformingStore: what a list is collected in
// need not have more than is read.
func (s *namespaceSink) Transformer() toolscache.TransformFunc { return stripMetadata }

func nameOf(object any) string { return object.(*metav1.PartialObjectMetadata).Name }
