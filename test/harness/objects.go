package harness

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Namespace creates a namespace, and deletes it after the test.
func (c *Cluster) Namespace(t testing.TB, name string) {
	t.Helper()
	must(t, c.CreateNamespace(t.Context(), name))
	c.cleanUp(t, func(ctx context.Context) error { return c.DeleteNamespace(ctx, name) })
}

// Create creates objects, and deletes them after the test.
func (c *Cluster) Create(t testing.TB, objects ...client.Object) {
	t.Helper()
	for _, object := range objects {
		must(t, c.objects.Create(t.Context(), object))
		c.Remove(t, object)
	}
}

// Remove deletes an object after the test, if it exists then.
func (c *Cluster) Remove(t testing.TB, object client.Object) {
	t.Helper()
	c.cleanUp(t, func(ctx context.Context) error {
		return client.IgnoreNotFound(c.objects.Delete(ctx, object))
	})
}

func (c *Cluster) cleanUp(t testing.TB, do func(context.Context) error) {
	t.Helper()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
		defer cancel()
		if err := do(ctx); err != nil {
			t.Errorf("cleaning up after the test: %v", err)
		}
	})
}

// Binding returns a ClusterRoleBinding of a ServiceAccount to a ClusterRole.
func Binding(name, role, namespace, account string) *rbacv1.ClusterRoleBinding {
	return &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: account}},
	}
}

// Account returns a ServiceAccount, which has no rights yet.
func Account(namespace, name string) *corev1.ServiceAccount {
	return &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
}
