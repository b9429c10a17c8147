package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podscore/podscore/test/controlplane"
)

// startCluster starts a control plane in which nothing happens by itself. What
// etcd keeps of former revisions is thrown away every minute, because the load
// writes hundreds of megabytes.
func (b *bench) startCluster(ctx context.Context) error {
	dir, err := controlplane.TempDir()
	if err != nil {
		return err
	}
	err = withMemoryLimit(b.results.MemoryBytes*6/10, func() (err error) {
		b.cluster, err = controlplane.StartWith(ctx, dir, controlplane.Options{
			Bare:      true,
			Etcd:      map[string]string{"quota-backend-bytes": "8589934592"},
			APIServer: map[string]string{"etcd-compaction-interval": "1m"},
		})
		return err
	})
	if err != nil {
		return err
	}
	version, err := b.cluster.Client.Discovery().ServerVersion()
	if err == nil {
		b.results.Kubernetes = version.GitVersion
		b.etcd, err = connect(b.cluster.EtcdURL())
	}
	if err != nil {
		return errors.Join(err, b.cluster.Stop())
	}
	return nil
}

// withMemoryLimit has the programs that start starts, and no others, collect
// garbage more often where they would otherwise exceed the limit. The API server
// holds every pod twice and the last 100,000 changes, decoded: with 150,000
// pods that is 10 GiB, and without a limit it would let garbage come to as much.
func withMemoryLimit(bytes uint64, start func() error) error {
	const variable = "GOMEMLIMIT" // read by the Go runtime of a new process
	before, isSet := os.LookupEnv(variable)
	if err := os.Setenv(variable, fmt.Sprint(bytes)); err != nil {
		return err
	}
	if err := start(); err != nil {
		return err
	}
	if isSet {
		return os.Setenv(variable, before)
	}
	return os.Unsetenv(variable)
}

func (b *bench) stopCluster() error { return errors.Join(b.etcd.close(), b.cluster.Stop()) }

// fillCluster writes the pods, and waits until the API server has seen them.
func (b *bench) fillCluster(ctx context.Context, pods int) error {
	b.population = newPopulation(pods, time.Now())
	b.population.ownNames = b.ownNames
	b.tell("Writing %s pods in %s namespaces", thousands(pods), thousands(len(b.population.namespaces())))
	if err := fill(ctx, b.etcd, b.population, b.tell); err != nil {
		return err
	}
	written := time.Now()
	// What the API server remembers of the writing would have it collect garbage
	// most of the time.
	if err := b.cluster.RestartAPIServer(nil); err != nil {
		return err
	}
	if err := b.awaitWatchCache(ctx, b.population.pod(pods-1)); err != nil {
		return err
	}
	b.tell("  the API server has started again and seen them %.1f s later", time.Since(written).Seconds())
	return nil
}

// awaitWatchCache waits until the API server's watch cache holds the pod that
// was written last. What starts before that would have to wait for the API
// server. (A list that must be as new as the write's revision is answered too
// early for that: the cache learns of the revision before it takes in the pods.)
func (b *bench) awaitWatchCache(ctx context.Context, last *corev1.Pod) error {
	fromCache := metav1.GetOptions{ResourceVersion: "0"}
	for deadline := time.Now().Add(5 * time.Minute); ; {
		_, err := b.cluster.Client.CoreV1().Pods(last.Namespace).Get(ctx, last.Name, fromCache)
		switch {
		case err == nil:
			return nil
		case !apierrors.IsNotFound(err):
			return err
		case time.Now().After(deadline):
			return fmt.Errorf("the API server has not seen the pod %s/%s 5 minutes after it was written", last.Namespace, last.Name)
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

// watchesCut is how many watches on pods the API server has cut so far, because
// they did not take their events fast enough. Where that happens while a
// program is measured, the machine is overloaded, and delays are longer than
// the program's own: it has to begin the watch again, where it left off.
func (b *bench) watchesCut(ctx context.Context) (cut int, err error) {
	text, err := b.cluster.Client.RESTClient().Get().AbsPath("/metrics").DoRaw(ctx)
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(text) {
		if bytes.HasPrefix(line, []byte("apiserver_terminated_watchers_total{")) && bytes.Contains(line, []byte(`resource="pods"`)) {
			return strconv.Atoi(string(bytes.TrimSpace(line[bytes.LastIndexByte(line, ' ')+1:])))
		}
	}
	return 0, nil // it has cut none
}
