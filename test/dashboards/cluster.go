package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/process"
)

// cluster is a control plane with the sample workloads, and podscore on it.
type cluster struct {
	plane    *controlplane.ControlPlane
	podscore *process.Podscore
}

// startCluster starts both. podscore runs as the ServiceAccount that ships, and
// sees the samples appear, so that it counts them as newly observed.
func startCluster(ctx context.Context, binary string) (_ *cluster, err error) {
	dir, err := controlplane.TempDir()
	if err != nil {
		return nil, err
	}
	c := &cluster{}
	if c.plane, err = controlplane.Start(ctx, dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.stop())
		}
	}()
	if !c.plane.Complete {
		return nil, errors.New("the programs that KUBEBUILDER_ASSETS names are an API server without controllers, and the samples need those: unset it, and `make control-plane` builds them")
	}
	if err := c.plane.RunKubectl(ctx, "apply", "-k", "config/default"); err != nil {
		return nil, err
	}
	kubeconfig, err := c.plane.KubeconfigFor(ctx, "podscore", "podscore")
	if err != nil {
		return nil, err
	}
	configuration := filepath.Join(c.dir(), "configuration.yaml")
	if err := os.WriteFile(configuration, fmt.Appendf(nil, exemption, time.Now().AddDate(0, 0, 75).Format(time.DateOnly)), 0o600); err != nil {
		return nil, err
	}
	if c.podscore, err = process.StartPodscore(ctx, binary, kubeconfig, filepath.Join(c.dir(), "podscore.log"),
		"--leader-elect", "--leader-elect-resource-namespace=podscore", "--config="+configuration); err != nil {
		return nil, err
	}
	if err := c.podscore.Ready(ctx); err != nil {
		return nil, err
	}
	if err := c.plane.RunKubectl(ctx, "apply", "-k", "config/samples"); err != nil {
		return nil, err
	}
	if err := c.plane.RunKubectl(ctx, "create", "job", "-n", "batch", "nightly-report-1", "--from=cronjob/nightly-report"); err != nil {
		return nil, err
	}
	if err := c.settle(ctx); err != nil {
		return nil, err
	}
	return c, c.age(ctx)
}

// age has the pods be as old as the history that is shown beside them. Nobody but etcd lets
// that be written.
func (c *cluster) age(ctx context.Context) error {
	pods, err := c.plane.Client.CoreV1().Pods("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	return c.plane.Write(ctx, len(pods.Items), func(i int) controlplane.Stored {
		pod := &pods.Items[i]
		pod.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}
		pod.ResourceVersion = ""
		pod.CreationTimestamp = metav1.NewTime(pod.CreationTimestamp.Add(-2*24*time.Hour - time.Duration(i)*time.Hour))
		return controlplane.StoredPod(pod)
	})
}

// exemption excuses what the verdict does not require, so that the samples stand as
// without it. It ends on a day.
const exemption = `apiVersion: podscore.io/v1alpha1
kind: Exemptions
exemptions:
- name: init-containers
  reason: They get a security context of their own with the next version of the base chart.
  owner: shop
  expires: %s
  namespaces: [shop]
  checks: [container-security-context]
`

// settle waits until every sample has its pods, and those are scored.
func (c *cluster) settle(ctx context.Context) error {
	for _, args := range [][]string{
		{"deployment", "--all", "--all-namespaces", "--for=condition=Available"},
		{"statefulset/database", "--namespace=data", "--for=jsonpath={.status.readyReplicas}=2"},
		{"daemonset/node-agent", "--namespace=platform", "--for=jsonpath={.status.numberReady}=2"},
	} {
		if err := c.plane.RunKubectl(ctx, append([]string{"wait", "--timeout=2m"}, args...)...); err != nil {
			return err
		}
	}
	var present, scored int
	err := wait.PollUntilContextTimeout(ctx, 200*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		pods, err := c.plane.Client.CoreV1().Pods("").List(ctx, metav1.ListOptions{FieldSelector: "status.phase!=Succeeded,status.phase!=Failed"})
		if err != nil {
			return false, err
		}
		families, err := c.podscore.Metrics(ctx)
		if err != nil {
			return false, err
		}
		present, scored = len(pods.Items), 0
		for _, series := range families["podscore_namespace_pods"].GetMetric() {
			scored += int(series.GetGauge().GetValue())
		}
		return present == scored, nil
	})
	if wait.Interrupted(err) {
		return fmt.Errorf("there are %d pods, and podscore has scored %d: %w", present, scored, err)
	}
	return err
}

// dir is a folder for whatever belongs to it; stop removes it.
func (c *cluster) dir() string { return c.plane.Dir }

// stop ends both and removes their files.
func (c *cluster) stop() error {
	var err error
	if c.podscore != nil {
		err = c.podscore.Stop()
	}
	return errors.Join(err, c.plane.Stop())
}
