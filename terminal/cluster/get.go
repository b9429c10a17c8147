package cluster

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/podscore/podscore/terminal/manifests"
)

// Pod reads a pod.
func (c *Client) Pod(ctx context.Context, namespace, name string) (*manifests.Object, error) {
	object, err := c.get(ctx, &pods, namespace, name)
	if err != nil {
		return nil, err
	}
	return objectOf(object), nil
}

// Template reads the template of a workload, of a kind as KindOf returns it. It returns nil
// for one that makes no pods of its own, and an error for a kind whose templates are not known.
func (c *Client) Template(ctx context.Context, namespace, kind, name string) (*manifests.Object, error) {
	i := slices.IndexFunc(workloads, func(r resource) bool { return r.kind == kind })
	if i < 0 {
		return nil, fmt.Errorf("no template of a %s is read from a cluster: give its manifest with -f", kind)
	}
	object, err := c.get(ctx, &workloads[i], namespace, name)
	if err != nil {
		return nil, err
	}
	return objectOf(object), nil
}

// NamespaceLabels reads the labels of a namespace, or of all for "", by the names.
func (c *Client) NamespaceLabels(ctx context.Context, namespace string) (map[string]map[string]string, error) {
	labels := map[string]map[string]string{}
	put := func(object runtime.Object) error {
		if ns, ok := object.(*corev1.Namespace); ok {
			labels[ns.Name] = ns.Labels
		}
		return nil
	}
	if namespace == "" {
		return labels, c.list(ctx, &namespaces, Scope{}, func(list runtime.Object) bool { return meta.EachListItem(list, put) == nil })
	}
	object, err := c.get(ctx, &namespaces, "", namespace)
	if err != nil {
		return nil, err
	}
	return labels, put(object)
}

// ConfigMap reads what a ConfigMap has, by its keys.
func (c *Client) ConfigMap(ctx context.Context, namespace, name string) (map[string][]byte, error) {
	object, err := c.get(ctx, &configMaps, namespace, name)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	if is, ok := object.(*corev1.ConfigMap); ok {
		for key, text := range is.Data {
			files[key] = []byte(text)
		}
		for key, text := range is.BinaryData {
			files[key] = text
		}
	}
	return files, nil
}
