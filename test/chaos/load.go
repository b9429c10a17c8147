package chaos

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
)

// load makes random changes to pods and namespaces, one after the other, and records in
// the ledger which pods appear and change. It has a connection of its own to the API
// server, and waits while that is down.
type load struct {
	client     kubernetes.Interface
	truth      *Truth
	ledger     *ledger
	random     *rand.Rand
	prefix     string // of all names
	namespaces []string
	fixed      bool     // whether namespaces are neither created nor deleted
	gone       []string // namespaces that were deleted
	labelled   bool     // whether namespaces that are created may have the label tier
	pods       []*pod   // that exist and are not finished
	finished   []*pod
	most       int // pods at the same time; 0 for no bound
	created    int // names that were given out
}

// pod is a pod that the load has created.
type pod struct {
	namespace, name string
	record          *record
}

// newLoad returns a load without pods.
func newLoad(client kubernetes.Interface, truth *Truth, ledger *ledger, random *rand.Rand, prefix string) *load {
	return &load{client: client, truth: truth, ledger: ledger, random: random, prefix: prefix, namespaces: []string{"kube-system"}}
}

// change makes this number of changes.
func (l *load) change(ctx context.Context, changes int) error {
	for range changes {
		if err := l.changeOne(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (l *load) changeOne(ctx context.Context) error {
	if len(l.finished) > 100 {
		p := l.finished[0]
		l.finished = l.finished[1:]
		return l.remove(ctx, p)
	}
	dice := l.random.IntN(100)
	if dice < 35 && (l.most == 0 || len(l.pods) <= l.most) || len(l.pods) == 0 {
		return l.create(ctx, l.randomNamespace(), l.newName())
	}
	i := l.random.IntN(len(l.pods))
	p := l.pods[i]
	switch {
	case dice < 55 || l.most > 0 && len(l.pods) > l.most:
		return l.delete(ctx, i)
	case dice < 65:
		return l.replace(ctx, i)
	case dice < 75:
		return l.patch(ctx, p, fmt.Sprintf(`{"spec":{"ephemeralContainers":[{"name":"debug-%d","image":"debug"}]}}`, l.random.IntN(3)), "ephemeralcontainers")
	case dice < 82:
		return l.patch(ctx, p, fmt.Sprintf(`{"status":{"phase":"Running","message":"%d"}}`, l.random.IntN(1000)), "status")
	case dice < 90:
		l.forget(i)
		l.finished = append(l.finished, p)
		return l.patch(ctx, p, oneOf(l.random, `{"status":{"phase":"Succeeded"}}`, `{"status":{"phase":"Failed"}}`), "status")
	case dice < 93:
		return l.patch(ctx, p, fmt.Sprintf(`{"metadata":{"labels":{"round":"%d"}}}`, l.random.IntN(1000)))
	case dice < 96: // a pod on a node stays until its kubelet agrees
		return persist(ctx, func() error { return l.terminate(ctx, p) })
	}
	if l.fixed {
		return l.create(ctx, l.randomNamespace(), l.newName())
	}
	return l.changeNamespace(ctx)
}

// changeNamespace creates a namespace, deletes one, or creates a deleted one again.
func (l *load) changeNamespace(ctx context.Context) error {
	few, many := len(l.namespaces) < 3, len(l.namespaces) > 10
	switch dice := l.random.IntN(4); {
	case dice < 2 && len(l.gone) > 0 && !many:
		return l.createNamespace(ctx, l.gone[l.random.IntN(len(l.gone))])
	case dice == 2 && !many || few:
		return l.createNamespace(ctx, l.newName())
	}
	return l.deleteNamespace(ctx, 1+l.random.IntN(len(l.namespaces)-1)) // never the first, kube-system
}

func (l *load) randomNamespace() string { return l.namespaces[l.random.IntN(len(l.namespaces))] }

func (l *load) newName() string {
	l.created++
	return fmt.Sprintf("%s-%d", l.prefix, l.created)
}

// create creates a random pod. It tries other ones until the API server accepts one.
func (l *load) create(ctx context.Context, namespace, name string) error {
	return l.createAs(ctx, namespace, name, func(*rand.Rand, *corev1.Pod) {})
}

// createAs does what create does, after alter has changed the pod.
func (l *load) createAs(ctx context.Context, namespace, name string, alter func(*rand.Rand, *corev1.Pod)) error {
	created, err := createRandom(ctx, l.client, l.random, namespace, name, alter)
	if err != nil {
		return err
	}
	l.note(created)
	return nil
}

func (l *load) note(created *corev1.Pod) {
	r := l.ledger.add(created.Namespace, l.truth.moment(created, happens))
	r.unknown = l.ledger.isFresh(created.Namespace)
	l.saw(r, created)
	l.pods = append(l.pods, &pod{created.Namespace, created.Name, r})
}

// saw keeps what a pod is now, and its state without the labels of its namespace.
func (l *load) saw(r *record, pod *corev1.Pod) {
	r.pod = pod
	for _, by := range []*standpoint{&l.truth.now, l.truth.newest()} {
		r.blind = append(r.blind, stateOf(pod, &standpoint{settings: by.settings}))
	}
}

func createRandom(ctx context.Context, client kubernetes.Interface, random *rand.Rand, namespace, name string, alter func(*rand.Rand, *corev1.Pod)) (created *corev1.Pod, err error) {
	pods := client.CoreV1().Pods(namespace)
	for {
		wanted := randomPod(random, namespace, name)
		alter(random, wanted)
		err = persist(ctx, func() (err error) {
			created, err = pods.Create(ctx, wanted, metav1.CreateOptions{})
			if apierrors.IsAlreadyExists(err) { // an earlier attempt created it, but its response was lost
				created, err = pods.Get(ctx, name, metav1.GetOptions{})
			}
			return err
		})
		if !apierrors.IsInvalid(err) {
			return created, err
		}
	}
}

// fill creates count pods in parallel, in one namespace, or with "" in random ones.
func (l *load) fill(ctx context.Context, count int, namespace string) error {
	all, errs := make([]*corev1.Pod, count), make([]error, count)
	tickets, group := make(chan struct{}, 8), sync.WaitGroup{}
	for i := range count {
		in, name := namespace, l.newName()
		if in == "" {
			in = l.randomNamespace()
		}
		random := rand.New(rand.NewPCG(l.random.Uint64(), 0))
		tickets <- struct{}{}
		group.Go(func() {
			all[i], errs[i] = createRandom(ctx, l.client, random, in, name, func(*rand.Rand, *corev1.Pod) {})
			<-tickets
		})
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for _, created := range all {
		l.note(created)
	}
	return nil
}

// forget removes a pod from the load's list, because it is deleted or finished.
func (l *load) forget(i int) {
	l.pods[i].record.gone = true
	l.pods = slices.Delete(l.pods, i, i+1)
}

// atOnce deletes an object without a grace period.
var atOnce = metav1.DeleteOptions{GracePeriodSeconds: new(int64(0))}

func (l *load) delete(ctx context.Context, i int) error {
	p := l.pods[i]
	l.forget(i)
	return l.remove(ctx, p)
}

// replace deletes a pod and creates another of the same name.
func (l *load) replace(ctx context.Context, i int) error {
	p := l.pods[i]
	if err := l.delete(ctx, i); err != nil {
		return err
	}
	return l.create(ctx, p.namespace, p.name)
}

func (l *load) remove(ctx context.Context, p *pod) error {
	return persist(ctx, func() error {
		return ignore(l.client.CoreV1().Pods(p.namespace).Delete(ctx, p.name, atOnce), apierrors.IsNotFound)
	})
}

// terminate deletes a pod with a grace period. A pod without a node is gone at once.
func (l *load) terminate(ctx context.Context, p *pod) error {
	err := l.client.CoreV1().Pods(p.namespace).Delete(ctx, p.name, metav1.DeleteOptions{GracePeriodSeconds: new(int64(600))})
	if err = ignore(err, apierrors.IsNotFound); err != nil {
		return err
	}
	_, err = l.client.CoreV1().Pods(p.namespace).Get(ctx, p.name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		l.forget(slices.Index(l.pods, p))
		return nil
	}
	return err
}

// patch changes a pod. It is no error if the API server does not allow the change, such
// as an ephemeral container in a mirror pod.
func (l *load) patch(ctx context.Context, p *pod, patch string, subresources ...string) error {
	var changed *corev1.Pod
	err := persist(ctx, func() (err error) {
		changed, err = l.client.CoreV1().Pods(p.namespace).Patch(ctx, p.name, types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{}, subresources...)
		return err
	})
	if err == nil {
		l.saw(p.record, changed)
		p.record.moments = append(p.record.moments, l.truth.moment(changed, happens))
	}
	return ignore(err, func(err error) bool { return apierrors.IsInvalid(err) || apierrors.IsForbidden(err) })
}

// deleteMost deletes two thirds of the pods.
func (l *load) deleteMost(ctx context.Context) error {
	for i := len(l.pods) - 1; i >= 0; i-- {
		if i%3 != 0 {
			if err := l.delete(ctx, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// persist calls try again until the API server has accepted or refused the request, for
// up to two minutes.
func persist(ctx context.Context, try func() error) error {
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		err := try()
		var status apierrors.APIStatus
		final := errors.As(err, &status) && status.Status().Code >= 400 && status.Status().Code < 500 && !apierrors.IsTooManyRequests(err) && !apierrors.IsConflict(err)
		if err == nil || final || ctx.Err() != nil || time.Now().After(deadline) {
			return err
		}
	}
}

// ignore returns err, or nil if it is an expected error.
func ignore(err error, expected func(error) bool) error {
	if expected(err) {
		return nil
	}
	return err
}
