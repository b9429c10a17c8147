package sparse

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// unread implements the methods of metav1.Object for what a Pod does not have, without a
// comment each: getters return zero values, setters do nothing. It takes no memory.
type unread struct{}

func (unread) GetGenerateName() string                       { return "" }
func (unread) GetGeneration() int64                          { return 0 }
func (unread) GetSelfLink() string                           { return "" }
func (unread) GetDeletionTimestamp() *metav1.Time            { return nil }
func (unread) GetDeletionGracePeriodSeconds() *int64         { return nil }
func (unread) GetLabels() map[string]string                  { return nil }
func (unread) GetFinalizers() []string                       { return nil }
func (unread) GetOwnerReferences() []metav1.OwnerReference   { return nil }
func (unread) GetManagedFields() []metav1.ManagedFieldsEntry { return nil }

func (unread) SetNamespace(string)                          {}
func (unread) SetName(string)                               {}
func (unread) SetGenerateName(string)                       {}
func (unread) SetUID(types.UID)                             {}
func (unread) SetResourceVersion(string)                    {}
func (unread) SetGeneration(int64)                          {}
func (unread) SetSelfLink(string)                           {}
func (unread) SetCreationTimestamp(metav1.Time)             {}
func (unread) SetDeletionTimestamp(*metav1.Time)            {}
func (unread) SetDeletionGracePeriodSeconds(*int64)         {}
func (unread) SetLabels(map[string]string)                  {}
func (unread) SetAnnotations(map[string]string)             {}
func (unread) SetFinalizers([]string)                       {}
func (unread) SetOwnerReferences([]metav1.OwnerReference)   {}
func (unread) SetManagedFields([]metav1.ManagedFieldsEntry) {}
