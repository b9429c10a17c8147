package controlplane

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
)

// CreateNamespace creates a namespace. If one of the same name is being deleted, it
// waits until that is gone, so that a test can be run again.
func (c *ControlPlane) CreateNamespace(ctx context.Context, name string) error {
	namespaces := c.Client.CoreV1().Namespaces()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	return wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		_, err := namespaces.Create(ctx, namespace, metav1.CreateOptions{})
		if !apierrors.IsAlreadyExists(err) {
			return err == nil, err
		}
		there, lookup := namespaces.Get(ctx, name, metav1.GetOptions{})
		if lookup == nil && there.DeletionTimestamp == nil {
			return false, err
		}
		return false, nil
	})
}

// DeleteNamespace deletes a namespace with its pods. Without controllers it does their
// part, and the namespace is gone when it returns; with controllers it does not wait.
func (c *ControlPlane) DeleteNamespace(ctx context.Context, name string) error {
	atOnce := metav1.DeleteOptions{GracePeriodSeconds: new(int64(0))}
	if !c.Complete {
		if err := c.Client.CoreV1().Pods(name).DeleteCollection(ctx, atOnce, metav1.ListOptions{}); err != nil {
			return err
		}
	}
	err := c.Client.CoreV1().Namespaces().Delete(ctx, name, metav1.DeleteOptions{})
	if err == nil && !c.Complete {
		_, err = c.Client.CoreV1().Namespaces().Finalize(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.UpdateOptions{})
	}
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
