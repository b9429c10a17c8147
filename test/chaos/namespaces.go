package chaos

import (
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// createNamespace creates a namespace. One that was deleted has the label that it had.
func (l *load) createNamespace(ctx context.Context, name string) error {
	l.namespaces = append(l.namespaces, name)
	if i := slices.Index(l.gone, name); i >= 0 {
		l.gone = slices.Delete(l.gone, i, i+1)
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if l.labelled {
		namespace.Labels = l.truth.tierOf(name, l.random)
	}
	l.ledger.created(name)
	return persist(ctx, func() error {
		_, err := l.client.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{})
		return ignore(err, apierrors.IsAlreadyExists)
	})
}

// deleteNamespace deletes a namespace with its pods.
func (l *load) deleteNamespace(ctx context.Context, i int) error {
	name := l.namespaces[i]
	l.namespaces = slices.Delete(l.namespaces, i, i+1)
	l.gone = append(l.gone, name)
	for i := len(l.pods) - 1; i >= 0; i-- {
		if l.pods[i].namespace == name {
			l.forget(i)
		}
	}
	l.ledger.deleted(name)
	return removeNamespace(ctx, l.client, name)
}

func removeNamespace(ctx context.Context, client kubernetes.Interface, name string) error {
	return persist(ctx, func() error {
		if err := client.CoreV1().Pods(name).DeleteCollection(ctx, atOnce, metav1.ListOptions{}); err != nil {
			return err
		}
		err := client.CoreV1().Namespaces().Delete(ctx, name, metav1.DeleteOptions{})
		if err == nil { // as the namespace controller does, which does not run here
			_, err = client.CoreV1().Namespaces().Finalize(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.UpdateOptions{})
		}
		return ignore(err, apierrors.IsNotFound)
	})
}

// wipe deletes every pod of the cluster, and the namespaces with the prefix.
func wipe(ctx context.Context, client kubernetes.Interface, prefix string) error {
	namespaces, err := client.CoreV1().Namespaces().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for i := range namespaces.Items {
		name := namespaces.Items[i].Name
		if strings.HasPrefix(name, prefix) {
			err = removeNamespace(ctx, client, name)
		} else {
			err = client.CoreV1().Pods(name).DeleteCollection(ctx, atOnce, metav1.ListOptions{})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
