package controllers

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/podscore/podscore/sparse"
)

// replayTimeout bounds how long the first full pass waits for a replay.
const replayTimeout = 10 * time.Second

// replay watches the sink's scope from one resource version until another, which an
// existing pod has, and then puts the events: a list has only the present state of pods.
// It skips the pods that existed before, because their state at that time is not known. It
// puts none of them, and returns an error, if the API server does not have all the events
// any more; it keeps those of some minutes.
func (s *podSink) replay(since, until uint64) error {
	if until <= since {
		return nil
	}
	ctx, cancel := context.WithTimeout(s.ctx, replayTimeout)
	defer cancel()
	stream, err := s.Cluster.Client.Watch(ctx, &sparse.PodList{}, &client.ListOptions{
		Namespace: s.scope, FieldSelector: unfinished,
		Raw: &metav1.ListOptions{ResourceVersion: strconv.FormatUint(since, 10), ShardSelector: s.Cluster.Shard.Selector(), AllowWatchBookmarks: true},
	})
	if err != nil {
		return err
	}
	defer stream.Stop()
	var events []watch.Event
	appeared := map[types.UID]bool{}
	for event := range stream.ResultChan() {
		if event.Type == watch.Error {
			return apierrors.FromObject(event.Object)
		}
		pod, ok := event.Object.(*sparse.Pod)
		if !ok {
			return fmt.Errorf("a watch on pods told of a %T", event.Object)
		}
		if event.Type == watch.Added {
			appeared[pod.GetUID()] = true
		}
		if appeared[pod.GetUID()] && s.Cluster.Shard.Owns(pod.GetNamespace()) {
			events = append(events, event)
		}
		if parseResourceVersion(pod.GetResourceVersion()) >= until {
			return s.putAll(events)
		}
	}
	return errors.Join(errors.New("the API server ended the watch too early"), ctx.Err())
}

// putAll puts events of pods.
func (s *podSink) putAll(events []watch.Event) error {
	for _, event := range events {
		put := s.Add
		if event.Type == watch.Deleted {
			put = s.Delete
		}
		if err := put(event.Object); err != nil {
			return err
		}
	}
	return nil
}
