package controllers

import (
	"context"
	"maps"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// NamespaceStore is the part of the store that a namespaceSink writes. It knows which
// namespaces exist, so that one without pods is exposed with zeros, and a deleted one is
// not exposed.
type NamespaceStore interface {
	// ReplaceNamespaces is called with all namespaces at a resource version, by name, with
	// their labels, nil if these are not known.
	ReplaceNamespaces(labels map[string]map[string]string, version uint64)
	// PutNamespace is called when a namespace was added or modified, with its labels, nil if
	// these are not known, and the version of the event.
	PutNamespace(name string, labels map[string]string, version uint64)
	// DeleteNamespace is called when a namespace was deleted, with the version of the event.
	DeleteNamespace(name string, version uint64)
	// ReachedNamespaces is called for a bookmark: all events up to its version were delivered.
	ReachedNamespaces(version uint64)
}

// newNamespace returns an empty namespace, into which only metadata is decoded.
func newNamespace() *metav1.PartialObjectMetadata {
	namespace := &metav1.PartialObjectMetadata{}
	namespace.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Namespace"))
	return namespace
}

// newNamespaceList returns an empty list of such namespaces.
func newNamespaceList() client.ObjectList {
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("NamespaceList"))
	return list
}

// stripMetadata returns a copy of a namespace with only the metadata that is used. It
// returns any other object as it is.
func stripMetadata(object any) (any, error) {
	whole, ok := object.(*metav1.PartialObjectMetadata)
	if !ok {
		return object, nil
	}
	return &metav1.PartialObjectMetadata{TypeMeta: whole.TypeMeta, ObjectMeta: metav1.ObjectMeta{
		Name: whole.Name, UID: whole.UID, ResourceVersion: whole.ResourceVersion, Labels: boundedLabels(whole.Labels),
	}}, nil
}

// maxLabels bounds the labels that are kept of a namespace, in bytes: nothing else bounds
// how many there are.
const maxLabels = 4 << 10

// tooManyLabels stands for labels above the bound. The API server admits no empty key.
var tooManyLabels = map[string]string{"": ""}

// boundedLabels returns the labels of a namespace, or tooManyLabels.
func boundedLabels(labels map[string]string) map[string]string {
	size := 0
	for key, value := range labels {
		size += len(key) + len(value)
	}
	if size > maxLabels {
		return tooManyLabels
	}
	return labels
}

// namespaceSink puts the namespaces of this shard into the store. It drops those of other
// shards itself: the API server shards by an object's namespace, and a namespace is in
// none.
type namespaceSink struct {
	*Reflectors
	logTooMany sync.Once
}

func (s *namespaceSink) start(context.Context) {}

// Add implements cache.ReflectorStore.
func (s *namespaceSink) Add(object any) error {
	if name := nameOf(object); s.Cluster.Shard.Owns(name) {
		s.Store.PutNamespace(name, s.labelsOf(object), resourceVersionOf(object))
	}
	return nil
}

// Update implements cache.ReflectorStore.
func (s *namespaceSink) Update(object any) error { return s.Add(object) }

// Delete implements cache.ReflectorStore.
func (s *namespaceSink) Delete(object any) error {
	s.Store.DeleteNamespace(nameOf(object), resourceVersionOf(object))
	return nil
}

// Replace implements cache.ReflectorStore.
func (s *namespaceSink) Replace(objects []any, version string) error {
	labels := map[string]map[string]string{}
	for _, object := range objects {
		if name := nameOf(object); s.Cluster.Shard.Owns(name) {
			labels[name] = s.labelsOf(object)
		}
	}
	s.Store.ReplaceNamespaces(labels, parseResourceVersion(version))
	return nil
}

// labelsOf returns the labels of a namespace, nil if it has too many, which is logged once
// for all namespaces.
func (s *namespaceSink) labelsOf(object any) map[string]string {
	namespace := object.(*metav1.PartialObjectMetadata)
	switch labels := boundedLabels(namespace.Labels); {
	case len(labels) == 0:
		return map[string]string{}
	case maps.Equal(labels, tooManyLabels):
		s.logTooMany.Do(func() {
			s.Cluster.Log.Info("A namespace has more than 4 KiB of labels: they count as not known, and no exemption selects it by labels", "namespace", namespace.Name)
		})
		return nil
	default:
		return labels
	}
}

// Bookmark implements cache.ReflectorBookmarkStore.
func (s *namespaceSink) Bookmark(resourceVersion string) error {
	s.Store.ReachedNamespaces(parseResourceVersion(resourceVersion))
	return nil
}

// Resync implements cache.ReflectorStore.
func (s *namespaceSink) Resync() error { return nil }

// Transformer implements cache.TransformingStore. The reflector calls stripMetadata on every
// object of a streamed list; readNamespace does it for pages.
func (s *namespaceSink) Transformer() toolscache.TransformFunc { return stripMetadata }

func nameOf(object any) string { return object.(*metav1.PartialObjectMetadata).Name }

func resourceVersionOf(object any) uint64 {
	return parseResourceVersion(object.(*metav1.PartialObjectMetadata).ResourceVersion)
}
