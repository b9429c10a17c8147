package controllers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/podscore/podscore/sparse"
)

// Replay finds out which pods appeared since a resource version, by a watch from
// there. A list tells only how pods are now.
type Replay struct {
	// Client watches pods; its scheme is NewScheme's.
	Client client.WithWatch
	// Shard owns the pods that are asked for.
	Shard Shard
	// Namespaces are those that are watched; none for all.
	Namespaces []string
}

// replayTimeout bounds how long the first full pass waits for a replay.
const replayTimeout = 10 * time.Second

// Appeared returns the resource versions at which those of the pods appeared
// that appeared after since. It is an error when the API server does not
// remember that long, which is minutes.
func (r *Replay) Appeared(ctx context.Context, since uint64, pods []*sparse.Pod) (map[types.UID]uint64, error) {
	appeared := map[types.UID]uint64{}
	ctx, cancel := context.WithTimeout(ctx, replayTimeout)
	defer cancel()
	if len(r.Namespaces) == 0 {
		return appeared, r.in(ctx, metav1.NamespaceAll, since, newest(pods), appeared)
	}
	for _, namespace := range r.Namespaces {
		there := slices.DeleteFunc(slices.Clone(pods), func(pod *sparse.Pod) bool { return pod.GetNamespace() != namespace })
		if err := r.in(ctx, namespace, since, newest(there), appeared); err != nil {
			return nil, err
		}
	}
	return appeared, nil
}

// in adds to appeared what appeared in one namespace, until the resource version
// of a pod there.
func (r *Replay) in(ctx context.Context, namespace string, since, until uint64, appeared map[types.UID]uint64) error {
	if until <= since {
		return nil
	}
	stream, err := r.Client.Watch(ctx, &sparse.PodList{}, &client.ListOptions{
		Namespace: namespace, FieldSelector: unfinished,
		Raw: &metav1.ListOptions{ResourceVersion: strconv.FormatUint(since, 10), ShardSelector: r.Shard.Selector(), AllowWatchBookmarks: true},
	})
	if err != nil {
		return err
	}
	defer stream.Stop()
	for event := range stream.ResultChan() {
		if event.Type == watch.Error {
			return apierrors.FromObject(event.Object)
		}
		pod, ok := event.Object.(*sparse.Pod)
		if !ok {
			return fmt.Errorf("a watch on pods told of a %T", event.Object)
		}
		version := versionOf(pod)
		if event.Type == watch.Added {
			appeared[pod.GetUID()] = version
		}
		if version >= until {
			return nil
		}
	}
	return errors.Join(errors.New("the API server ended the watch too early"), ctx.Err())
}
